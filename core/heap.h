/* heap.h: kernel memory in small pieces: size classes in slabs of pages. */
#pragma once
#include "core/list.h"
#include "core/lock.h"

struct machine;

/* Zeroed, 16-byte aligned; NULL when memory is out. At most HEAP_MAX bytes. Charging is the caller's (quota.h). */
#define HEAP_MAX (256UL * 1024)
void *heap_alloc(struct machine *machine, size_t bytes);
void heap_free(struct machine *machine, void *pointer); /* NULL is harmless */
size_t heap_bytes_used(struct machine *machine);        /* for leak checks */
void heap_trim(struct machine *machine);  /* gives empty slabs back to the page pool */
void heap_check(struct machine *machine); /* asserts the invariants */

/* For tests: let the n-th allocation from now (1: the next) fail, of pages and heap together; 0: none.
 * Counts down to 0, where it stays. `sites` counts allocations while it is not 0, so that UINT64_MAX only counts. */
struct alloc_fault {
    _Atomic uint64_t fail_at;
    _Atomic uint64_t sites;
};
/* Called by both allocators: this allocation must fail. */
MUST_CHECK bool alloc_fault_hit(struct machine *machine);

#define HEAP_CLASSES 20
struct heap_class {
    struct lock lock;                      /* rank LOCK_HEAP */
    struct list partial GUARDED_BY(&lock); /* slabs with free pieces */
    struct list full GUARDED_BY(&lock);
    size_t used GUARDED_BY(&lock);  /* pieces */
    size_t empty GUARDED_BY(&lock); /* slabs in `partial` without a used piece */
    size_t size;                    /* constant after init */
};
#define HEAP_PIECE_UNIT 16
#define HEAP_PIECE_MAX  2048 /* larger ones are blocks of pages */
struct heap {
    uint8_t class_of[HEAP_PIECE_MAX / HEAP_PIECE_UNIT +
                     1]; /* by units, rounded up; constant after init */
    struct heap_class classes[HEAP_CLASSES];
    _Atomic size_t block_bytes; /* in allocations that are blocks of pages */
    struct alloc_fault fault;
};
void heap_init(struct heap *heap);
