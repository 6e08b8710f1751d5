/* space.c: address spaces and their regions: creation, teardown, search, split and merge. */
#include "core/space.h"

#include "core/machine.h"
#include "core/space_internal.h"

/* ---- regions ---- */

static struct region *region_of(struct tree_node *node)
{
    return node ? CONTAINER_OF(node, struct region, node) : NULL;
}

struct region *region_create(struct space *space)
{
    return quota_alloc(space->quota, sizeof(struct region));
}

void region_free_dead(struct space *space, struct region *dead)
{
    while (dead) {
        struct region *next = dead->next_dead;
        if (dead->memory)
            kobject_put(&dead->memory->object);
        quota_free(space->quota, dead, sizeof *dead);
        dead = next;
    }
}

struct region *space_region_search(struct space *space, uint64_t addr)
{
    struct region *region = region_of(tree_at_or_below(&space->regions, addr));
    if (!region || addr >= region->end)
        return NULL;
    space->recent = region;
    return region;
}

struct region *space_region_from(struct space *space, uint64_t addr)
{
    struct region *region = space_region_at(space, addr);
    return region ? region : region_of(tree_at_or_above(&space->regions, addr));
}

struct region *space_region_next(const struct region *region)
{
    return region_of(tree_next(&region->node));
}

void space_region_count(struct space *space, const struct region *region, uint64_t bytes)
{
    if (!(region->flags & MAP_FLAG_STACK))
        space->mapped += bytes;
}

void space_region_insert(struct space *space, struct region *region)
{
    tree_insert(&space->regions, &region->node, region->start);
    space->region_count++;
    space_region_count(space, region, region->end - region->start);
}

void space_region_remove(struct space *space, struct region *region, struct region **dead)
{
    struct region *below = region_of(tree_prev(&region->node));
    uint64_t hole = below && below->end > DYAD_MAP_BASE ? below->end : DYAD_MAP_BASE;
    if (hole < space->hole_start)
        space->hole_start = hole;
    if (space->recent == region)
        space->recent = NULL;
    tree_remove(&space->regions, &region->node);
    space->region_count--;
    space_region_count(space, region, region->start - region->end);
    region->next_dead = *dead;
    *dead = region;
}

status_t space_region_split(struct space *space, struct region *region, uint64_t at)
{
    ASSERT(at > region->start && at < region->end && PAGE_OFFSET(at) == 0);
    if (space->region_count >= SPACE_REGIONS_MAX)
        return -ERR_NOMEM;
    struct region *upper = region_create(space);
    if (!upper)
        return -ERR_NOMEM;
    *upper = (struct region){
        .start = at,
        .end = region->end,
        .prot = region->prot,
        .may = region->may,
        .flags = region->flags,
        .memory = region->memory,
        .offset = region->offset + (at - region->start),
        .closer = region->closer,
    };
    if (upper->memory)
        kobject_get(&upper->memory->object);
    space_region_count(space, region, at - region->end);
    region->end = at;
    space_region_insert(space, upper);
    return 0;
}

static bool region_continues(const struct region *low, const struct region *high)
{
    return low->end == high->start && low->prot == high->prot && low->may == high->may &&
           low->flags == high->flags && low->memory == high->memory &&
           !(low->flags & REGION_CLOSING) &&
           (!low->memory || low->offset + (low->end - low->start) == high->offset);
}

static void region_absorb_next(struct space *space, struct region *region, struct region **dead)
    REQUIRES(&space->lock)
{
    struct region *next = region ? space_region_next(region) : NULL;
    if (!next || !region_continues(region, next))
        return;
    uint64_t end = next->end;
    space_region_remove(space, next, dead);
    space_region_count(space, region, end - region->end);
    region->end = end;
}

void space_region_merge(struct space *space, struct region *region, struct region **dead)
{
    region_absorb_next(space, region, dead);
    region_absorb_next(space, region_of(tree_prev(&region->node)), dead);
}

/* ---- choosing an address ---- */

#define CHOOSE_REGIONS_MAX 1024 /* looked at by one search */

/* From the top of user space down, where a hole of any size is likely. */
static uint64_t choose_high(struct space *space, uint64_t bytes) REQUIRES(&space->lock)
{
    struct region *region = region_of(tree_at_or_below(&space->regions, DYAD_USER_END));
    uint64_t limit = DYAD_USER_END;
    for (unsigned i = 0; region && i < CHOOSE_REGIONS_MAX; i++) {
        uint64_t low = region->end > DYAD_MAP_BASE ? region->end : DYAD_MAP_BASE;
        if (limit > low && limit - low >= bytes)
            return low;
        limit = region->start;
        region = region_of(tree_prev(&region->node));
    }
    return 0;
}

/*
 * First fit. Below hole_start no hole is larger than hole_bytes, so that a search for more starts there: mapping in a row
 * does not walk what is mapped already. The walk is bounded; a hostile pattern of holes ends in choose_high.
 */
