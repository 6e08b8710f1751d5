/* space_internal.h: what the files of the address space (space*.c, copy.c) share. Nobody else includes it. */
#pragma once
#include "core/space.h"

/* Further flags of a region. */
#define REGION_CLOSING 0x10000u /* being removed: no access, its pages wait for the other cores */
#define REGION_FIXED_MAPPED \
    0x20000u /* translations of fixed memory may exist, which has no words in space.pages */

/* Tags in the low bits of a word in space.pages. In private regions a word without GUARDED and SHARED is writable. */
#define WORD_MAPPED  1UL /* a translation may exist */
#define WORD_GUARDED 2UL /* write-protected for a fork in progress, but ours alone */
#define WORD_SHARED  4UL /* may have other owners: copied before it is written */
#define WORD_OBJECT  8UL /* the region's memory object has it (or had it before it was shrunk) */
#define WORD_TAGS    15UL

/* Bounds of one step. */
#define SPACE_STEP_PAGES   256
#define SPACE_STEP_REGIONS 64

#define MAP_PROT_ALL (MAP_PROT_READ | MAP_PROT_WRITE | MAP_PROT_EXEC)

static inline struct page *word_page(uintptr_t word)
{
    return (struct page *)(word & ~WORD_TAGS);
}

static inline bool region_is_private(const struct region *region)
{
    return !(region->flags & MAP_FLAG_SHARED);
}

static inline bool region_is_fixed(const struct region *region)
{
    return region->memory && memory_is_fixed(region->memory);
}

/* The index in the region's memory object of the page at addr. */
static inline uint64_t region_index(const struct region *region, uint64_t addr)
{
    return (region->offset + (addr - region->start)) >> DYAD_PAGE_SHIFT;
}

/* ---- regions (space.c) ---- */

/* Charged to the space's quota, in no tree. NULL: no memory. */
struct region *region_create(struct space *space);
/* Free the regions linked by next_dead, with their references. No lock is held. */
void region_free_dead(struct space *space, struct region *dead);

struct region *space_region_search(struct space *space, uint64_t addr) REQUIRES(&space->lock);
/* The region that contains addr, or NULL. */
static inline struct region *space_region_at(struct space *space, uint64_t addr)
    REQUIRES(&space->lock)
{
    struct region *recent = space->recent;
    if (recent && addr - recent->start < recent->end - recent->start)
        return recent;
    return space_region_search(space, addr);
}
/* The first region that ends above addr, or NULL. */
struct region *space_region_from(struct space *space, uint64_t addr) REQUIRES(&space->lock);
struct region *space_region_next(const struct region *region);

void space_region_insert(struct space *space, struct region *region) REQUIRES(&space->lock);
/* A region in the tree is about to become so many bytes longer (or, modulo 2^64, shorter). */
void space_region_count(struct space *space, const struct region *region, uint64_t bytes)
    REQUIRES(&space->lock);
/* Out of the tree and onto *dead. */
void space_region_remove(struct space *space, struct region *region, struct region **dead)
    REQUIRES(&space->lock);
/* Cut at `at`, inside the region; the upper part becomes a region of its own. -ERR_NOMEM: nothing has changed. */
MUST_CHECK status_t space_region_split(struct space *space, struct region *region, uint64_t at)
    REQUIRES(&space->lock);
/* Join with equal neighbours; they go onto *dead. */
void space_region_merge(struct space *space, struct region *region, struct region **dead)
    REQUIRES(&space->lock);
/* First fit for `bytes`; 0: no room. */
uint64_t space_choose(struct space *space, uint64_t bytes) REQUIRES(&space->lock);

/* ---- pages (space_page.c) ---- */

/* What an access found. */
struct space_page {
    uint64_t phys;
    struct page *page; /* NULL: fixed memory */
    bool was_mapped;   /* the word was there and mapped, and has not changed */
};
/*
 * Make the page at addr (in region) ready to be read, or written: demand-zero, from the memory object, or by breaking
 * copy-on-write. Ignores protections. -ERR_RANGE beyond the object's end, -ERR_NOMEM.
 */
MUST_CHECK status_t space_bring(struct space *space, struct region *region, uint64_t addr,
                                bool write, struct space_page *out) REQUIRES(&space->lock);
/* Take out *budget words, or up to a leaf more, in [*cursor, end) with their pages and charges; true: all. Nobody translates them any more. */
bool space_drop_words(struct space *space, uint64_t *cursor, uint64_t end, unsigned *budget)
    REQUIRES(&space->lock);

/* ---- other cores (space_sync.c) ---- */

/* A page taken out of the tree whose translations other cores may still have. */
struct limbo_page {
    struct list link;
    struct page *page; /* counted; NULL: fixed memory, nothing to free */
    uint64_t ticket;
};
/* Forget the translation of one page that is about to be replaced, and drop `old` (counted, or NULL) when no core uses it
 * any more. -ERR_NOMEM: the page must stay where it is. */
MUST_CHECK status_t space_retire(struct space *space, uint64_t addr, struct page *old)
    REQUIRES(&space->lock);
/* Free what is in limbo: nothing runs in the space. */
void space_limbo_drop(struct space *space);

/* ---- the object (copy.c) ---- */
MUST_CHECK status_t space_object_read(struct thread *t, struct kobject *object, uint64_t buffer,
                                      uint64_t bytes, uint64_t offset, unsigned flags);
MUST_CHECK status_t space_object_write(struct thread *t, struct kobject *object, uint64_t buffer,
                                       uint64_t bytes, uint64_t offset, unsigned flags);
