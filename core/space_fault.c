/* space_fault.c: resolving faults: bring the page in, then translate it together with its neighbours. */
#include "core/machine.h"
#include "core/space_internal.h"

#define AROUND_PAGES 16 /* an aligned group, always in one leaf of the tree */
#define AHEAD_PAGES  4  /* made at once when anonymous memory is touched in a row */

#define EXPECT_REGIONS 6 /* of a program: text, constants, data, zeros */
_Static_assert(RADIX_WAYS % AROUND_PAGES == 0, "a group lies in one leaf");

/* Pages [first, end) around the one at `index`, cut to the region. */
struct group {
    uint64_t index, first, end;
};

static struct group group_around(const struct region *region, uint64_t addr)
{
    uint64_t index = addr >> DYAD_PAGE_SHIFT;
    uint64_t low = region->start >> DYAD_PAGE_SHIFT, high = region->end >> DYAD_PAGE_SHIFT;
    struct group group = {.index = index, .first = index & ~(uint64_t)(AROUND_PAGES - 1)};
    group.end = group.first + AROUND_PAGES;
    if (group.first < low)
        group.first = low;
    if (group.end > high)
        group.end = high;
    return group;
}

/* What the hardware may allow now: pages that a write would copy first are not writable. */
static unsigned word_prot(const struct region *region, uintptr_t word)
{
    bool copied = region_is_private(region) && (word & (WORD_SHARED | WORD_GUARDED));
    return copied ? region->prot & ~MAP_PROT_WRITE : region->prot;
}

/* Pages to be translated by one call: contiguous on both sides and of one protection. */
struct run {
    uint64_t index, phys, pages;
    unsigned prot;
};

/* Translate the run and remember that; it is empty afterwards. */
static status_t run_flush(struct space *space, struct radix_node *leaf, struct run *run)
    REQUIRES(&space->lock)
{
    uint64_t pages = run->pages;
    run->pages = 0;
    if (pages == 0)
        return 0;
    status_t status =
        arch_space_map(&space->arch, run->index << DYAD_PAGE_SHIFT, run->phys, pages, run->prot);
    for (uint64_t i = 0; status == 0 && i < pages; i++)
        leaf->slots[(run->index + i) & (RADIX_WAYS - 1)] |= WORD_MAPPED;
    return status;
}

static bool run_extend(struct run *run, uint64_t index, uint64_t phys, unsigned prot)
{
    bool next = run->pages && index == run->index + run->pages && prot == run->prot &&
                phys == run->phys + (run->pages << DYAD_PAGE_SHIFT);
    if (next)
        run->pages++;
    return next;
}

/* Translate the words of the group that are not translated yet; all of them when the body has dropped some. */
static status_t fault_map_group(struct space *space, const struct region *region,
                                const struct group *group, bool dropped) REQUIRES(&space->lock)
{
    struct machine *machine = space->object.machine;
    struct radix_node *leaf = radix_leaf(&space->pages, group->index);
    struct run run = {0};
    status_t result = 0;
    for (uint64_t index = group->first; index < group->end; index++) {
        uintptr_t word = leaf->slots[index & (RADIX_WAYS - 1)];
        if (!word || ((word & WORD_MAPPED) && !dropped && index != group->index))
            continue;
        uint64_t phys = page_phys(machine, word_page(word));
        unsigned prot = word_prot(region, word);
        if (run_extend(&run, index, phys, prot))
            continue;
        bool asked = run.index <= group->index && group->index < run.index + run.pages;
        status_t status = run_flush(space, leaf, &run);
        if (asked)
            result = status;
        run = (struct run){index, phys, 1, prot};
    }
    bool asked = run.index <= group->index && group->index < run.index + run.pages;
    status_t status = run_flush(space, leaf, &run);
    return asked ? status : result; /* the neighbours are a bonus */
}

/* Fixed memory is contiguous: one run, up to the next private copies. */
static status_t fault_map_fixed(struct space *space, struct region *region,
                                const struct group *group, uint64_t phys) REQUIRES(&space->lock)
{
    const struct memory *memory = region->memory;
    uint64_t fixed_end = memory->fixed_base + PAGE_ROUND_UP(memory->fixed_bytes);
    struct radix_node *leaf = radix_leaf(&space->pages, group->index);
    uint64_t first = group->index, end = group->index + 1;
    while (first > group->first && !(leaf && leaf->slots[(first - 1) & (RADIX_WAYS - 1)]))
        first--;
    while (end < group->end && phys + ((end - group->index) << DYAD_PAGE_SHIFT) < fixed_end &&
           !(leaf && leaf->slots[end & (RADIX_WAYS - 1)]))
        end++;
    unsigned prot = region_is_private(region) ? region->prot & ~MAP_PROT_WRITE : region->prot;
    status_t status = arch_space_map(&space->arch, first << DYAD_PAGE_SHIFT,
                                     phys - ((group->index - first) << DYAD_PAGE_SHIFT),
                                     end - first, prot | memory->device);
    if (status == 0)
        region->flags |= REGION_FIXED_MAPPED;
    return status;
}