uint64_t space_choose(struct space *space, uint64_t bytes)
{
    if (bytes <= space->hole_bytes) {
        space->hole_start = DYAD_MAP_BASE;
        space->hole_bytes = 0;
    }
    uint64_t at = space->hole_start;
    struct region *region = space_region_from(space, at);
    for (unsigned i = 0; i < CHOOSE_REGIONS_MAX; i++) {
        uint64_t limit = region ? region->start : DYAD_USER_END;
        uint64_t hole = limit > at ? limit - at : 0;
        if (hole >= bytes)
            return at;
        if (!region)
            return 0;
        if (hole > space->hole_bytes)
            space->hole_bytes = hole;
        at = space->hole_start = region->end;
        region = space_region_next(region);
    }
    return choose_high(space, bytes);
}

/* ---- creation and teardown ---- */

NO_THREAD_ANALYSIS status_t space_create(struct machine *machine, struct quota *quota,
                                         struct space **out)
{
    struct space *space = quota_alloc(quota, sizeof *space);
    if (!space)
        return -ERR_NOMEM;
    kobject_init(&space->object, machine, &space_ops);
    lock_init(&space->lock, LOCK_SPACE);
    list_init(&space->limbo);
    list_init(&space->sync_waiters);
    list_init(&space->reclaim.link);
    space->hole_start = DYAD_MAP_BASE;
    space->quota = quota;
    quota_get(quota);
    status_t status = arch_space_init(&space->arch);
    if (status < 0) {
        quota_free(quota, space, sizeof *space);
        quota_put(quota);
        return status;
    }
    *out = space;
    return 0;
}

status_t space_teardown_step(struct space *space)
{
    unsigned pages = SPACE_STEP_PAGES;
    uint64_t cursor = 0;
    struct region *dead = NULL;
    lock_acquire(&space->lock);
    space->dead = true;
    bool empty = space_drop_words(space, &cursor, DYAD_USER_END, &pages);
    if (empty) {
        struct tree_node *node = tree_first(&space->regions);
        for (unsigned i = 0; node && i < SPACE_STEP_REGIONS; i++) {
            space_region_remove(space, region_of(node), &dead);
            node = tree_first(&space->regions);
        }
        empty = node == NULL;
    }
    lock_release(&space->lock);
    region_free_dead(space, dead);
    return empty ? 0 : STATUS_STEP;
}

static bool space_reclaim_step(struct reclaim_item *item)
{
    struct space *space = CONTAINER_OF(item, struct space, reclaim);
    if (space_teardown_step(space) == STATUS_STEP)
        return true;
    space_limbo_drop(space);
    arch_space_fini(&space->arch);
    struct quota *quota = space->quota;
    quota_free(quota, space, sizeof *space);
    quota_put(quota);
    return false;
}

static void space_destroy(struct kobject *object)
{
    struct space *space = space_of(object);
    struct machine *machine = object->machine;
    space->reclaim.step = space_reclaim_step;
    if (space_reclaim_step(&space->reclaim))
        reclaim_add(machine, &space->reclaim);
}

const struct kobject_ops space_ops = {
    .name = "space",
    .kind = HANDLE_KIND_SPACE,
    .destroy = space_destroy,
    .read = space_object_read,
    .write = space_object_write,
};

/* ---- counts and checks ---- */

uint64_t space_usage(struct space *space, uint64_t *mapped)
{
    lock_acquire(&space->lock);
    uint64_t present = space->present;
    *mapped = space->mapped;
    lock_release(&space->lock);
    return present;
}

uint64_t space_present_pages(struct space *space)
{
    uint64_t mapped;
    return space_usage(space, &mapped);
}

static void region_check(const struct region *region, uint64_t floor)
{
    ASSERT(region->node.key == region->start && region->start < region->end);
    ASSERT(region->start >= floor && region->end <= DYAD_USER_END);
    ASSERT(PAGE_OFFSET(region->start) == 0 && PAGE_OFFSET(region->end) == 0);
    ASSERT((region->prot & ~region->may) == 0);
    ASSERT((region->prot & (MAP_PROT_WRITE | MAP_PROT_EXEC)) != (MAP_PROT_WRITE | MAP_PROT_EXEC));
    ASSERT(!(region->flags & MAP_FLAG_SHARED) || region->memory);
}

static void word_check(uintptr_t word, const struct region *region)
{
    ASSERT(region && page_references(word_page(word)) > 0);
    if (region->flags & REGION_CLOSING)
        return;
    if (!region_is_private(region))
        ASSERT((word & WORD_OBJECT) && !(word & (WORD_SHARED | WORD_GUARDED)));
    else if (!(word & WORD_SHARED))
        ASSERT(!(word & WORD_OBJECT));
}

void space_check(struct space *space)
{
    lock_acquire(&space->lock);
    size_t count = 0;
    uint64_t floor = DYAD_USER_BASE, mapped = 0;
    for (struct tree_node *node = tree_first(&space->regions); node; node = tree_next(node)) {
        region_check(region_of(node), floor);
        floor = region_of(node)->end;
        if (!(region_of(node)->flags & MAP_FLAG_STACK))
            mapped += floor - region_of(node)->start;
        count++;
    }
    ASSERT(count == space->region_count && mapped == space->mapped);
    ASSERT(radix_check(&space->pages) == space->present);
    uint64_t index = 0;
    for (uintptr_t word; (word = radix_next(&space->pages, &index)) != 0; index++)
        word_check(word, space_region_at(space, index << DYAD_PAGE_SHIFT));
    lock_release(&space->lock);
}
