/* fake_arch.c: see fake_arch.h. */
#include "fake_arch.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/space_internal.h"
#include "tests/clocks.h"

struct fake_arch fake_arch;

static _Thread_local struct cpu *current_cpu;

/* ---- start and end ---- */

void fake_set_cpu(struct cpu *cpu)
{
    current_cpu = cpu;
}

struct cpu *arch_cpu_self(void)
{
    return current_cpu;
}

status_t arch_cpu_start(struct cpu *cpu)
{
    return -ERR_NODEV;
}

_Noreturn void arch_halt(int status)
{
    exit(status);
}

_Noreturn void arch_panic(const char *message)
{
    fprintf(stderr, "panic: %s (DYAD_SEED=%llu)\n", message, (unsigned long long)fake_seed());
    abort();
}

void arch_cpu_idle(void)
{
}

void arch_cpu_kick(struct cpu *cpu)
{
    atomic_fetch_add(&fake_arch.kicks, 1);
}

void arch_cpu_relax(unsigned spins)
{
    if (spins > 64)
        sched_yield();
}

uint32_t arch_pending(void)
{
    return atomic_exchange(&fake_arch.pending, 0);
}

void *arch_phys_ptr(uint64_t phys)
{
    return (void *)(uintptr_t)phys; /* the fake's physical addresses are the host's pointers */
}

/* ---- translations ---- */

#define TABLE_BUCKETS 1024
#define TLB_ENTRIES   64
#define TICKETS_MAX   256

struct translation {
    struct translation *next;
    uint64_t index, phys;
    unsigned prot;
};
struct tlb_entry {
    uint64_t index, phys;
    unsigned prot; /* 0: free */
};
struct fake_space {
    pthread_mutex_t mutex; /* user accesses come without the space's lock */
    struct translation *buckets[TABLE_BUCKETS];
    size_t count;
    struct tlb_entry tlb[FAKE_CORES][TLB_ENTRIES];
    uint32_t in_user; /* a bit a core */
    uint64_t last_ticket;
    struct {
        uint64_t ticket;
        uint32_t waits_for;
    } tickets[TICKETS_MAX];
};

static bool should_fail(_Atomic int *counter)
{
    return atomic_load(counter) != 0 && atomic_fetch_sub(counter, 1) == 1;
}

status_t arch_space_init(struct arch_space *space)
{
    if (should_fail(&fake_arch.space_init_fail_at))
        return -ERR_AGAIN;
    space->fake = calloc(1, sizeof *space->fake);
    ASSERT(space->fake);
    pthread_mutex_init(&space->fake->mutex, NULL);
    atomic_fetch_add(&fake_arch.spaces, 1);
    return 0;
}

static void table_clear(struct fake_space *fake)
{
    for (unsigned i = 0; i < TABLE_BUCKETS; i++) {
        while (fake->buckets[i]) {
            struct translation *gone = fake->buckets[i];
            fake->buckets[i] = gone->next;
            free(gone);
        }
    }
    fake->count = 0;
}

void arch_space_fini(struct arch_space *space)
{
    table_clear(space->fake);
    pthread_mutex_destroy(&space->fake->mutex);
    free(space->fake);
    space->fake = NULL;
    atomic_fetch_sub(&fake_arch.spaces, 1);
}

static struct translation **table_place(struct fake_space *fake, uint64_t index)
{
    struct translation **at = &fake->buckets[(index ^ index >> 20) % TABLE_BUCKETS];
    while (*at && (*at)->index != index)
        at = &(*at)->next;
    return at;
}

static void table_remove(struct fake_space *fake, uint64_t index)
{
    struct translation **at = table_place(fake, index);
    struct translation *gone = *at;
    if (!gone)
        return;
    *at = gone->next;
    free(gone);
    fake->count--;
}

static void table_set(struct fake_space *fake, uint64_t index, uint64_t phys, unsigned prot)
{
    struct translation **at = table_place(fake, index);
    if (!*at) {
        *at = calloc(1, sizeof **at);
        ASSERT(*at);
        (*at)->index = index;
        fake->count++;
    }
    (*at)->phys = phys;
    (*at)->prot = prot;
}

static void check_user_range(uint64_t vaddr, size_t pages)
{
    ASSERT(PAGE_OFFSET(vaddr) == 0 && pages > 0 && vaddr >= DYAD_USER_BASE);
    ASSERT(vaddr < DYAD_USER_END && pages <= (DYAD_USER_END - vaddr) / DYAD_PAGE_SIZE);
}

