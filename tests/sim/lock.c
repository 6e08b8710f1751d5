/*
 * lock.c: the locks of core/ in the simulator instead of core/lock.c: the same ranks and checks, but a core that finds a lock
 * held is not scheduled until it is free.
 */
#include "core/lock.h"

#include "tests/sim/sim.h"

#define NESTED_SHIFT 32

static uint32_t holder_tag(void)
{
    return sim.core != NULL ? sim.core->index + 2 : 1;
}

static void rank_take(const struct lock *lock, bool nested)
{
    if (sim.core == NULL)
        return;
    uint64_t *held = &sim.core->cpu->locks_held;
    uint64_t ranks = (uint32_t)*held | *held >> NESTED_SHIFT;
    if (ranks >> lock->rank > (nested ? 1U : 0U))
        sim_fail("lock order: rank %u is taken with %#llx held", lock->rank,
                 (unsigned long long)*held);
    *held |= UINT64_C(1) << (lock->rank + (nested ? NESTED_SHIFT : 0));
}

static void rank_drop(const struct lock *lock)
{
    if (sim.core == NULL)
        return;
    uint64_t *held = &sim.core->cpu->locks_held;
    uint64_t nested = UINT64_C(1) << (lock->rank + NESTED_SHIFT);
    *held &= ~(*held & nested ? nested : UINT64_C(1) << lock->rank);
}

void lock_init(struct lock *lock, enum lock_rank rank)
{
    atomic_init(&lock->held, 0);
    lock->rank = rank;
}

static void lock_take(struct lock *lock, bool nested, const void *where)
{
    rank_take(lock, nested);
    sim_point(POINT_LOCK, lock, where);
    while (atomic_load_explicit(&lock->held, memory_order_relaxed) != 0) {
        if (!sim.running)
            sim_fail("a lock of rank %u is held while nothing runs", lock->rank);
        if (lock->rank >= LOCK_RANKS)
            sim_fail("a lock of rank %u: its memory has been freed", lock->rank);
        store_flush(sim.core);
        sim.core->wanted = lock;
        engine_block(CORE_LOCKED);
    }
    if (sim.core != NULL)
        store_flush(sim.core);
    atomic_store_explicit(&lock->held, holder_tag(), memory_order_relaxed);
}

NO_THREAD_ANALYSIS void lock_acquire(struct lock *lock)
{
    lock_take(lock, false, __builtin_return_address(0));
}

NO_THREAD_ANALYSIS void lock_acquire_nested(struct lock *lock)
{
    lock_take(lock, true, __builtin_return_address(0));
}

NO_THREAD_ANALYSIS void lock_release(struct lock *lock)
{
    uint32_t holder = atomic_load_explicit(&lock->held, memory_order_relaxed);
    if (holder != holder_tag())
        sim_fail("a lock of rank %u is released by core %u, held by %d", lock->rank,
                 holder_tag() - 2, (int)holder - 2);
    rank_drop(lock);
    if (sim.core != NULL)
        store_flush(sim.core);
    atomic_store_explicit(&lock->held, 0, memory_order_relaxed);
    for (unsigned i = 0; sim.running && i < sim.plan->cores; i++) {
        if (sim.cores[i].state == CORE_LOCKED && sim.cores[i].wanted == lock)
            engine_ready(&sim.cores[i]);
    }
    sim_point(POINT_UNLOCK, lock, __builtin_return_address(0));
}
