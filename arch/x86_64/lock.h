/* lock.h: the body's own locks: the innermost, held for a few device accesses, with interrupts off as everywhere in the kernel. */
#pragma once
#include <stdatomic.h>
#include <stdint.h>

struct body_lock {
    _Atomic uint32_t held;
};

static inline void body_lock(struct body_lock *lock)
{
    while (atomic_exchange_explicit(&lock->held, 1, memory_order_acquire))
        while (atomic_load_explicit(&lock->held, memory_order_relaxed))
            __builtin_ia32_pause();
}

static inline void body_unlock(struct body_lock *lock)
{
    atomic_store_explicit(&lock->held, 0, memory_order_release);
}
