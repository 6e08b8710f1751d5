/*
 * rwlock.c: read-write locks. state counts readers, or is -1 for a writer. Waiters sleep on a sequence that every
 * freeing unlock changes, and try again. Readers are preferred, so that a reader may lock again.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "internal/futex.h"
#include "internal/thread.h"
#include "internal/time_ns.h"

#define WRITER   (-1)
#define NOT_KEPT (-1)

typedef int try_function(pthread_rwlock_t *);

static int self_id(void)
{
    return (int)__thread_id(__thread_self());
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
    _Atomic int *state = __futex_word(&lock->__state);
    int readers = __c11_atomic_load(state, __ATOMIC_RELAXED);
    do {
        if (readers == WRITER)
            return EBUSY;
        if (readers == INT_MAX)
            return EAGAIN;
    } while (!__c11_atomic_compare_exchange_weak(state, &readers, readers + 1, __ATOMIC_ACQUIRE,
                                                 __ATOMIC_RELAXED));
    return 0;
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
    int expected = 0;
    if (!__c11_atomic_compare_exchange_strong(__futex_word(&lock->__state), &expected, WRITER,
                                              __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return EBUSY;
    if (lock->__writer != NOT_KEPT)
        __c11_atomic_store(__futex_word(&lock->__writer), self_id(), __ATOMIC_RELAXED);
    return 0;
}

/* Whoever holds it for writing would wait for itself. */
static bool is_writer(pthread_rwlock_t *lock)
{
    return __c11_atomic_load(__futex_word(&lock->__writer), __ATOMIC_RELAXED) == self_id();
}

static int lock_until(pthread_rwlock_t *lock, try_function *try, uint64_t deadline)
{
    _Atomic int *sequence = __futex_word(&lock->__sequence),
                *waiters = __futex_word(&lock->__waiters);
    int error = try(lock);
    if (error != EBUSY)
        return error;
    if (is_writer(lock))
        return EDEADLK;
    __c11_atomic_fetch_add(waiters, 1, __ATOMIC_SEQ_CST);
    for (;;) {
        int seen = __c11_atomic_load(sequence, __ATOMIC_SEQ_CST);
        error = try(lock);
        if (error != EBUSY)
            break;
        if (__futex_wait(sequence, seen, deadline) == -ERR_TIMEDOUT) {
            error = ETIMEDOUT;
            break;
        }
    }
    __c11_atomic_fetch_sub(waiters, 1, __ATOMIC_SEQ_CST);
    return error;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    return lock_until(lock, pthread_rwlock_tryrdlock, DEADLINE_NEVER);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    return lock_until(lock, pthread_rwlock_trywrlock, DEADLINE_NEVER);
}

static int lock_timed(pthread_rwlock_t *lock, try_function *try, const struct timespec *deadline)
{
    int error = try(lock);
    if (error != EBUSY)
        return error;
    return __timespec_valid(deadline) ? lock_until(lock, try, __deadline(CLOCK_REALTIME, deadline))
                                      : EINVAL;
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock,
                               const struct timespec *restrict deadline)
{
    return lock_timed(lock, pthread_rwlock_tryrdlock, deadline);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock,
                               const struct timespec *restrict deadline)
{
    return lock_timed(lock, pthread_rwlock_trywrlock, deadline);
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    _Atomic int *state = __futex_word(&lock->__state), *sequence = __futex_word(&lock->__sequence);
    int held = __c11_atomic_load(state, __ATOMIC_RELAXED);
    int left;
    if (held == WRITER && lock->__writer != NOT_KEPT)
        __c11_atomic_store(__futex_word(&lock->__writer), 0, __ATOMIC_RELAXED);
    do {
        if (held == 0)
            return EPERM;
        left = held == WRITER ? 0 : held - 1;
    } while (!__c11_atomic_compare_exchange_weak(state, &held, left, __ATOMIC_SEQ_CST,
                                                 __ATOMIC_RELAXED));
    if (left == 0 && __c11_atomic_load(__futex_word(&lock->__waiters), __ATOMIC_SEQ_CST)) {
        __c11_atomic_fetch_add(sequence, 1, __ATOMIC_SEQ_CST);
        __futex_wake(sequence, INT_MAX);
    }
    return 0;
}

int pthread_rwlock_init(pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attr)
{
    bool shared = attr && attr->__shared == PTHREAD_PROCESS_SHARED;
    *lock = (pthread_rwlock_t){.__writer = shared ? NOT_KEPT : 0};
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
    return __c11_atomic_load(__futex_word(&lock->__state), __ATOMIC_RELAXED) ? EBUSY : 0;
}

int pthread_rwlockattr_init(pthread_rwlockattr_t *attr)
{
    *attr = (pthread_rwlockattr_t){0};
    return 0;
}

int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attr)
{
    (void)attr;
    return 0;
}

int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *restrict attr, int *restrict shared)
{
    *shared = attr->__shared;
    return 0;
}

int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attr, int shared)
{
    if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
        return EINVAL;
    attr->__shared = shared;
    return 0;
}
