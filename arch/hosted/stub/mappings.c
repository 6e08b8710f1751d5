/* mappings.c: executing the ring of mapping changes before guest code runs again. */
#include <linux/mman.h>

#include "abi/syscall.h"
#include "stub.h"

#define POPULATE_MAX (64UL * DYAD_PAGE_SIZE)

static void lock(struct stub_header *header)
{
    uint32_t free = 0;
    if (atomic_compare_exchange_strong(&header->lock, &free, 1))
        return;
    while (atomic_exchange(&header->lock, 2) != 0)
        stub_futex_wait(&header->lock, 2);
}

static void unlock(struct stub_header *header)
{
    if (atomic_exchange(&header->lock, 0) == 2)
        stub_futex_wake(&header->lock, 1);
}

static void unmap(uint64_t vaddr, uint64_t bytes)
{
    if (SYS2(__NR_munmap, vaddr, bytes) == 0)
        return;
    /* Out of mappings (a split would need one more): drop all of them, faults refill. */
    if (SYS2(__NR_munmap, DYAD_USER_BASE, DYAD_USER_END - DYAD_USER_BASE) != 0)
        stub_die(3);
}

static int host_prot(uint32_t prot)
{
    return (prot & (MAP_PROT_READ | MAP_PROT_EXEC) ? PROT_READ : 0) |
           (prot & MAP_PROT_WRITE ? PROT_READ | PROT_WRITE : 0) |
           (prot & MAP_PROT_EXEC ? PROT_EXEC : 0);
}

static void map(const struct stub_request *r)
{
    int flags = MAP_FIXED | (r->bytes <= POPULATE_MAX ? MAP_POPULATE : 0);
    flags |= HEADER->private_text && !(r->prot & MAP_PROT_WRITE) ? MAP_PRIVATE : MAP_SHARED;
    for (int tries = 0; tries < 2; tries++) {
        long at = sys6(__NR_mmap, (long)r->vaddr, (long)r->bytes, host_prot(r->prot), flags,
                       STUB_FD_RAM, (long)r->phys);
        if (at == (long)r->vaddr)
            return;
        unmap(DYAD_USER_BASE, DYAD_USER_END - DYAD_USER_BASE);
    }
    stub_die(4);
}

/* Lower to readable. A hole in the range makes Linux stop half way: forget the range instead. */
static void protect(const struct stub_request *r)
{
    if (SYS3(__NR_mprotect, r->vaddr, r->bytes, host_prot(r->prot)) != 0)
        unmap(r->vaddr, r->bytes);
}

static void execute(const struct stub_request *r)
{
    switch (r->op) {
    case STUB_OP_MAP: map(r); break;
    case STUB_OP_UNMAP: unmap(r->vaddr, r->bytes); break;
    case STUB_OP_PROTECT: protect(r); break;
    default: break;
    }
}

/* Whether `next` continues `r`, so that one system call does both. */
static bool continues(const struct stub_request *r, const struct stub_request *next)
{
    return next->op == r->op && next->prot == r->prot && next->vaddr == r->vaddr + r->bytes &&
           (r->op != STUB_OP_MAP || next->phys == r->phys + r->bytes);
}

/* One request with those that continue it; returns the number of the next to do. */
static uint64_t step(struct stub_header *header, uint64_t number, uint64_t tail)
{
    uint64_t flush = atomic_load(&header->flush);
    if (flush > number) {
        unmap(DYAD_USER_BASE, DYAD_USER_END - DYAD_USER_BASE);
        return flush;
    }
    struct stub_request r = header->ring[number % STUB_RING];
    uint64_t next = number + 1;
    while (next < tail && continues(&r, &header->ring[next % STUB_RING]))
        r.bytes += header->ring[next++ % STUB_RING].bytes;
    /* The kernel may have declared these void and reused their slots while we read them. */
    atomic_thread_fence(memory_order_acquire);
    if (atomic_load(&header->flush) > number)
        return number;
    execute(&r);
    return next;
}

/* Several threads may come here; each returns only when all that was pending at its call is done. */
void stub_mappings_update(void)
{
    struct stub_header *header = HEADER;
    uint64_t tail = atomic_load_explicit(&header->tail, memory_order_acquire);
    if (atomic_load_explicit(&header->done, memory_order_acquire) == tail)
        return;
    lock(header);
    uint64_t number = atomic_load(&header->done);
    while (number < (tail = atomic_load(&header->tail))) {
        number = step(header, number, tail);
        atomic_store(&header->done, number);
    }
    unlock(header);
}