status_t arch_space_map(struct arch_space *space, uint64_t vaddr, uint64_t phys, size_t pages,
                        unsigned prot)
{
    struct fake_space *fake = space->fake;
    check_user_range(vaddr, pages);
    ASSERT(PAGE_OFFSET(phys) == 0 && phys != 0);
    ASSERT((prot & (MAP_PROT_WRITE | MAP_PROT_EXEC)) != (MAP_PROT_WRITE | MAP_PROT_EXEC));
    if (should_fail(&fake_arch.space_map_fail_at))
        return -ERR_NOMEM;
    atomic_fetch_add(&fake_arch.maps, 1);
    pthread_mutex_lock(&fake->mutex);
    for (size_t i = 0; i < pages; i++)
        table_set(fake, (vaddr >> DYAD_PAGE_SHIFT) + i, phys + i * DYAD_PAGE_SIZE, prot);
    pthread_mutex_unlock(&fake->mutex);
    return 0;
}

void arch_space_protect(struct arch_space *space, uint64_t vaddr, size_t pages, unsigned prot)
{
    check_user_range(vaddr, pages);
    atomic_fetch_add(prot == 0 ? &fake_arch.unmaps : &fake_arch.protects, 1);
    pthread_mutex_lock(&space->fake->mutex);
    for (size_t i = 0; i < pages; i++) {
        struct translation *found = *table_place(space->fake, (vaddr >> DYAD_PAGE_SHIFT) + i);
        if (prot == 0)
            table_remove(space->fake, (vaddr >> DYAD_PAGE_SHIFT) + i);
        else if (found)
            found->prot &= prot;
    }
    pthread_mutex_unlock(&space->fake->mutex);
}

/* A core that is not in user mode forgets at once, as it would before it comes back. */
uint64_t arch_space_sync(struct arch_space *space)
{
    struct fake_space *fake = space->fake;
    atomic_fetch_add(&fake_arch.syncs, 1);
    pthread_mutex_lock(&fake->mutex);
    uint64_t ticket = ++fake->last_ticket;
    unsigned slot = ticket % TICKETS_MAX;
    ASSERT(fake->tickets[slot].waits_for == 0);
    fake->tickets[slot].ticket = ticket;
    fake->tickets[slot].waits_for = fake->in_user;
    if (current_cpu)
        fake->tickets[slot].waits_for &= ~(1U << current_cpu->index);
    for (unsigned core = 0; core < FAKE_CORES; core++) {
        if (!(fake->tickets[slot].waits_for >> core & 1))
            memset(fake->tlb[core], 0, sizeof fake->tlb[core]);
    }
    pthread_mutex_unlock(&fake->mutex);
    return ticket;
}

bool arch_space_synced(struct arch_space *space, uint64_t ticket)
{
    struct fake_space *fake = space->fake;
    bool done = true;
    pthread_mutex_lock(&fake->mutex);
    for (unsigned i = 0; i < TICKETS_MAX; i++)
        done &= fake->tickets[i].ticket > ticket || fake->tickets[i].waits_for == 0;
    pthread_mutex_unlock(&fake->mutex);
    return done;
}

/* ---- user memory as user code sees it ---- */

void fake_enter(struct space *space, unsigned core)
{
    struct fake_space *fake = space->arch.fake;
    pthread_mutex_lock(&fake->mutex);
    ASSERT(!(fake->in_user >> core & 1));
    fake->in_user |= 1U << core;
    pthread_mutex_unlock(&fake->mutex);
}

void fake_leave(struct space *space, unsigned core)
{
    struct fake_space *fake = space->arch.fake;
    pthread_mutex_lock(&fake->mutex);
    ASSERT(fake->in_user >> core & 1);
    fake->in_user &= ~(1U << core);
    bool flush = false;
    for (unsigned i = 0; i < TICKETS_MAX; i++) {
        flush |= fake->tickets[i].waits_for >> core & 1;
        fake->tickets[i].waits_for &= ~(1U << core);
    }
    if (flush)
        memset(fake->tlb[core], 0, sizeof fake->tlb[core]);
    pthread_mutex_unlock(&fake->mutex);
    space_sync_poll(space);
}

bool fake_is_in_user(struct space *space, unsigned core)
{
    struct fake_space *fake = space->arch.fake;
    pthread_mutex_lock(&fake->mutex);
    bool in_user = fake->in_user >> core & 1;
    pthread_mutex_unlock(&fake->mutex);
    return in_user;
}

