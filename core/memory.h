/* memory.h: memory objects: pages by index, demand-zero, shared by mappings and handles. */
#pragma once
#include "core/kobject.h"
#include "core/page.h"
#include "core/quota.h"
#include "core/radix.h"

struct memory {
    struct kobject object; /* kind HANDLE_KIND_MEMORY */
    struct quota *quota;   /* counted; pays for the pages */
    struct lock lock;      /* rank LOCK_MEMORY */
    /* Guarded by lock: */
    uint64_t bytes GUARDED_BY(&lock);
    uint64_t present GUARDED_BY(&lock);   /* pages; each is charged */
    struct radix pages GUARDED_BY(&lock); /* struct page * (counted) by index */
    struct reclaim_item reclaim;          /* once dead */
    /* Constant after init: fixed physical memory (initfs), never charged or freed. pages in [fixed_base, +fixed_bytes) */
    uint64_t fixed_base, fixed_bytes;
    /* ARCH_PROT_*: the fixed memory is a device's, which only user space may touch, by shared mappings; 0: it is RAM. */
    unsigned device;
};

#define MEMORY_BYTES_MAX  ((uint64_t)INT64_MAX - DYAD_PAGE_SIZE)
#define MEMORY_STEP_PAGES 256 /* freed by one bounded step */

MUST_CHECK status_t memory_create(struct machine *machine, struct quota *quota, uint64_t bytes,
                                  struct memory **out);
/* An object over physical RAM that belongs to nobody (the initfs); its page array entries need not exist. */
MUST_CHECK status_t memory_create_fixed(struct machine *machine, uint64_t phys, uint64_t bytes,
                                        struct memory **out);
/* An object over a device's physical memory, which the kernel itself cannot reach. device: ARCH_PROT_*. */
MUST_CHECK status_t memory_create_device(struct machine *machine, struct quota *quota,
                                         uint64_t phys, uint64_t bytes, unsigned device,
                                         struct memory **out);

/* Where page `index` lies. allocate: a missing page is made (zeroed); otherwise *page NULL and *phys 0.
 * *page gets a reference for the caller (NULL for fixed memory). Beyond the end: -ERR_RANGE. Takes memory->lock. */
MUST_CHECK status_t memory_page(struct memory *memory, uint64_t index, bool allocate,
                                struct page **page, uint64_t *phys);
/* The pages that are present among [index, index + count), referenced for the caller, the others NULL. Not for fixed memory. */
void memory_peek(struct memory *memory, uint64_t index, unsigned count, struct page **pages);
/* Pages beyond the new end are freed, or left to those who still map them. STATUS_STEP: call again with the same size.
 * -ERR_ROFS fixed memory, -ERR_FBIG. Nothing is lost or kept when it is not called again. */
MUST_CHECK status_t memory_resize(struct memory *memory, uint64_t bytes);
uint64_t memory_bytes(struct memory *memory);
static inline bool memory_is_fixed(const struct memory *memory)
{
    return memory->fixed_bytes != 0;
}
static inline bool memory_is_device(const struct memory *memory)
{
    return memory->device != 0;
}
static inline struct memory *memory_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct memory, object);
}
void memory_check(struct memory *memory); /* asserts the invariants */
