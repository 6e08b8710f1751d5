/* page.h: physical pages: a buddy allocator with per-core caches, and a reference count a page. */
#pragma once
#include <stdalign.h>

#include "core/list.h"
#include "core/lock.h"
#include "core/reclaim.h"

struct machine;
struct boot_info;

#define PAGE_ORDER_MAX 10 /* largest block: 4 MiB */

enum page_state {
    PAGE_OUTSIDE, /* not RAM of the pool, or the page array itself */
    PAGE_BODY,    /* inside a block that starts at an earlier page */
    PAGE_BUDDY,   /* starts a free block */
    PAGE_CACHED,  /* free, in a core's cache */
    PAGE_USED,    /* starts an allocated block */
    PAGE_SLAB,    /* any page of a slab of the heap */
};

/* One per page of RAM, in an array found by page number. */
struct page {
    _Atomic uint32_t references; /* 0: free */
    uint8_t order;               /* of the free or allocated block that starts here */
    _Atomic uint8_t state; /* enum page_state; to and from PAGE_BUDDY only under the pool's lock */
    uint16_t heap_class;   /* for the heap */
    struct list link;      /* free list; the owner's otherwise */
    uint64_t owner;        /* the owner's (heap: free pieces) */
};

struct
    page_pool; /* struct page_pool is embedded in struct machine; defined at the end of this header */

/* Takes RAM from info->ram; the page array itself lies in it. -ERR_NOMEM: too little RAM to start. */
MUST_CHECK status_t page_pool_init(struct page_pool *pool, const struct boot_info *info);

/* A block of 2^order pages with one reference, physically aligned to its size; NULL: none left.
 * Contents are undefined (poisoned in debug). */
struct page *page_alloc(struct machine *machine, unsigned order);
struct page *page_alloc_zeroed(struct machine *machine); /* one page */

/* References to single pages (order 0). put frees at zero. */
void page_get(struct page *page);
void page_put(struct machine *machine, struct page *page);
uint32_t page_references(const struct page *page); /* 1: the caller is the only owner */
void page_free_block(struct machine *machine, struct page *page); /* of any order, references 1 */

uint64_t page_phys(struct machine *machine, const struct page *page);
void *page_ptr(struct machine *machine, const struct page *page);
struct page *page_of_phys(struct machine *machine, uint64_t phys); /* NULL: not RAM of the pool */
struct page *page_of_ptr(struct machine *machine, const void *pointer); /* into RAM of the pool */
size_t page_count_free(struct machine *machine); /* caches included; takes the locks */
size_t page_count_total(struct machine *machine);
/* Walks all lists and counts; asserts the invariants. For tests and debug builds. */
void page_pool_check(struct machine *machine);

#define PAGE_CACHE_MAX         32
#define PAGE_CACHE_BATCH_ORDER 4 /* a cache takes one block of 16 pages when it is empty */
struct
    page_cache { /* one a core, on a cache line of its own: pages move to and from the pool in batches */
    alignas(64) struct lock lock; /* rank LOCK_PAGES; the pool's is taken inside it */
    struct list pages GUARDED_BY(&lock);
    unsigned count GUARDED_BY(&lock);
};
struct page_pool {
    struct lock lock; /* rank LOCK_PAGES */
    struct list free[PAGE_ORDER_MAX + 1] GUARDED_BY(&lock);
    size_t free_count GUARDED_BY(&lock);         /* pages, without the caches */
    struct page_cache caches[DYAD_CPUS_MAX + 1]; /* the last: outside cpu_main */
    struct reclaim reclaim; /* dead objects whose pages are still to be freed */
    /* Constant after init: */
    struct page *pages;
    char *base; /* the kernel's pointer to first_pfn; arch_phys_ptr is linear */
    uint64_t first_pfn, pfn_count;
    size_t total;
};
