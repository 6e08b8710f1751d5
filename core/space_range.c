/* space_range.c: see space_range.h. */
#include "core/space_range.h"

#include "core/thread.h"

static uint64_t index_of(uint64_t addr)
{
    return addr >> DYAD_PAGE_SHIFT;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void range_next(struct range_op *op, enum range_phase phase)
{
    op->phase = phase;
    op->cursor = op->start;
}

/* The next region of the range that reaches beyond the cursor, or NULL. */
static struct region *range_region(struct range_op *op) REQUIRES(&op->space->lock)
{
    if (op->cursor >= op->end)
        return NULL;
    struct region *region = space_region_from(op->space, op->cursor);
    return region && region->start < op->end ? region : NULL;
}

/* Another operation is removing it. */
static bool region_is_foreign(const struct range_op *op, const struct region *region)
{
    return (region->flags & REGION_CLOSING) && region->closer != op;
}

void range_close_region(struct region *region, const void *closer)
{
    region->flags |= REGION_CLOSING;
    region->closer = closer;
    region->prot = 0;
}

status_t range_cut(struct space *space, struct region **region, uint64_t low, uint64_t high,
                   struct region **dead)
{
    bool cut = (*region)->start < low;
    if (cut) {
        status_t status = space_region_split(space, *region, low);
        if (status < 0)
            return status;
        *region = space_region_next(*region);
    }
    if ((*region)->end <= high)
        return 0;
    status_t status = space_region_split(space, *region, high);
    if (status < 0 && cut)
        space_region_merge(space, *region, dead);
    return status;
}

/* Cut both ends of the whole range before anything else, since only this can fail. STATUS_STEP: wait for another operation
 * that is removing a region there. */
static status_t range_cut_ends(struct range_op *op, struct region **dead) REQUIRES(&op->space->lock)
{
    struct region *first = space_region_at(op->space, op->start);
    struct region *last = space_region_at(op->space, op->end - 1);
    if ((first && region_is_foreign(op, first)) || (last && region_is_foreign(op, last)))
        return STATUS_STEP;
    status_t status = first ? range_cut(op->space, &first, op->start, op->end, dead) : 0;
    if (status < 0 || !last || last == first || last->end <= op->end)
        return status;
    /* `last` is another region, or was the same one until the first cut; then that has cut the end too. */
    status = range_cut(op->space, &last, op->start, op->end, dead);
    if (status < 0 && first)
        space_region_merge(op->space, first, dead);
    return status;
}

/* ---- removing ---- */

static bool region_is_own(const struct range_op *op, const struct region *region)
{
    return (region->flags & REGION_CLOSING) && region->closer == op;
}

/* Only when others have mapped or joined regions between two steps, and memory is out: the operation ends here. */
static void range_truncate(struct range_op *op, status_t status)
{
    op->end = op->cursor;
    op->status = status;
    op->kind = op->kind == RANGE_MAP ? RANGE_UNMAP : op->kind;
}

static status_t range_close(struct range_op *op, struct region **dead) REQUIRES(&op->space->lock)
{
    if (op->cursor == op->start) {
        status_t status = range_cut_ends(op, dead);
        if (status < 0)
            return status;
    }
    for (unsigned i = 0; i < SPACE_STEP_REGIONS; i++) {
        struct region *region = range_region(op);
        if (!region) {
            range_next(op, RANGE_FORGET);
            return 0;
        }
        if (region_is_foreign(op, region))
            return STATUS_STEP;
        status_t status = range_cut(op->space, &region, op->start, op->end, dead);
        if (status < 0) {
            range_truncate(op, status);
            continue;
        }
        range_close_region(region, op);
        op->cursor = region->end;
    }
    return STATUS_STEP;
}

/* Tell the body about a run of pages whose translations go or are lowered. */
static void range_flush(struct range_op *op, uint64_t index, uint64_t count)
    REQUIRES(&op->space->lock)
{
    struct arch_space *arch = &op->space->arch;
    if (count == 0)
        return;
    op->changed = true;
    if (op->phase == RANGE_APPLY)
        arch_space_protect(arch, index << DYAD_PAGE_SHIFT, count, op->prot);
    else
        arch_space_protect(arch, index << DYAD_PAGE_SHIFT, count, 0);
}

/* Flush the mapped pages from the cursor to `end`, in runs; true: all. */
static bool range_flush_words(struct range_op *op, uint64_t end) REQUIRES(&op->space->lock)
{
    struct radix_walk walk =
        radix_walk_start(&op->space->pages, index_of(op->cursor), index_of(end));
    uint64_t run = 0, count = 0;
    uintptr_t *slot = NULL;
    while (op->budget > 0 && (slot = radix_walk_next(&walk)) != NULL) {
        op->budget--;
        if (!(*slot & WORD_MAPPED))
            continue;
        if (run + count != walk.index) {
            range_flush(op, run, count);
            run = walk.index;
            count = 0;
        }
        count++;
        if (op->phase == RANGE_FORGET)
            *slot &= ~WORD_MAPPED;
    }
    range_flush(op, run, count);
    bool done = op->budget > 0 || !radix_walk_next(&walk);
    op->cursor = done ? end : walk.index << DYAD_PAGE_SHIFT;
    return done;
}

#define FIXED_CHUNK_PAGES 64

/* The same for a region over fixed memory, whose own translations no word records: chunk by chunk, all of it. */
static bool range_flush_fixed(struct range_op *op, struct region *region, uint64_t end)
    REQUIRES(&op->space->lock)
{
    uint64_t fixed_bytes = PAGE_ROUND_UP(region->memory->fixed_bytes);
    uint64_t fixed_end = region->start;
    if (region->offset < fixed_bytes)
        fixed_end += fixed_bytes - region->offset;
    while (op->cursor < end) {
        uint64_t chunk_end = lesser(end, op->cursor + FIXED_CHUNK_PAGES * DYAD_PAGE_SIZE);
        uint64_t flush_end = lesser(chunk_end, fixed_end);
        if (op->budget == 0)
            return false;
        if (flush_end > op->cursor) {
            uint64_t pages = index_of(flush_end - op->cursor);
            range_flush(op, index_of(op->cursor), pages);
            op->budget -= (unsigned)lesser(op->budget, pages);
        } else {
            chunk_end = end; /* beyond the memory there are only words */
        }
        if (!range_flush_words(op, chunk_end))
            return false;
    }
    return true;
}

static bool range_flush_region(struct range_op *op, struct region *region)
    REQUIRES(&op->space->lock)
{
    uint64_t end = lesser(region->end, op->end);
    if (op->cursor < region->start)
        op->cursor = region->start;
    if (!(region->flags & REGION_FIXED_MAPPED))
        return range_flush_words(op, end);
    return range_flush_fixed(op, region, end);
}

static status_t range_forget(struct range_op *op) REQUIRES(&op->space->lock)
{
    for (unsigned i = 0; i < SPACE_STEP_REGIONS; i++) {
        struct region *region = range_region(op);
        if (!region) {
            range_next(op, RANGE_SYNC);
            return 0;
        }
        if (!region_is_own(op, region)) /* mapped meanwhile by somebody else */
            op->cursor = region->end;
        else if (!range_flush_region(op, region))
            return STATUS_STEP;
    }
    return STATUS_STEP;
}

/* A closed and emptied region of a range that is mapped anew: the one before it grows over it, so that nobody takes the
 * place and one region is left in the end. */
static void range_gather(struct range_op *op, struct region *region, struct region **dead)
    REQUIRES(&op->space->lock)
{
    struct region *before = space_region_at(op->space, op->start);
    if (before && before != region) {
        uint64_t end = region->end;
        space_region_remove(op->space, region, dead);
        space_region_count(op->space, before, end - before->end);
        before->end = end;
    } else if (region->start != op->start) {
        tree_remove(&op->space->regions, &region->node);
        space_region_count(op->space, region, region->start - op->start);
        region->start = op->start;
        tree_insert(&op->space->regions, &region->node, region->start);
    }
}

/* Somebody has mapped in the range, which will be replaced as well. */
static status_t range_again(struct range_op *op)
{
    op->again = true;
    range_next(op, RANGE_FREE);
    return STATUS_STEP;
}

static void range_free_done(struct range_op *op)
{
    enum range_phase next = op->kind == RANGE_MAP ? RANGE_INSERT : RANGE_DONE;
    range_next(op, op->again ? RANGE_CLOSE : next);
    op->again = false;
}

static status_t range_free(struct range_op *op, struct region **dead) REQUIRES(&op->space->lock)
{
    bool gather = op->kind == RANGE_MAP && !op->again;
    for (unsigned i = 0; i < SPACE_STEP_REGIONS; i++) {
        struct region *region = range_region(op);
        if (!region) {
            range_free_done(op);
            return 0;
        }
        if (!region_is_own(op, region)) {
            if (gather)
                return range_again(op);
            op->cursor = region->end;
            continue;
        }
        if (op->cursor < region->start)
            op->cursor = region->start;
        if (!space_drop_words(op->space, &op->cursor, region->end, &op->budget))
            return STATUS_STEP;
        if (gather)
            range_gather(op, region, dead);
        else
            space_region_remove(op->space, region, dead);
    }
    return STATUS_STEP;
}

/* What was there has become one closed region, or nothing. */
static status_t range_insert(struct range_op *op, struct region **dead) REQUIRES(&op->space->lock)
{
    struct region *place = range_region(op);
    if (place) {
        struct region *next = space_region_next(place);
        if (!region_is_own(op, place) || (next && next->start < op->end))
            return range_again(op);
        space_region_remove(op->space, place, dead);
    }
    space_region_insert(op->space, op->fresh);
    space_region_merge(op->space, op->fresh, dead);
    op->fresh = NULL;
    op->phase = RANGE_DONE;
    return 0;
}

/* ---- protect ---- */

static status_t range_check(struct range_op *op) REQUIRES(&op->space->lock)
{
    for (unsigned i = 0; i < SPACE_STEP_REGIONS * 8; i++) {
        struct region *region = space_region_at(op->space, op->cursor);
        if (!region || (region->flags & REGION_CLOSING))
            return -ERR_NOMEM;
        if (op->prot & ~region->may)
            return -ERR_ACCES;
        op->cursor = region->end;
        if (op->cursor >= op->end) {
            range_next(op, RANGE_APPLY);
            return 0;
        }
    }
    return STATUS_STEP;
}

/* Give the region at the cursor its new protection. */
static status_t range_begin_region(struct range_op *op, struct region **region,
                                   struct region **dead) REQUIRES(&op->space->lock)
{
    status_t status = range_cut(op->space, region, op->start, op->end, dead);
    if (status < 0)
        return status;
    /* What another thread has unmapped or mapped since the check may not allow it, and is left alone. */
    bool allowed = !((*region)->flags & REGION_CLOSING) && !(op->prot & ~(*region)->may);
    op->lower = allowed && ((*region)->prot & ~op->prot) != 0;
    if (allowed)
        (*region)->prot = op->prot;
    op->begun = true;
    return 0;
}

static status_t range_apply(struct range_op *op, struct region **dead) REQUIRES(&op->space->lock)
{
    if (op->cursor == op->start && !op->begun) {
        status_t status = range_cut_ends(op, dead);
        if (status < 0)
            return status;
    }
    for (unsigned i = 0; i < SPACE_STEP_REGIONS; i++) {
        struct region *region = range_region(op);
        if (!region) {
            range_next(op, RANGE_SYNC);
            return 0;
        }
        status_t status = op->begun ? 0 : range_begin_region(op, &region, dead);
        if (status < 0) {
            range_truncate(op, status);
            continue;
        }
        if (op->lower && !range_flush_region(op, region))
            return STATUS_STEP;
        op->begun = false;
        op->cursor = region->end;
        space_region_merge(op->space, region, dead);
    }
    return STATUS_STEP;
}

/* ---- moving ---- */

/* Both places are closed, so that nobody sees a word twice. */
static status_t range_alias(struct range_op *op) REQUIRES(&op->space->lock)
{
    struct radix_node *leaf = NULL;
    uint64_t index = index_of(op->cursor);
    for (uintptr_t word; (word = radix_next(&op->space->pages, &index)) != 0; index++) {
        if (index >= index_of(op->end))
            break;
        if (op->budget == 0) {
            op->cursor = index << DYAD_PAGE_SHIFT;
            return STATUS_STEP;
        }
        op->budget--;
        op->status = radix_insert_near(&op->space->pages, op->space->quota, &leaf,
                                       index + index_of(op->to) - index_of(op->start), word);
        if (op->status < 0)
            break;
        op->space->present++;
    }
    range_next(op, RANGE_LEAVE);
    return 0;
}

/* The pages, their references and charges stay: only words go. */
static status_t range_leave(struct range_op *op, struct region **dead) REQUIRES(&op->space->lock)
{
    uintptr_t words[RADIX_WAYS];
    uint64_t index = index_of(op->status < 0 ? op->to : op->start);
    uint64_t end = index + index_of(op->end - op->start);
    for (unsigned count; (count = radix_remove_leaf(&op->space->pages, op->space->quota, &index,
                                                    end, words)) != 0;) {
        op->space->present -= count;
        if (op->budget <= count)
            return STATUS_STEP;
        op->budget -= count;
    }
    struct region *kept = space_region_at(op->space, op->start), *left = op->fresh;
    if (op->status == 0) {
        left = kept;
        kept = op->fresh;
        op->status = (status_t)op->to;
    }
    space_region_remove(op->space, left, dead);
    kept->flags &= ~REGION_CLOSING;
    kept->closer = NULL;
    kept->prot = op->prot;
    space_region_merge(op->space, kept, dead);
    op->fresh = NULL;
    op->phase = RANGE_DONE;
    return 0;
}

/* ---- running ---- */

static status_t range_phase_run(struct range_op *op, struct region **dead)
    REQUIRES(&op->space->lock)
{
    switch (op->phase) {
    case RANGE_CLOSE: return range_close(op, dead);
    case RANGE_CHECK: return range_check(op);
    case RANGE_APPLY: return range_apply(op, dead);
    case RANGE_FORGET: return range_forget(op);
    case RANGE_FREE: return range_free(op, dead);
    case RANGE_INSERT: return range_insert(op, dead);
    case RANGE_ALIAS: return range_alias(op);
    case RANGE_LEAVE: return range_leave(op, dead);
    case RANGE_SYNC:
    case RANGE_DONE: break;
    }
    ASSERT(false);
    return 0;
}

static status_t range_step_locked(struct range_op *op)
{
    struct region *dead = NULL;
    lock_acquire(&op->space->lock);
    status_t status = op->space->dead ? -ERR_SRCH : range_phase_run(op, &dead);
    lock_release(&op->space->lock);
    region_free_dead(op->space, dead);
    return status;
}

static status_t range_finish(struct range_op *op, status_t status)
{
    struct space *space = op->space;
    if (op->fresh) {
        op->fresh->next_dead = NULL;
        region_free_dead(space, op->fresh);
    }
    kobject_put(&space->object);
    return status;
}

/* Without a thread nothing runs in the space: the cores only have to forget before they run it. */
static status_t range_sync(struct thread *t, struct space *space)
{
    if (t)
        return space_sync(t, space);
    lock_acquire(&space->lock);
    (void)arch_space_sync(&space->arch);
    lock_release(&space->lock);
    return 0;
}

static status_t range_phase(struct thread *t, struct range_op *op)
{
    if (op->phase != RANGE_SYNC)
        return range_step_locked(op);
    status_t status = op->changed ? range_sync(t, op->space) : 0;
    if (status != 0)
        return status;
    static const uint8_t next[] = {[RANGE_UNMAP] = RANGE_FREE,
                                   [RANGE_MAP] = RANGE_FREE,
                                   [RANGE_PROTECT] = RANGE_DONE,
                                   [RANGE_MOVE] = RANGE_ALIAS};
    op->changed = false;
    range_next(op, next[op->kind]);
    return 0;
}

static status_t range_run(struct thread *t, struct range_op *op)
{
    op->budget = SPACE_STEP_PAGES;
    while (op->phase != RANGE_DONE) {
        status_t status = range_phase(t, op);
        if (status == STATUS_PARKED || (status == STATUS_STEP && t))
            return status;
        if (status == STATUS_STEP)
            op->budget = SPACE_STEP_PAGES;
        else if (status < 0)
            return range_finish(op, status);
    }
    if (op->status == 0 && op->kind == RANGE_MAP)
        op->status = (status_t)op->start;
    return range_finish(op, op->status);
}

static status_t range_step(struct thread *t)
{
    return range_run(t, (struct range_op *)&t->op);
}

_Static_assert(sizeof(struct range_op) <= sizeof(((struct thread *)NULL)->op), "fits thread.op");

status_t range_start(struct thread *t, const struct range_op *op)
{
    struct range_op here;
    struct range_op *place = t ? (struct range_op *)&t->op : &here;
    *place = *op;
    place->cursor = place->start;
    kobject_get(&place->space->object);
    if (t)
        t->step = range_step;
    return range_run(t, place);
}
