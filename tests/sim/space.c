/*
 * space.c: arch.h: translations. They are a small cache that may lose any of them; each core has a cache of its own, which
 * keeps old translations as real cores do until the ticket of arch_space_sync reaches it. Every access checks that no
 * translation leads to a page that has been freed.
 */
#include <string.h>

#include "core/page.h"
#include "core/space.h"
#include "tests/sim/sim.h"

#define SPACES_MAX  64
#define TABLE       128u /* a power of 2 */
#define TLB         16u
#define TICKETS_MAX 64

struct translation {
    uint64_t index, phys;
    unsigned prot; /* 0: none */
};
struct sim_space {
    bool used;
    uint32_t in_user; /* a bit a core */
    struct translation table[TABLE];
    struct translation tlb[SIM_CORES_MAX][TLB];
    uint64_t last_ticket;
    uint64_t waiting_ticket[SIM_CORES_MAX]; /* the first that waits for the core; 0: none */
};

static struct sim_space spaces[SPACES_MAX];

void sim_space_reset(void)
{
    for (unsigned i = 0; i < SPACES_MAX; i++)
        spaces[i].used = false;
}

bool sim_space_in_user(const struct arch_space *space)
{
    return space->sim->in_user != 0;
}

/* The contract: the caller holds the space's lock. */
static void check_locked(struct arch_space *arch)
{
    const struct space *space = CONTAINER_OF(arch, struct space, arch);
    uint32_t holder = atomic_load_explicit(&space->lock.held, memory_order_relaxed);
    if (holder != (sim.core != NULL ? sim.core->index + 2 : 1))
        sim_fail("arch_space_* without the space's lock");
}

static void check_range(uint64_t vaddr, size_t pages)
{
    if (PAGE_OFFSET(vaddr) != 0 || pages == 0 || vaddr < DYAD_USER_BASE || vaddr >= DYAD_USER_END ||
        pages > (DYAD_USER_END - vaddr) / DYAD_PAGE_SIZE)
        sim_fail("arch_space_*: bad range %#llx, %zu pages", (unsigned long long)vaddr, pages);
}

status_t arch_space_init(struct arch_space *space)
{
    for (unsigned i = 0; i < SPACES_MAX; i++) {
        if (spaces[i].used)
            continue;
        memset(&spaces[i], 0, sizeof spaces[i]);
        spaces[i].used = true;
        space->sim = &spaces[i];
        sim.spaces++;
        return 0;
    }
    return -ERR_AGAIN;
}

void arch_space_fini(struct arch_space *space)
{
    if (space->sim->in_user != 0)
        sim_fail("arch_space_fini: cores %#x are in user mode there", space->sim->in_user);
    space->sim->used = false;
    space->sim = NULL;
    sim.spaces--;
}

status_t arch_space_map(struct arch_space *space, uint64_t vaddr, uint64_t phys, size_t pages,
                        unsigned prot)
{
    check_locked(space);
    check_range(vaddr, pages);
    if ((prot & (MAP_PROT_WRITE | MAP_PROT_EXEC)) == (MAP_PROT_WRITE | MAP_PROT_EXEC))
        sim_fail("arch_space_map: writable and executable");
    for (size_t i = 0; i < pages; i++) {
        uint64_t index = (vaddr >> DYAD_PAGE_SHIFT) + i;
        space->sim->table[index % TABLE] =
            (struct translation){index, phys + i * DYAD_PAGE_SIZE, prot};
    }
    return 0;
}

void arch_space_protect(struct arch_space *space, uint64_t vaddr, size_t pages, unsigned prot)
{
    check_locked(space);
    check_range(vaddr, pages);
    uint64_t first = vaddr >> DYAD_PAGE_SHIFT;
    for (unsigned i = 0; i < TABLE; i++) {
        if (space->sim->table[i].index - first < pages)
            space->sim->table[i].prot &= prot;
    }
}

uint64_t arch_space_sync(struct arch_space *space)
{
    struct sim_space *own = space->sim;
    check_locked(space);
    uint64_t ticket = ++own->last_ticket;
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (!(own->in_user >> i & 1) || (sim.core != NULL && i == sim.core->index)) {
            memset(own->tlb[i], 0, sizeof own->tlb[i]);
            continue;
        }
        if (own->waiting_ticket[i] == 0)
            own->waiting_ticket[i] = ticket;
        if (!sim.cores[i].kicked)
            sim.cores[i].kick_left = sim.kick_delay;
        sim.cores[i].kicked = true; /* it leaves user mode */
    }
    return ticket;
}

bool arch_space_synced(struct arch_space *space, uint64_t ticket)
{
    check_locked(space);
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        uint64_t waiting = space->sim->waiting_ticket[i];
        if (waiting != 0 && waiting <= ticket && (sim.core == NULL || i != sim.core->index))
            return false;
    }
    return true;
}

/* ---- user mode ---- */

void space_core_enter(struct arch_space *space, struct sim_core *core)
{
    space->sim->in_user |= 1u << core->index;
}

void space_core_leave(struct arch_space *space, struct sim_core *core)
{
    struct sim_space *own = space->sim;
    own->in_user &= ~(1u << core->index);
    if (own->waiting_ticket[core->index] == 0)
        return;
    own->waiting_ticket[core->index] = 0;
    memset(own->tlb[core->index], 0, sizeof own->tlb[core->index]);
}

/* A translation may be old, but never lead to memory that belongs to somebody else now. */
static void check_reachable(uint64_t addr, uint64_t phys)
{
    struct page *page = page_of_phys(sim.machine, phys);
    if (page != NULL && page_references(page) == 0)
        sim_fail("user address %#llx leads to a page that has been freed",
                 (unsigned long long)addr);
}

void *space_access(struct arch_space *space, struct sim_core *core, uint64_t addr, unsigned access)
{
    struct sim_space *own = space->sim;
    uint64_t index = addr >> DYAD_PAGE_SHIFT;
    struct translation *entry = &own->tlb[core->index][index % TLB];
    if (entry->index != index || (access & ~entry->prot)) {
        const struct translation *found = &own->table[index % TABLE];
        if (found->index != index || (access & ~found->prot) || found->prot == 0)
            return NULL;
        *entry = *found;
    }
    check_reachable(addr, entry->phys);
    return (char *)arch_phys_ptr(entry->phys) + PAGE_OFFSET(addr);
}
