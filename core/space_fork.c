/*
 * space_fork.c: copying an address space copy-on-write, while other threads may run in it.
 *
 * A page may be shared only once no core can write it through an old translation; otherwise a write after the parent has
 * copied the page for itself would land in the child's. So: first all private pages are write-protected and marked
 * WORD_GUARDED, then that is settled on all cores, then each page that is still guarded is shared. A guarded page that is
 * written meanwhile just loses the mark, and is copied for the child when its turn comes. No thread waits for a fork.
 */
#include "core/machine.h"
#include "core/space_internal.h"

/* The cursor: an address and, above it, the phase. */
enum fork_phase { FORK_REGIONS, FORK_GUARD, FORK_SHARE, FORK_DONE };
#define PHASE_SHIFT 60

static uint64_t cursor_make(enum fork_phase phase, uint64_t addr)
{
    return (uint64_t)phase << PHASE_SHIFT | addr;
}

static bool region_is_forked(const struct region *region)
{
    return !(region->flags & REGION_CLOSING);
}

/* ---- regions ---- */

static status_t fork_region(struct space *to, const struct region *region) REQUIRES(&to->lock)
{
    struct region *copy = region_create(to);
    if (!copy)
        return -ERR_NOMEM;
    *copy = (struct region){
        .start = region->start,
        .end = region->end,
        .prot = region->prot,
        .may = region->may,
        .flags = region->flags & (MAP_FLAG_SHARED | MAP_FLAG_STACK),
        .memory = region->memory,
        .offset = region->offset,
    };
    if (copy->memory)
        kobject_get(&copy->memory->object);
    space_region_insert(to, copy);
    return 0;
}

static status_t fork_regions(struct space *from, struct space *to, uint64_t *addr)
    REQUIRES(&from->lock) REQUIRES(&to->lock)
{
    struct region *region = space_region_from(from, *addr);
    for (unsigned i = 0; region; i++) {
        if (i == SPACE_STEP_REGIONS)
            return STATUS_STEP;
        /* Between two steps another thread may have joined regions, one of them copied already. */
        bool seen = region->start < *addr;
        status_t status = region_is_forked(region) && !seen ? fork_region(to, region) : 0;
        if (status < 0)
            return status;
        *addr = region->end;
        region = space_region_next(region);
    }
    return 0;
}

/* ---- write protection ---- */

static void guard_flush(struct space *space, uint64_t index, uint64_t count, unsigned prot)
    REQUIRES(&space->lock)
{
    if (count == 0)
        return;
    arch_space_protect(&space->arch, index << DYAD_PAGE_SHIFT, count, prot & ~MAP_PROT_WRITE);
    space->guard_state = GUARD_NEW;
}

/* Guard the private pages of a region from *addr on; true: all. */
static bool guard_region(struct space *space, const struct region *region, uint64_t *addr,
                         unsigned *budget) REQUIRES(&space->lock)
{
    struct radix_walk walk =
        radix_walk_start(&space->pages, *addr >> DYAD_PAGE_SHIFT, region->end >> DYAD_PAGE_SHIFT);
    uint64_t run = 0, count = 0;
    uintptr_t *slot;
    while (*budget > 0 && (slot = radix_walk_next(&walk)) != NULL) {
        (*budget)--;
        if (*slot & (WORD_SHARED | WORD_GUARDED))
            continue;
        *slot |= WORD_GUARDED;
        if (!(*slot & WORD_MAPPED) || !(region->prot & MAP_PROT_WRITE))
            continue;
        if (run + count != walk.index) {
            guard_flush(space, run, count, region->prot);
            run = walk.index;
            count = 0;
        }
        count++;
    }
    guard_flush(space, run, count, region->prot);
    bool done = *budget > 0 || !radix_walk_next(&walk);
    *addr = done ? region->end : walk.index << DYAD_PAGE_SHIFT;
    return done;
}

static status_t fork_guard(struct space *from, uint64_t *addr, unsigned *budget)
    REQUIRES(&from->lock)
{
    struct region *region = space_region_from(from, *addr);
    for (unsigned i = 0; region; i++) {
        if (i == SPACE_STEP_REGIONS)
            return STATUS_STEP;
        if (*addr < region->start)
            *addr = region->start;
        bool forked = region_is_forked(region) && region_is_private(region);
        if (forked && !guard_region(from, region, addr, budget))
            return STATUS_STEP;
        *addr = region->end;
        region = space_region_next(region);
    }
    return 0;
}

/* Can no core write a guarded page any more? */
static bool guard_is_settled(struct space *space) REQUIRES(&space->lock)
{
    if (space->guard_state == GUARD_NEW) {
        space->guard_ticket = arch_space_sync(&space->arch);
        space->guard_state = GUARD_TICKET;
    }
    if (space->guard_state == GUARD_TICKET && arch_space_synced(&space->arch, space->guard_ticket))
        space->guard_state = GUARD_SETTLED;
    return space->guard_state == GUARD_SETTLED;
}

/* ---- pages ---- */