/* A translation may be old, but never lead to memory that belongs to somebody else now. */
static void check_reachable(struct machine *machine, uint64_t phys)
{
    struct page *page = page_of_phys(machine, phys);
    ASSERT(!page || page_references(page) > 0); /* the initfs has no pages */
}

/* -> the host pointer, or NULL: a fault. */
static uint8_t *mmu_access(struct space *space, unsigned core, uint64_t addr, unsigned access)
{
    struct fake_space *fake = space->arch.fake;
    uint64_t index = addr >> DYAD_PAGE_SHIFT;
    struct tlb_entry *entry = &fake->tlb[core][index % TLB_ENTRIES];
    pthread_mutex_lock(&fake->mutex);
    if (entry->index != index || (access & ~entry->prot)) {
        struct translation *found = *table_place(fake, index);
        *entry = (struct tlb_entry){0};
        if (found && !(access & ~found->prot))
            *entry = (struct tlb_entry){index, found->phys, found->prot};
    }
    uint8_t *there = NULL;
    if (entry->prot) {
        check_reachable(space->object.machine, entry->phys);
        there = (uint8_t *)arch_phys_ptr(entry->phys) + PAGE_OFFSET(addr);
    }
    pthread_mutex_unlock(&fake->mutex);
    return there;
}

static status_t user_access(struct space *space, unsigned core, uint64_t addr, unsigned access,
                            uint8_t **out)
{
    for (;;) {
        *out = mmu_access(space, core, addr, access);
        if (*out)
            return 0;
        status_t status = space_fault(space, addr, access);
        if (status < 0)
            return status;
    }
}

__attribute__((no_sanitize("thread"))) status_t fake_load(struct space *space, unsigned core,
                                                          uint64_t addr, uint8_t *out)
{
    uint8_t *there;
    status_t status = user_access(space, core, addr, MAP_PROT_READ, &there);
    if (status == 0)
        *out = *(volatile uint8_t *)there;
    return status;
}

__attribute__((no_sanitize("thread"))) status_t fake_store(struct space *space, unsigned core,
                                                           uint64_t addr, uint8_t value)
{
    uint8_t *there;
    status_t status = user_access(space, core, addr, MAP_PROT_WRITE, &there);
    if (status == 0)
        *(volatile uint8_t *)there = value;
    return status;
}

uint64_t fake_translation(struct space *space, uint64_t addr, unsigned *prot)
{
    struct fake_space *fake = space->arch.fake;
    pthread_mutex_lock(&fake->mutex);
    const struct translation *found = *table_place(fake, addr >> DYAD_PAGE_SHIFT);
    uint64_t phys = found ? found->phys : 0;
    if (prot)
        *prot = found ? found->prot : 0;
    pthread_mutex_unlock(&fake->mutex);
    return phys;
}

size_t fake_translation_count(struct space *space)
{
    struct fake_space *fake = space->arch.fake;
    pthread_mutex_lock(&fake->mutex);
    size_t count = fake->count;
    pthread_mutex_unlock(&fake->mutex);
    return count;
}

void fake_space_drop(struct space *space)
{
    struct fake_space *fake = space->arch.fake;
    pthread_mutex_lock(&fake->mutex);
    table_clear(fake);
    memset(fake->tlb, 0, sizeof fake->tlb);
    pthread_mutex_unlock(&fake->mutex);
}

static void translation_check(struct space *space, const struct translation *found)
    REQUIRES(&space->lock)
{
    struct region *region = space_region_at(space, found->index << DYAD_PAGE_SHIFT);
    ASSERT(region);
    unsigned allowed = region->prot;
    uint64_t phys;
    uintptr_t word = radix_get(&space->pages, found->index);
    if (word) {
        ASSERT(word & WORD_MAPPED);
        phys = page_phys(space->object.machine, word_page(word));
        if (region_is_private(region) && (word & (WORD_SHARED | WORD_GUARDED)))
            allowed &= ~MAP_PROT_WRITE;
    } else {
        ASSERT(region_is_fixed(region) && (region->flags & REGION_FIXED_MAPPED));
        phys = region->memory->fixed_base +
               (region_index(region, found->index << DYAD_PAGE_SHIFT) << DYAD_PAGE_SHIFT);
        if (region_is_private(region))
            allowed &= ~MAP_PROT_WRITE;
    }
    ASSERT(found->phys == phys && (found->prot & ~allowed) == 0);
}