/* Anonymous memory touched in a row, a stack downward: make the next pages too. Failure only means that they will fault. */
static void fault_ahead(struct space *space, struct region *region, const struct group *group)
    REQUIRES(&space->lock)
{
    struct radix_node *leaf = radix_leaf(&space->pages, group->index);
    uint64_t step = region->flags & MAP_FLAG_STACK ? UINT64_MAX : 1; /* wraps: one page down */
    uint64_t index = group->index, before = index - step;
    if (before < group->first || before >= group->end || !leaf->slots[before & (RADIX_WAYS - 1)])
        return;
    for (unsigned i = 1; i < AHEAD_PAGES; i++) {
        struct space_page page;
        index += step;
        if (index < group->first || index >= group->end || leaf->slots[index & (RADIX_WAYS - 1)] ||
            space_bring(space, region, index << DYAD_PAGE_SHIFT, false, &page) < 0)
            return;
    }
}

/* Take in the neighbours that the region's memory object has already. */
static void fault_peek(struct space *space, struct region *region, const struct group *group)
    REQUIRES(&space->lock)
{
    struct machine *machine = space->object.machine;
    struct page *pages[AROUND_PAGES];
    unsigned count = (unsigned)(group->end - group->first), added = 0;
    uintptr_t tags = region_is_private(region) ? WORD_OBJECT | WORD_SHARED : WORD_OBJECT;
    if (quota_charge(space->quota, QUOTA_PAGES, count) < 0)
        return;
    memory_peek(region->memory, region_index(region, group->first << DYAD_PAGE_SHIFT), count,
                pages);
    for (unsigned i = 0; i < count; i++) {
        if (!pages[i])
            continue;
        /* The leaf is there already, so this takes no memory. */
        if (radix_get(&space->pages, group->first + i) == 0 &&
            radix_insert(&space->pages, space->quota, group->first + i,
                         (uintptr_t)pages[i] | tags) == 0)
            added++;
        else
            page_put(machine, pages[i]);
    }
    space->present += added;
    quota_release(space->quota, QUOTA_PAGES, count - added);
}

static status_t fault_resolve(struct space *space, struct region *region, uint64_t addr,
                              unsigned access) REQUIRES(&space->lock)
{
    struct group group = group_around(region, addr);
    struct space_page found;
    uint64_t before = space->present;
    status_t status = space_bring(space, region, addr, access & MAP_PROT_WRITE, &found);
    if (status < 0)
        return status;
    if (!found.page)
        return fault_map_fixed(space, region, &group, found.phys);
    bool is_new = space->present != before;
    if (is_new && !region->memory)
        fault_ahead(space, region, &group);
    else if (is_new && !region_is_fixed(region))
        fault_peek(space, region, &group);
    return fault_map_group(space, region, &group, found.was_mapped);
}

status_t space_fault(struct space *space, uint64_t addr, unsigned access)
{
    status_t status;
    lock_acquire(&space->lock);
    struct region *region = space_region_at(space, addr);
    if (!region || (region->flags & REGION_CLOSING))
        status = -ERR_FAULT;
    else if (access & ~region->prot)
        status = -ERR_ACCES;
    else
        status = fault_resolve(space, region, PAGE_ROUND_DOWN(addr), access);
    lock_release(&space->lock);
    return status;
}

static void space_touch(struct space *space, uint64_t addr, unsigned access)
{
    status_t status = space_fault(space, addr, access);
    (void)status; /* it will fault */
}

void space_expect(struct space *space, const struct user_regs *regs)
{
    uint64_t next = regs->rip;
    /* In the gate: it is about to return to its caller. */
    if (next < DYAD_USER_END || user_read(space, &next, regs->rsp, sizeof next) == 0)
        space_touch(space, next, MAP_PROT_EXEC);
    space_touch(space, regs->rsp, MAP_PROT_WRITE);
    if (regs->fs_base != 0)
        space_touch(space, regs->fs_base, MAP_PROT_WRITE);
}

void space_expect_program(struct space *space, const struct user_regs *regs)
{
    uint64_t start = 0;
    for (unsigned i = 0; i < EXPECT_REGIONS; i++) {
        lock_acquire(&space->lock);
        const struct region *region = space_region_from(space, start);
        unsigned prot = region ? region->prot : 0;
        bool is_wanted = region && !(region->flags & MAP_FLAG_STACK);
        uint64_t first = region ? region->start : 0;
        if (region)
            start = region->end;
        lock_release(&space->lock);
        if (is_wanted && prot & MAP_PROT_READ)
            space_touch(space, first, prot & MAP_PROT_WRITE ? MAP_PROT_WRITE : MAP_PROT_READ);
        if (!region)
            break;
    }
    space_expect(space, regs);
}
