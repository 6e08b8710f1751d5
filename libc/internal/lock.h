/*
 * internal/lock.h: the library's own locks, on a futex.
 * A lock is zero-initialised and owns no memory. libc_rlock may be taken again by the thread that holds it.
 */
#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include "internal/libc.h"

/* From the system part. Wait while *addr == expected; deadline_ns is absolute, UINT64_MAX means for ever. */
int __futex_wait(_Atomic int *addr, int expected, uint64_t deadline_ns);
int __futex_wake(_Atomic int *addr, int count);

enum { LIBC_LOCK_FREE, LIBC_LOCK_HELD, LIBC_LOCK_CONTENDED };

struct libc_lock {
    _Atomic int state;
};

LIBC_HIDDEN void __libc_lock_wait(struct libc_lock *lock);
LIBC_HIDDEN void __libc_lock_wake(struct libc_lock *lock);

static inline bool libc_lock_try(struct libc_lock *lock)
{
    int expected = LIBC_LOCK_FREE;
    return __c11_atomic_compare_exchange_strong(&lock->state, &expected, LIBC_LOCK_HELD,
                                                __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void libc_lock(struct libc_lock *lock)
{
    if (unlikely(!libc_lock_try(lock)))
        __libc_lock_wait(lock);
}

static inline void libc_unlock(struct libc_lock *lock)
{
    if (unlikely(__c11_atomic_exchange(&lock->state, LIBC_LOCK_FREE, __ATOMIC_RELEASE) ==
                 LIBC_LOCK_CONTENDED))
        __libc_lock_wake(lock);
}

struct libc_rlock {
    struct libc_lock lock;
    int depth;           /* guarded by lock */
    void *_Atomic owner; /* written by the holder; others only compare it with themselves */
};

/* A thread is known by the address of its errno: no thread library is needed, and fork keeps it. */
static inline bool libc_rlock_try(struct libc_rlock *r)
{
    void *self = __errno_location();
    if (__c11_atomic_load(&r->owner, __ATOMIC_RELAXED) != self) {
        if (!libc_lock_try(&r->lock))
            return false;
        __c11_atomic_store(&r->owner, self, __ATOMIC_RELAXED);
    }
    r->depth++;
    return true;
}

static inline void libc_rlock(struct libc_rlock *r)
{
    void *self = __errno_location();
    if (__c11_atomic_load(&r->owner, __ATOMIC_RELAXED) != self) {
        libc_lock(&r->lock);
        __c11_atomic_store(&r->owner, self, __ATOMIC_RELAXED);
    }
    r->depth++;
}

static inline void libc_runlock(struct libc_rlock *r)
{
    if (--r->depth == 0) {
        __c11_atomic_store(&r->owner, NULL, __ATOMIC_RELAXED);
        libc_unlock(&r->lock);
    }
}