/* The child's word for a page of the parent, and the parent's new one; 0: no memory. */
static uintptr_t fork_word(struct machine *machine, uintptr_t *slot)
{
    struct page *page = word_page(*slot);
    if (*slot & (WORD_SHARED | WORD_GUARDED)) {
        page_get(page);
        *slot = (*slot & ~WORD_GUARDED) | WORD_SHARED;
        return (uintptr_t)page | WORD_SHARED;
    }
    /* Written since it was guarded, so perhaps being written right now: the child gets what is there. */
    struct page *copy = page_alloc(machine, 0);
    if (!copy)
        return 0;
    page_copy(page_ptr(machine, copy), page_ptr(machine, page), DYAD_PAGE_SIZE);
    return (uintptr_t)copy;
}

/* Pages of the child that are charged already: one charge for many. */
struct fork_charge {
    uint64_t left;
    struct radix_node *leaf; /* of the child, where the last page went */
};
#define CHARGE_PAGES 32

static bool fork_charge(struct quota *quota, struct fork_charge *charge)
{
    if (charge->left == 0) {
        if (quota_charge(quota, QUOTA_PAGES, CHARGE_PAGES) == 0)
            charge->left = CHARGE_PAGES;
        else if (quota_charge(quota, QUOTA_PAGES, 1) == 0)
            charge->left = 1;
    }
    return charge->left != 0;
}

static status_t fork_share_page(struct space *from, struct space *to, uint64_t index,
                                uintptr_t *slot, struct fork_charge *charge)
    REQUIRES(&from->lock) REQUIRES(&to->lock)
{
    struct machine *machine = from->object.machine;
    if (!fork_charge(to->quota, charge))
        return -ERR_NOMEM;
    uintptr_t word = fork_word(machine, slot);
    if (!word)
        return -ERR_NOMEM;
    if (radix_insert_near(&to->pages, to->quota, &charge->leaf, index, word) < 0) {
        page_put(machine, word_page(word));
        return -ERR_NOMEM;
    }
    charge->left--;
    to->present++;
    return 0;
}

/* Addresses up to `end` whose private pages the child gets, or does not. */
struct fork_extent {
    uint64_t end;
    bool wanted;
};

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The extent at addr, which has a page. Where another thread has changed the mappings since the regions were copied, the
 * child's regions decide. */
static struct fork_extent fork_extent_at(struct space *from, struct space *to, uint64_t addr)
    REQUIRES(&from->lock) REQUIRES(&to->lock)
{
    const struct region *region = space_region_at(from, addr);
    const struct region *copy = space_region_at(to, addr);
    if (!region || !copy)
        return (struct fork_extent){addr + DYAD_PAGE_SIZE, false};
    return (struct fork_extent){lesser(region->end, copy->end), region_is_forked(region) &&
                                                                    region_is_private(region) &&
                                                                    region_is_private(copy)};
}

static status_t fork_share(struct space *from, struct space *to, uint64_t *addr, unsigned *budget)
    REQUIRES(&from->lock) REQUIRES(&to->lock)
{
    if (!guard_is_settled(from))
        return STATUS_STEP;
    struct radix_walk walk =
        radix_walk_start(&from->pages, *addr >> DYAD_PAGE_SHIFT, DYAD_USER_END >> DYAD_PAGE_SHIFT);
    struct fork_charge charge = {0};
    struct fork_extent extent = {0};
    status_t status = 0;
    uintptr_t *slot;
    while (status == 0 && (slot = radix_walk_next(&walk)) != NULL) {
        if (*budget == 0) {
            *addr = walk.index << DYAD_PAGE_SHIFT;
            status = STATUS_STEP;
            break;
        }
        (*budget)--;
        if (walk.index << DYAD_PAGE_SHIFT >= extent.end)
            extent = fork_extent_at(from, to, walk.index << DYAD_PAGE_SHIFT);
        /* Pages of memory objects are found there again by the child's own faults. */
        if (extent.wanted && !(*slot & WORD_OBJECT))
            status = fork_share_page(from, to, walk.index, slot, &charge);
    }
    quota_release(to->quota, QUOTA_PAGES, charge.left);
    return status;
}

static status_t fork_phase(struct space *from, struct space *to, enum fork_phase phase,
                           uint64_t *addr, unsigned *budget) REQUIRES(&from->lock)
                                                                          REQUIRES(&to->lock)
{
    switch (phase) {
    case FORK_REGIONS: return fork_regions(from, to, addr);
    case FORK_GUARD: return fork_guard(from, addr, budget);
    case FORK_SHARE: return fork_share(from, to, addr, budget);
    case FORK_DONE: break;
    }
    return 0;
}

status_t space_fork_step(struct space *from, struct space *to, uint64_t *cursor)
{
    enum fork_phase phase = (enum fork_phase)(*cursor >> PHASE_SHIFT);
    uint64_t addr = *cursor & ((UINT64_C(1) << PHASE_SHIFT) - 1);
    unsigned budget = SPACE_STEP_PAGES;
    status_t status = 0;
    lock_acquire(&from->lock);
    lock_acquire_nested(&to->lock);
    while (status == 0 && phase != FORK_DONE) {
        status = fork_phase(from, to, phase, &addr, &budget);
        if (status == 0) {
            phase++;
            addr = 0;
        }
    }
    *cursor = cursor_make(phase, addr);
    lock_release(&to->lock);
    lock_release(&from->lock);
    return status;
}
