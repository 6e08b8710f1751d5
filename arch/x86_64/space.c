/*
 * space.c: page tables of user space: a cache of core/space.c, and what cores remember of them (TLBs).
 *
 * Whatever takes a translation away counts `generation` up and notes the page. A core compares on its way to user mode and forgets
 * what it is behind; only then it counts as running with that generation. So a ticket is a generation, and it is done when every
 * other core that runs the space entered with it or later. Nothing waits.
 *
 * Tables are never taken out one by one. When there are many more than the pages need, or no memory for another, the whole tree goes
 * and faults refill a new one. A tree that goes may still be loaded on cores that are in the kernel or idle: it waits
 * among the zombies until none has it.
 */
#include "space.h"

#include "abi/syscall.h"
#include "core/machine.h"
#include "core/space.h"
#include "lock.h"
#include "memory.h"

#define LEVELS       4
#define KERNEL_HALF  (TABLE_ENTRIES / 2)
#define USER_TABLE   (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED)
#define MANY         1UL /* in arch_space.recent: more than a page */
#define NOTE_SINGLY  4   /* a change of at most that many pages is noted page by page */
#define TABLES_SPARE 16
#define CR3_KEEP     (1UL << 63)

static _Atomic uint64_t next_id = 1;
static struct {
    struct body_lock lock;
    uint64_t first; /* root; linked through the struct page of each */
    _Atomic uint32_t count;
} zombies;

static uint64_t *table_at(uint64_t phys)
{
    return arch_phys_ptr(phys);
}

static unsigned index_at(uint64_t vaddr, unsigned level)
{
    return vaddr >> (12 + 9 * level) & (TABLE_ENTRIES - 1);
}

static struct space *core_space(struct arch_space *space)
{
    return CONTAINER_OF(space, struct space, arch);
}

static struct machine *machine_of(struct arch_space *space)
{
    return core_space(space)->object.machine;
}

/* ---- the gate ---- */

extern const uint8_t gate_page[]; /* gate.S */

void space_init(void)
{
    uint64_t gate = boot_pages(1);
    memcpy(arch_phys_ptr(gate), gate_page, DYAD_PAGE_SIZE);
    kernel_map(GATE_ADDRESS, gate, DYAD_PAGE_SIZE, PTE_PRESENT | PTE_USER | PTE_ACCESSED);
    for (unsigned level = LEVELS - 1; level > 0; level--) {
        uint64_t *table = table_at(kernel_root);
        for (unsigned at = LEVELS - 1; at > level; at--)
            table = table_at(table[index_at(GATE_ADDRESS, at)] & PTE_ADDRESS);
        table[index_at(GATE_ADDRESS, level)] |= PTE_USER;
    }
}

/* Other cores read `recent` after `generation`: an entry is written before its number. */
static void note_removed(struct arch_space *space, uint64_t page)
{
    uint64_t generation = atomic_load_explicit(&space->generation, memory_order_relaxed);
    atomic_store_explicit(&space->recent[generation % ARCH_SPACE_RECENT], page,
                          memory_order_relaxed);
    atomic_store(&space->generation, generation + 1);
}

/* ---- trees ---- */

static uint64_t table_new(struct arch_space *space)
{
    struct quota *quota = core_space(space)->quota;
    if (quota_charge(quota, QUOTA_PAGES, 1) < 0)
        return 0;
    struct page *page = page_alloc_zeroed(machine_of(space));
    if (!page) {
        quota_release(quota, QUOTA_PAGES, 1);
        return 0;
    }
    space->tables++;
    return page_phys(machine_of(space), page);
}

static void table_free(struct machine *machine, uint64_t phys)
{
    page_put(machine, page_of_phys(machine, phys));
}

/* The lowest tables need no look inside. */
static void tree_free(struct machine *machine, uint64_t phys, unsigned level)
{
    const uint64_t *table = table_at(phys);
    unsigned end = level == LEVELS - 1 ? index_at(GATE_ADDRESS, level) : TABLE_ENTRIES;
    for (unsigned i = 0; level > 0 && i < end; i++)
        if (table[i] & PTE_PRESENT)
            tree_free(machine, table[i] & PTE_ADDRESS, level - 1);
    table_free(machine, phys);
}

static bool root_is_loaded(uint64_t root)
{
    for (uint32_t i = 0; i < core_count; i++)
        if (atomic_load(&cores[i]->loaded_root) == root ||
            atomic_load(&cores[i]->loading_root) == root)
            return true;
    return false;
}