void fake_space_check(struct space *space)
{
    struct fake_space *fake = space->arch.fake;
    space_check(space);
    lock_acquire(&space->lock);
    pthread_mutex_lock(&fake->mutex);
    for (unsigned i = 0; i < TABLE_BUCKETS; i++) {
        for (const struct translation *at = fake->buckets[i]; at; at = at->next)
            translation_check(space, at);
    }
    for (unsigned core = 0; core < FAKE_CORES; core++) {
        for (unsigned i = 0; i < TLB_ENTRIES; i++) {
            if (fake->tlb[core][i].prot)
                check_reachable(space->object.machine, fake->tlb[core][i].phys);
        }
    }
    pthread_mutex_unlock(&fake->mutex);
    lock_release(&space->lock);
}

/* ---- user contexts ---- */

status_t arch_user_init(struct arch_user *user, struct arch_space *space, uint64_t entry,
                        uint64_t stack, uint64_t arg, uint64_t tls)
{
    if (should_fail(&fake_arch.user_init_fail_at))
        return -ERR_AGAIN;
    *user = (struct arch_user){.space = space};
    user->regs.rip = entry;
    user->regs.rsp = stack;
    user->regs.rdi = arg;
    atomic_fetch_add(&fake_arch.users, 1);
    return 0;
}

status_t arch_user_fork(struct arch_user *user, struct arch_space *space, struct arch_user *parent)
{
    if (should_fail(&fake_arch.user_init_fail_at))
        return -ERR_AGAIN;
    *user = *parent;
    user->space = space;
    atomic_fetch_add(&fake_arch.users, 1);
    return 0;
}

void arch_user_fini(struct arch_user *user)
{
    ASSERT(user->space);
    user->space = NULL;
    atomic_fetch_sub(&fake_arch.users, 1);
}

void arch_user_run(struct arch_user *user, struct arch_space *space, struct trap *trap)
{
    trap->kind = TRAP_KICK;
    if (fake_arch.user_run)
        fake_arch.user_run(user, space, trap);
}

void arch_user_leave(struct arch_user *user)
{
}

void arch_user_args(struct arch_user *user, uint64_t *number, uint64_t args[6])
{
    *number = user->number;
    memcpy(args, user->args, sizeof user->args);
}

void arch_user_result(struct arch_user *user, int64_t result)
{
    user->result = result;
    user->results++;
}

void arch_user_get(struct arch_user *user, struct user_regs *regs)
{
    *regs = user->regs;
}

status_t arch_user_set(struct arch_user *user, const struct user_regs *regs)
{
    if (regs->rip >= DYAD_USER_END)
        return -ERR_INVAL;
    user->regs = *regs;
    return 0;
}

/* ---- time, entropy, devices ---- */

uint64_t arch_time_ns(unsigned clock)
{
    return atomic_load(&fake_arch.now_ns) +
           (clock == DYAD_CLOCK_REALTIME ? TEST_REALTIME_AHEAD : 0);
}

void arch_timer_arm(uint64_t deadline_ns)
{
    if (current_cpu)
        current_cpu->arch.timer_ns = deadline_ns;
}

void arch_entropy(void *buffer, size_t bytes)
{
    static _Atomic uint64_t count;
    struct fake_random random = {fake_seed() + atomic_fetch_add(&count, 1)};
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)buffer)[i] = (uint8_t)fake_random(&random);
}

int64_t arch_device_read(enum arch_device device, void *buffer, size_t bytes)
{
    if (fake_arch.device_read)
        return fake_arch.device_read(device, buffer, bytes);
    return device > ARCH_DEVICE_LOG ? -ERR_NODEV : 0;
}

int64_t arch_device_write(enum arch_device device, const void *data, size_t bytes)
{
    if (device == ARCH_DEVICE_LOG) {
        if (fake_arch.log_to_stderr)
            fwrite(data, 1, bytes, stderr);
        if (fake_arch.log_write)
            fake_arch.log_write(data, bytes);
        return (int64_t)bytes;
    }
    if (fake_arch.device_write)
        return fake_arch.device_write(device, data, bytes);
    return device > ARCH_DEVICE_LOG ? -ERR_NODEV : (int64_t)bytes;
}

unsigned arch_device_poll(enum arch_device device)
{
    if (fake_arch.device_poll)
        return fake_arch.device_poll(device);
    return device > ARCH_DEVICE_LOG ? 0 : EVENT_WRITABLE;
}

/* ---- machines and randomness ---- */

uint64_t fake_seed(void)
{
    const char *text = getenv("DYAD_SEED");
    return text ? strtoull(text, NULL, 0) : 1;
}

uint64_t fake_random(struct fake_random *random)
{
    /* splitmix64: any seed will do, 0 as well. */
    uint64_t z = random->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}
