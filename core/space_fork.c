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
    uint64_t index = *addr >> DYAD_PAGE_SHIFT, end = region->end >> DYAD_PAGE_SHIFT;
    uint64_t run = 0, count = 0;
    uintptr_t *slot;
    while ((slot = radix_next_slot(&space->pages, &index)) != NULL && index < end && *budget > 0) {
        (*budget)--;
        if (!(*slot & (WORD_SHARED | WORD_GUARDED))) {
            *slot |= WORD_GUARDED;
            bool writable = (*slot & WORD_MAPPED) && (region->prot & MAP_PROT_WRITE);
            if (writable && run + count != index) {
                guard_flush(space, run, count, region->prot);
                run = index;
                count = 0;
            }
            count += writable;
        }
        index++;
    }
    guard_flush(space, run, count, region->prot);
    bool done = !slot || index >= end;
    *addr = done ? region->end : index << DYAD_PAGE_SHIFT;
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

static status_t fork_share_page(struct space *from, struct space *to, uint64_t index,
                                uintptr_t *slot) REQUIRES(&from->lock) REQUIRES(&to->lock)
{
    struct machine *machine = from->object.machine;
    status_t status = quota_charge(to->quota, QUOTA_PAGES, 1);
    if (status < 0)
        return status;
    uintptr_t word = fork_word(machine, slot);
    if (word)
        status = radix_insert(&to->pages, to->quota, index, word);
    if (!word || status < 0) {
        if (word)
            page_put(machine, word_page(word));
        quota_release(to->quota, QUOTA_PAGES, 1);
        return -ERR_NOMEM;
    }
    to->present++;
    return 0;
}

/* Pages of memory objects are found there again by the child's own faults. Where another thread has changed the mappings since
 * the regions were copied, the child's regions decide. */
static bool fork_wants(struct space *from, struct space *to, uint64_t addr, uintptr_t word)
    REQUIRES(&from->lock) REQUIRES(&to->lock)
{
    const struct region *region = space_region_at(from, addr);
    const struct region *copy = space_region_at(to, addr);
    if ((word & WORD_OBJECT) || !region || !copy || !region_is_forked(region))
        return false;
    return region_is_private(region) && region_is_private(copy);
}

static status_t fork_share(struct space *from, struct space *to, uint64_t *addr, unsigned *budget)
    REQUIRES(&from->lock) REQUIRES(&to->lock)
{
    if (!guard_is_settled(from))
        return STATUS_STEP;
    uint64_t index = *addr >> DYAD_PAGE_SHIFT;
    status_t status = 0;
    uintptr_t *slot;
    while ((slot = radix_next_slot(&from->pages, &index)) != NULL) {
        if (*budget == 0) {
            status = STATUS_STEP;
            break;
        }
        (*budget)--;
        if (fork_wants(from, to, index << DYAD_PAGE_SHIFT, *slot)) {
            status = fork_share_page(from, to, index, slot);
            if (status < 0)
                break;
        }
        index++;
    }
    *addr = index << DYAD_PAGE_SHIFT;
    return status;
}

static status_t fork_phase(struct space *from, struct space *to, enum fork_phase phase,
                           uint64_t *addr, unsigned *budget)
    REQUIRES(&from->lock) REQUIRES(&to->lock)
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