/* Take one out that no core has loaded; 0: none. */
static uint64_t zombie_take(struct machine *machine)
{
    uint64_t found = 0;
    body_lock(&zombies.lock);
    uint64_t *link = &zombies.first;
    while (*link && root_is_loaded(*link))
        link = &page_of_phys(machine, *link)->owner;
    if (*link) {
        found = *link;
        *link = page_of_phys(machine, found)->owner;
        atomic_fetch_sub(&zombies.count, 1);
    }
    body_unlock(&zombies.lock);
    return found;
}

static void zombies_collect(struct machine *machine)
{
    uint64_t root;
    while (atomic_load_explicit(&zombies.count, memory_order_relaxed) &&
           (root = zombie_take(machine)) != 0)
        tree_free(machine, root, LEVELS - 1);
}

/* The space has no tree afterwards. */
static void tree_retire(struct arch_space *space)
{
    struct machine *machine = machine_of(space);
    uint64_t root = space->root;
    if (!root)
        return;
    quota_release(core_space(space)->quota, QUOTA_PAGES, space->tables);
    space->tables = 0;
    space->mapped = 0;
    body_lock(&zombies.lock);
    page_of_phys(machine, root)->owner = zombies.first;
    zombies.first = root;
    atomic_fetch_add(&zombies.count, 1);
    body_unlock(&zombies.lock);
    atomic_store(&space->root, 0);
    note_removed(
        space,
        MANY); /* cores that run with the old tree must not use what is taken from the next one */
    struct core *self = this_core();
    for (uint32_t i = 0; i < core_count; i++)
        if (atomic_load(&cores[i]->loaded_root) == root) {
            if (cores[i] == self)
                space_drop(self);
            else
                core_notify(cores[i], EVENT_DROP);
        }
    zombies_collect(machine);
}

static status_t root_create(struct arch_space *space)
{
    uint64_t root = table_new(space);
    if (!root)
        return -ERR_NOMEM;
    const uint64_t *kernel = table_at(kernel_root);
    uint64_t *table = table_at(root);
    memcpy(table + KERNEL_HALF, kernel + KERNEL_HALF, KERNEL_HALF * sizeof *table);
    unsigned gate = index_at(GATE_ADDRESS, LEVELS - 1);
    table[gate] = kernel[gate];
    atomic_store(&space->root, root);
    return 0;
}

/* The lowest table for vaddr, made when `make`; NULL: there is none, or no memory for it. */
static uint64_t *lowest_table(struct arch_space *space, uint64_t vaddr, bool make)
{
    if (!space->root && (!make || root_create(space) < 0))
        return NULL;
    uint64_t *table = table_at(space->root);
    for (unsigned level = LEVELS - 1; level > 0; level--) {
        uint64_t *entry = &table[index_at(vaddr, level)];
        if (!(*entry & PTE_PRESENT)) {
            uint64_t below = make ? table_new(space) : 0;
            if (!below)
                return NULL;
            *entry = below | USER_TABLE;
        }
        table = table_at(*entry & PTE_ADDRESS);
    }
    return table;
}

static bool tables_make(struct arch_space *space, uint64_t vaddr, size_t pages)
{
    uint64_t last = vaddr + (pages - 1) * DYAD_PAGE_SIZE, step = DYAD_PAGE_SIZE * TABLE_ENTRIES;
    for (uint64_t at = vaddr & ~(step - 1); at <= last; at += step)
        if (!lowest_table(space, at, true))
            return false;
    return true;
}

/* ---- changes ---- */

static uint64_t entry_make(uint64_t phys, unsigned prot)
{
    uint64_t entry = phys | PTE_PRESENT | PTE_USER | PTE_ACCESSED;
    if (prot & ARCH_PROT_UNCACHED)
        entry |= PTE_PCD | PTE_PWT;
    else if (prot & ARCH_PROT_COMBINED)
        entry |= PTE_COMBINED;
    if (prot & MAP_PROT_WRITE)
        entry |= PTE_WRITE | PTE_DIRTY;
    return prot & MAP_PROT_EXEC ? entry : entry | PTE_NX;
}

