/* paging.c: the kernel's own page tables: built while booting, hardly changed afterwards. */
#include "arch/x86_64/fail.h"
#include "arch/x86_64/memory.h"
#include "arch/x86_64/x86.h"

static uint64_t *table_at(uint64_t phys)
{
    return arch_phys_ptr(phys);
}

static unsigned index_at(uint64_t vaddr, unsigned level)
{
    return vaddr >> (12 + 9 * level) & (TABLE_ENTRIES - 1);
}

/* The table below an entry, made when there is none. */
static uint64_t *table_below(uint64_t *entry)
{
    if (!(*entry & PTE_PRESENT))
        *entry = boot_pages(1) | PTE_PRESENT | PTE_WRITE | PTE_ACCESSED;
    ASSERT(!(*entry & PTE_LARGE));
    return table_at(*entry & PTE_ADDRESS);
}

/* 0: 4 KiB, 1: 2 MiB, 2: 1 GiB. */
static unsigned largest_level(uint64_t vaddr, uint64_t phys, uint64_t bytes)
{
    for (unsigned level = features.gib_pages ? 2 : 1; level > 0; level--) {
        uint64_t size = 1UL << (12 + 9 * level);
        if (bytes >= size && !((vaddr | phys) & (size - 1)))
            return level;
    }
    return 0;
}

static void map_one(uint64_t vaddr, uint64_t phys, unsigned level, uint64_t flags)
{
    uint64_t *table = table_at(kernel_root);
    for (unsigned at = 3; at > level; at--)
        table = table_below(&table[index_at(vaddr, at)]);
    table[index_at(vaddr, level)] = phys | flags | (level ? PTE_LARGE : 0);
}

void kernel_map(uint64_t vaddr, uint64_t phys, uint64_t bytes, uint64_t flags)
{
    ASSERT(!PAGE_OFFSET(vaddr | phys | bytes));
    while (bytes) {
        unsigned level = largest_level(vaddr, phys, bytes);
        uint64_t size = 1UL << (12 + 9 * level);
        map_one(vaddr, phys, level, flags);
        vaddr += size;
        phys += size;
        bytes -= size;
    }
}

uint64_t *kernel_pte(uint64_t vaddr)
{
    uint64_t *table = table_at(kernel_root);
    for (unsigned level = 3;; level--) {
        uint64_t *entry = &table[index_at(vaddr, level)];
        if (!(*entry & PTE_PRESENT))
            return NULL;
        if (level == 0 || (*entry & PTE_LARGE))
            return entry;
        table = table_at(*entry & PTE_ADDRESS);
    }
}

void kernel_unmap(uint64_t vaddr, uint64_t bytes)
{
    for (uint64_t at = vaddr; at < vaddr + bytes; at += DYAD_PAGE_SIZE) {
        uint64_t *entry = kernel_pte(at);
        if (entry)
            *entry = 0;
        invlpg(at);
    }
}

void *phys_window(uint64_t phys, uint64_t bytes, uint64_t flags)
{
    uint64_t end = PAGE_ROUND_UP(phys + bytes);
    if (flags & PTE_PCD)
        devices_reserve(phys, bytes);
    for (uint64_t at = PAGE_ROUND_DOWN(phys); at < end; at += DYAD_PAGE_SIZE)
        if (!kernel_pte(direct_base + at))
            kernel_map(direct_base + at, at, DYAD_PAGE_SIZE, flags);
    return arch_phys_ptr(phys);
}
