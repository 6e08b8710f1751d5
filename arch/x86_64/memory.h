/* memory.h: physical memory while booting, and the kernel's own page tables. Nothing of it allocates after machine_boot. */
#pragma once
#include "arch/include/arch.h"
#include "boot/handoff.h"

#define PTE_PRESENT  (1UL << 0)
#define PTE_WRITE    (1UL << 1)
#define PTE_USER     (1UL << 2)
#define PTE_PWT      (1UL << 3)
#define PTE_PCD      (1UL << 4)
#define PTE_ACCESSED (1UL << 5)
#define PTE_DIRTY    (1UL << 6)
#define PTE_LARGE    (1UL << 7)
#define PTE_GLOBAL   (1UL << 8)
#define PTE_NX       (1UL << 63)
#define PTE_ADDRESS  0x000ffffffffff000UL

#define TABLE_ENTRIES 512

/* Protections of kernel memory. */
#define KERNEL_TEXT   (PTE_PRESENT | PTE_GLOBAL | PTE_ACCESSED)
#define KERNEL_RODATA (KERNEL_TEXT | PTE_NX)
#define KERNEL_DATA   (KERNEL_RODATA | PTE_WRITE | PTE_DIRTY)
#define PTE_COMBINED  PTE_PWT /* by PAT_VALUE */
#define KERNEL_DEVICE (KERNEL_DATA | PTE_PCD | PTE_PWT)

/* Where things are. Physical and virtual memory differ by direct_base; 0 while the loader's identity tables are used. */
extern uint64_t direct_base;
extern uint64_t kernel_root; /* physical: the tables with only the kernel's half */
extern uint64_t stack_area;  /* of the cores: STACK_SLOT bytes each */
extern uint64_t image_phys;  /* of the kernel image */

#define IMAGE_LINK_BASE 0x100000UL
extern const uint8_t image_start[], image_text_end[], image_rodata_end[], image_end[];
#define IMAGE_BYTES ((uint64_t)(image_end - image_start))

/* Usable RAM, sorted: what is left of the loader's map without the image, the initfs and what boot_pages gave out. */
void ram_init(const struct handoff *handoff);
/* Map it, as a direct map that begins at `base`. */
void ram_map(const struct handoff *handoff, uint64_t base);
/* Zeroed pages; never fails: with too little RAM it reports and stops. */
uint64_t boot_pages(size_t pages);
void ram_describe(struct boot_info *info);
/* What is neither in the loader's map nor a window of the kernel's; the screen; and of info->pci what may be one (the rest is dropped). */
void devices_describe(struct boot_info *info, const struct handoff *handoff);
/* A device of the kernel's own. */
void devices_reserve(uint64_t base, uint64_t bytes);
uint64_t ram_end(void); /* the first address above all RAM of the map, image and initfs included */
bool ram_is_usable(uint64_t base, uint64_t bytes); /* by the loader's map */

/* Map bytes (page aligned) with the largest pages that fit. */
void kernel_map(uint64_t vaddr, uint64_t phys, uint64_t bytes, uint64_t flags);
void kernel_unmap(uint64_t vaddr, uint64_t bytes);
/* Make something outside RAM readable where arch_phys_ptr says: firmware tables, device registers. */
void *phys_window(uint64_t phys, uint64_t bytes, uint64_t flags);
/* The lowest entry for vaddr, of any page size; NULL: not mapped. */
uint64_t *kernel_pte(uint64_t vaddr);