/* Whether a core that remembers `old` could do what `new` does not allow. */
static bool entry_loses(uint64_t old, uint64_t new)
{
    if (!(old & PTE_PRESENT))
        return false;
    return (old & PTE_ADDRESS) != (new &PTE_ADDRESS) || !(new &PTE_PRESENT) ||
           (old & ~new &PTE_WRITE) || (~old & new &PTE_NX);
}

static void entry_set(struct arch_space *space, uint64_t *slot, uint64_t new)
{
    space->mapped += (uint64_t)!!(new &PTE_PRESENT) - (uint64_t)!!(*slot & PTE_PRESENT);
    *slot = new;
}

status_t arch_space_init(struct arch_space *space)
{
    *space = (struct arch_space){.id = atomic_fetch_add(&next_id, 1)};
    return 0;
}

void arch_space_fini(struct arch_space *space)
{
    tree_retire(space);
}

status_t arch_space_map(struct arch_space *space, uint64_t vaddr, uint64_t phys, size_t pages,
                        unsigned prot)
{
    ASSERT(!PAGE_OFFSET(vaddr | phys) && pages > 0 && vaddr >= DYAD_USER_BASE);
    ASSERT(vaddr < DYAD_USER_END && pages <= (DYAD_USER_END - vaddr) / DYAD_PAGE_SIZE);
    if (!prot) {
        arch_space_protect(space, vaddr, pages, 0);
        return 0;
    }
    if (!tables_make(space, vaddr, pages)) {
        tree_retire(space); /* our own translations are the first to go when memory is short */
        if (!tables_make(space, vaddr, pages))
            return -ERR_NOMEM;
    }
    uint64_t *table = NULL;
    for (size_t i = 0; i < pages; i++, vaddr += DYAD_PAGE_SIZE, phys += DYAD_PAGE_SIZE) {
        if (!table || index_at(vaddr, 0) == 0)
            table = lowest_table(space, vaddr, false);
        uint64_t *slot = &table[index_at(vaddr, 0)], old = *slot;
        entry_set(space, slot, entry_make(phys, prot));
        if (entry_loses(old, *slot))
            note_removed(space, vaddr);
    }
    return 0;
}

/* The next address at or above vaddr whose lowest table exists; `end`: none. */
static uint64_t *next_table(struct arch_space *space, uint64_t *vaddr, uint64_t end)
{
    while (*vaddr < end) {
        const uint64_t *table = table_at(space->root);
        unsigned level = LEVELS - 1;
        for (; level > 0; level--) {
            uint64_t entry = table[index_at(*vaddr, level)];
            if (!(entry & PTE_PRESENT))
                break;
            table = table_at(entry & PTE_ADDRESS);
        }
        if (level == 0)
            return table_at((uint64_t)table - direct_base);
        uint64_t step = 1UL << (12 + 9 * level);
        *vaddr = (*vaddr & ~(step - 1)) + step;
    }
    return NULL;
}

static uint64_t entry_lower(uint64_t old, unsigned prot)
{
    if (!prot || !(old & PTE_PRESENT))
        return 0;
    if (!(prot & MAP_PROT_WRITE))
        old &= ~(PTE_WRITE | PTE_DIRTY);
    return prot & MAP_PROT_EXEC ? old : old | PTE_NX;
}

/* -> how many pages of it have lost something, the first of them noted. */
static size_t lower_range(struct arch_space *space, uint64_t vaddr, uint64_t end, unsigned prot)
{
    size_t changed = 0;
    uint64_t *table;
    while ((table = next_table(space, &vaddr, end)) != NULL) {
        do {
            uint64_t *slot = &table[index_at(vaddr, 0)], old = *slot;
            uint64_t new = entry_lower(old, prot);
            if (old != new)
                entry_set(space, slot, new);
            if (entry_loses(old, new) && changed++ < NOTE_SINGLY)
                note_removed(space, vaddr);
            vaddr += DYAD_PAGE_SIZE;
        } while (vaddr < end && index_at(vaddr, 0) != 0);
    }
    return changed;
}

void arch_space_protect(struct arch_space *space, uint64_t vaddr, size_t pages, unsigned prot)
{
    ASSERT(!PAGE_OFFSET(vaddr) && pages > 0 && vaddr >= DYAD_USER_BASE && vaddr < DYAD_USER_END);
    ASSERT(pages <= (DYAD_USER_END - vaddr) / DYAD_PAGE_SIZE);
    if (!space->root)
        return;
    if (lower_range(space, vaddr, vaddr + pages * DYAD_PAGE_SIZE, prot) > NOTE_SINGLY)
        note_removed(space, MANY);
    if (space->tables > TABLES_SPARE + (LEVELS - 1) * space->mapped)
        tree_retire(space);
}

