/* lock.c: ranked spin locks. */
#include "core/lock.h"

#include "arch.h"
#include "core/cpu.h"

#ifdef DYAD_DEBUG
_Static_assert(LOCK_RANKS <= 64, "a bit a rank");

/* The holder, for a debugger and to catch a core that waits for itself: 1 outside cpu_main. */
static uint32_t holder_tag(void)
{
    const struct cpu *cpu = arch_cpu_self();
    return cpu ? cpu->index + 2 : 1;
}

static void rank_take(const struct lock *lock, bool nested)
{
    struct cpu *cpu = arch_cpu_self();
    if (!cpu)
        return;
    uint64_t held = cpu->locks_held >> lock->rank;
    ASSERT(held <= (nested ? 1U : 0U)); /* none of this rank or a higher one */
    if (held == 0) {
        cpu->locks_held |= UINT64_C(1) << lock->rank;
    } else {
        cpu->locks_nested[lock->rank]++;
    }
}

static void rank_drop(const struct lock *lock)
{
    struct cpu *cpu = arch_cpu_self();
    if (!cpu)
        return;
    ASSERT(cpu->locks_held >> lock->rank & 1);
    if (cpu->locks_nested[lock->rank] != 0)
        cpu->locks_nested[lock->rank]--;
    else
        cpu->locks_held &= ~(UINT64_C(1) << lock->rank);
}
#endif

void lock_init(struct lock *lock, enum lock_rank rank)
{
    atomic_init(&lock->held, 0);
    lock->rank = rank;
}

/* Spins reading, so that the line stays shared until the holder writes it. */
static NO_THREAD_ANALYSIS void lock_take(struct lock *lock, uint32_t tag)
{
    unsigned spins = 0;
    while (atomic_exchange_explicit(&lock->held, tag, memory_order_acquire)) {
        do
            arch_cpu_relax(spins++);
        while (atomic_load_explicit(&lock->held, memory_order_relaxed));
    }
}

#ifdef DYAD_DEBUG
NO_THREAD_ANALYSIS void lock_acquire(struct lock *lock)
{
    rank_take(lock, false);
    lock_take(lock, holder_tag());
}

NO_THREAD_ANALYSIS void lock_acquire_nested(struct lock *lock)
{
    rank_take(lock, true);
    lock_take(lock, holder_tag());
}

NO_THREAD_ANALYSIS void lock_release(struct lock *lock)
{
    ASSERT(lock_is_held(lock));
    rank_drop(lock);
    atomic_store_explicit(&lock->held, 0, memory_order_release);
}
#else
NO_THREAD_ANALYSIS void lock_spin(struct lock *lock)
{
    lock_take(lock, 1);
}
#endif
