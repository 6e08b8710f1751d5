/*
 * lock.h: the only locks, ranked, of the core. Spin locks, taken with interrupts off, held for a bounded
 * number of steps. A core takes locks only in rising rank (debug builds assert it), so no two deadlock.
 */
#pragma once
#include "core/base.h"

#define CAPABILITY(name)   __attribute__((capability(name)))
#define GUARDED_BY(lock)   __attribute__((guarded_by(lock)))
#define REQUIRES(lock)     __attribute__((requires_capability(lock)))
#define ACQUIRES(lock)     __attribute__((acquire_capability(lock)))
#define RELEASES(lock)     __attribute__((release_capability(lock)))
#define NO_THREAD_ANALYSIS __attribute__((no_thread_safety_analysis))

/* In the order in which they may be taken. Two of one rank are never held together, except by lock_acquire_nested: spaces in a fork
 * (parent, then child, which nobody else knows), and what belongs to event queues that contain each other (core/event.c: watch lists
 * from the inner to the outer queue, queues from the outer to the inner one). */
enum lock_rank {
    LOCK_MACHINE, /* the table of processes */
    LOCK_NAMESPACE,
    LOCK_PROCESS, /* handles, threads, signals */
    LOCK_WATCHES, /* the watch list of an object: held while its queues are told */
    LOCK_EVENTS,  /* event queues */
    LOCK_SCHEME,  /* requests, files: a scheme's queue wakes its servers */
    LOCK_PIPE,
    LOCK_DEVICE, /* kernel schemes' own state */
    LOCK_FUTEX,  /* the word is read again under the bucket's lock */
    LOCK_SPACE,
    LOCK_MEMORY,   /* memory objects */
    LOCK_PRIORITY, /* all loans of priority */
    LOCK_CLOCK,    /* who waits for a time of the real-time clock */
    LOCK_THREAD,
    LOCK_TIMER,
    LOCK_RUNQUEUE,
    LOCK_QUOTA,
    LOCK_HEAP,
    LOCK_PAGES,
    LOCK_LOG,
    LOCK_RANKS
};

struct CAPABILITY("lock") lock {
    _Atomic uint32_t held;
    uint32_t rank;
};

void lock_init(struct lock *lock, enum lock_rank rank);
/* For asserts. */
static inline bool lock_is_held(const struct lock *lock)
{
    return atomic_load_explicit(&lock->held, memory_order_relaxed) != 0;
}

#ifdef DYAD_DEBUG /* with the checks of ranks and holders */
void lock_acquire(struct lock *lock) ACQUIRES(lock);
void lock_acquire_nested(struct lock *lock)
    ACQUIRES(lock); /* the same rank is held: see enum lock_rank */
void lock_release(struct lock *lock) RELEASES(lock);
#else
void lock_spin(struct lock *lock); /* it was held: wait, and take it */

/* Acquire pairs with the release of whoever held it before. */
static inline NO_THREAD_ANALYSIS void lock_acquire(struct lock *lock) ACQUIRES(lock)
{
    if (atomic_exchange_explicit(&lock->held, 1, memory_order_acquire))
        lock_spin(lock);
}

static inline NO_THREAD_ANALYSIS void lock_acquire_nested(struct lock *lock) ACQUIRES(lock)
{
    lock_acquire(lock);
}

static inline NO_THREAD_ANALYSIS void lock_release(struct lock *lock) RELEASES(lock)
{
    atomic_store_explicit(&lock->held, 0, memory_order_release);
}
#endif