/* ---- what cores remember ---- */

static bool runs_older(const struct core *core, const struct arch_space *space, uint64_t ticket)
{
    return atomic_load(&core->running) == space->id &&
           atomic_load(&core->running_generation) < ticket;
}

uint64_t arch_space_sync(struct arch_space *space)
{
    uint64_t ticket = atomic_load(&space->generation);
    const struct core *self = this_core();
    atomic_thread_fence(memory_order_seq_cst);
    for (uint32_t i = 0; i < core_count; i++)
        if (cores[i] != self && runs_older(cores[i], space, ticket))
            core_notify(cores[i], EVENT_KICK);
    return ticket;
}

/* A core that left and came back between the two looks has forgotten everything up to the ticket: generation was there before. */
bool arch_space_synced(struct arch_space *space, uint64_t ticket)
{
    const struct core *self = this_core();
    atomic_thread_fence(memory_order_seq_cst);
    for (uint32_t i = 0; i < core_count; i++)
        if (cores[i] != self && runs_older(cores[i], space, ticket))
            return false;
    return true;
}

static uint64_t cr3_of(const struct core *core, const struct asid *asid)
{
    return asid->root | (features.pcid && asid->space ? (uint64_t)(asid - core->asids) + 1 : 0);
}

/* Forget what was removed since the identifier was last up to date; its space is loaded. */
static void forget(struct core *core, struct asid *asid, struct arch_space *space)
{
    uint64_t pages[ARCH_SPACE_RECENT], from = asid->generation;
    uint64_t to = atomic_load(&space->generation);
    bool all = to - from > ARCH_SPACE_RECENT;
    for (uint64_t i = from; !all && i < to; i++) {
        pages[i - from] = atomic_load(&space->recent[i % ARCH_SPACE_RECENT]);
        all = pages[i - from] == MANY;
    }
    /* Some may have been overwritten while we looked. */
    uint64_t now = atomic_load(&space->generation);
    all |= now - from > ARCH_SPACE_RECENT;
    asid->generation = to;
    if (all) {
        asid->generation = now;
        write_cr3(cr3_of(core, asid));
        return;
    }
    for (uint64_t i = 0; i < to - from; i++)
        invlpg(pages[i]);
}

static struct asid *asid_find(struct core *core, uint64_t space)
{
    unsigned count = features.pcid ? ASIDS : 1;
    for (unsigned i = 0; i < count; i++)
        if (core->asids[i].space == space)
            return &core->asids[i];
    struct asid *victim = &core->asids[core->next_asid++ % count];
    victim->space = 0;
    return victim;
}

/* Load the space's tables. `loading_root` keeps a tree that another core retires at this moment from being freed. */
static void load(struct core *core, struct arch_space *space)
{
    struct asid *asid = asid_find(core, space->id);
    uint64_t root;
    do {
        root = atomic_load(&space->root);
        atomic_store(&core->loading_root, root);
    } while (root != atomic_load(&space->root));
    bool known = asid->space == space->id && asid->root == (root ? root : kernel_root);
    asid->space = space->id;
    asid->root = root ? root : kernel_root;
    core->asid = asid;
    if (!known)
        asid->generation = atomic_load(&space->generation);
    write_cr3(cr3_of(core, asid) | (known && features.pcid ? CR3_KEEP : 0));
    atomic_store(&core->loaded_root, asid->root);
    atomic_store(&core->loading_root, 0);
}

void space_enter(struct core *core, struct arch_space *space)
{
    atomic_store_explicit(&core->running_generation,
                          atomic_load_explicit(&space->generation, memory_order_relaxed),
                          memory_order_relaxed);
    atomic_exchange(&core->running, space->id); /* a full barrier: see the top */
    uint64_t root = atomic_load_explicit(&space->root, memory_order_relaxed);
    if (core->asid->space != space->id || core->asid->root != (root ? root : kernel_root))
        load(core, space);
    if (core->asid->generation != atomic_load_explicit(&space->generation, memory_order_relaxed))
        forget(core, core->asid, space);
}

void space_drop(struct core *core)
{
    write_cr3(kernel_root);
    core->asid->space = 0;
    core->asid->root = kernel_root;
    atomic_store(&core->loaded_root, kernel_root);
}
