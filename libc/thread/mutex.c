/* mutex.c: mutexes on a futex word: 0 free, 1 held, 2 held and perhaps waited for. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "internal/futex.h"
#include "internal/mutex.h"
#include "internal/thread.h"
#include "internal/time_ns.h"

static bool try_lock(pthread_mutex_t *mutex)
{
    int expected = FREE;
    return __c11_atomic_compare_exchange_strong(__futex_word(&mutex->__state), &expected, HELD,
                                                __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Without waiting: 0, EBUSY, or for a protocol what it says. */
static int try_any(pthread_mutex_t *mutex)
{
    if (unlikely(__mutex_has(mutex, MUTEX_INHERIT)))
        return __inherit_try(mutex);
    return try_lock(mutex) ? 0 : EBUSY;
}

/* Whoever gets it here leaves it marked as contended: others may still wait. */
static int lock_slowly(pthread_mutex_t *mutex, uint64_t deadline)
{
    _Atomic int *word = __futex_word(&mutex->__state);
    if (unlikely(__mutex_has(mutex, MUTEX_INHERIT)))
        return __inherit_wait(mutex, deadline);
    while (__c11_atomic_exchange(word, CONTENDED, __ATOMIC_ACQUIRE) != FREE) {
        if (__futex_wait(word, CONTENDED, deadline) == -ERR_TIMEDOUT)
            return ETIMEDOUT;
    }
    return 0;
}

static bool is_owner(const pthread_mutex_t *mutex)
{
    if (unlikely(__mutex_has(mutex, MUTEX_INHERIT)))
        return __inherit_is_own(mutex);
    return __c11_atomic_load((void *_Atomic const *)&mutex->__owner, __ATOMIC_RELAXED) ==
               __thread_self() &&
           (likely(!mutex->__robust) || __robust_is_own(mutex));
}

static unsigned kind_of(const pthread_mutex_t *mutex)
{
    return (unsigned)mutex->__type & MUTEX_KIND;
}

/* For the holder of a recursive or error-checking mutex: the answer to locking it again; -1: not the holder. */
static int lock_again(pthread_mutex_t *mutex, int error)
{
    if (kind_of(mutex) == PTHREAD_MUTEX_NORMAL || !is_owner(mutex))
        return -1;
    if (kind_of(mutex) == PTHREAD_MUTEX_ERRORCHECK)
        return error;
    if (mutex->__count == UINT_MAX)
        return EAGAIN;
    mutex->__count++;
    return 0;
}

/* 0, or what a robust mutex says. */
static int take_ownership(pthread_mutex_t *mutex)
{
    if (unlikely(mutex->__robust))
        return __robust_acquired(mutex);
    if (kind_of(mutex) != PTHREAD_MUTEX_NORMAL)
        __c11_atomic_store((void *_Atomic *)&mutex->__owner, (void *)__thread_self(),
                           __ATOMIC_RELAXED);
    return 0;
}

/* With a protocol: what locking it again says comes first, then its ceiling. A mutex that is not got gives the ceiling back. */
static int lock_protected(pthread_mutex_t *mutex, uint64_t deadline, bool waits)
{
    int again = lock_again(mutex, waits ? EDEADLK : EBUSY);
    if (again >= 0)
        return again;
    int ceiling = __mutex_has(mutex, MUTEX_PROTECT) ? __mutex_ceiling(mutex) : 0;
    int error = ceiling ? __protect_begin(ceiling) : 0;
    if (error)
        return error;
    error = try_any(mutex);
    if (error == EBUSY && (waits || unlikely(mutex->__robust)))
        error = lock_slowly(mutex, waits ? deadline : 0);
    if (error == ETIMEDOUT && !waits)
        error = EBUSY;
    if (!error)
        error = take_ownership(mutex);
    if (ceiling && error && error != EOWNERDEAD)
        __protect_end(ceiling);
    return error;
}

static int lock_until(pthread_mutex_t *mutex, uint64_t deadline)
{
    if (unlikely(__mutex_has(mutex, MUTEX_PROTOCOL)))
        return lock_protected(mutex, deadline, true);
    if (likely(try_lock(mutex)))
        return take_ownership(mutex);
    int again = lock_again(mutex, EDEADLK);
    if (again >= 0)
        return again;
    int error = lock_slowly(mutex, deadline);
    return error ? error : take_ownership(mutex);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    return lock_until(mutex, DEADLINE_NEVER);
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    if (unlikely(__mutex_has(mutex, MUTEX_PROTOCOL)))
        return lock_protected(mutex, 0, false);
    if (try_lock(mutex))
        return take_ownership(mutex);
    int again = lock_again(mutex, EBUSY);
    return again >= 0 ? again : EBUSY;
}

int __mutex_take(pthread_mutex_t *mutex)
{
    int again = lock_again(mutex, EDEADLK);
    if (again >= 0)
        return again;
    int error = try_any(mutex);
    if (error == EBUSY)
        error = lock_slowly(mutex, DEADLINE_NEVER);
    return error ? error : take_ownership(mutex);
}

int pthread_mutex_clocklock(pthread_mutex_t *restrict mutex, clockid_t clock,
                            const struct timespec *restrict deadline)
{
    if (!__clock_times_out(clock))
        return EINVAL;
    int got = pthread_mutex_trylock(mutex);
    if (got == 0 || got == EOWNERDEAD || got == ENOTRECOVERABLE)
        return got;
    if (!__timespec_valid(deadline))
        return EINVAL;
    return lock_until(mutex, __deadline(clock, deadline));
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex,
                            const struct timespec *restrict deadline)
{
    return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, deadline);
}

void __mutex_free(pthread_mutex_t *mutex, int wake)
{
    if (unlikely(__mutex_has(mutex, MUTEX_INHERIT))) {
        __inherit_free(mutex);
        return;
    }
    _Atomic int *word = __futex_word(&mutex->__state);
    if (__c11_atomic_exchange(word, FREE, __ATOMIC_RELEASE) == CONTENDED)
        __futex_wake(word, wake);
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    int wake = 1;
    int ceiling = unlikely(__mutex_has(mutex, MUTEX_PROTECT)) ? __mutex_ceiling(mutex) : 0;
    if (mutex->__type != PTHREAD_MUTEX_NORMAL || unlikely(mutex->__robust)) {
        bool owned = kind_of(mutex) != PTHREAD_MUTEX_NORMAL || (mutex->__robust & MUTEX_ROBUST) ||
                     __mutex_has(mutex, MUTEX_INHERIT);
        if (owned && !is_owner(mutex))
            return EPERM;
        if (mutex->__count) {
            mutex->__count--;
            return 0;
        }
        if (unlikely(mutex->__robust))
            wake = __robust_release(mutex);
        __c11_atomic_store((void *_Atomic *)&mutex->__owner, NULL, __ATOMIC_RELAXED);
    }
    __mutex_free(mutex, wake); /* it may be another's memory from here on */
    if (unlikely(ceiling))
        __protect_end(ceiling);
    return 0;
}

int pthread_mutex_init(pthread_mutex_t *restrict mutex, const pthread_mutexattr_t *restrict attr)
{
    unsigned robust = 0;
    if (attr && (attr->__robust == PTHREAD_MUTEX_ROBUST || attr->__shared))
        robust = (attr->__robust == PTHREAD_MUTEX_ROBUST ? MUTEX_ROBUST : 0) |
                 (attr->__shared ? MUTEX_SHARED : 0);
    unsigned type = attr ? (unsigned)attr->__type : PTHREAD_MUTEX_NORMAL;
    /* Only the kernel knows that the holder's process has died: a shared robust mutex is one of its locks. */
    bool outlives = (robust & MUTEX_ROBUST) && (robust & MUTEX_SHARED);
    if (attr && (attr->__protocol == PTHREAD_PRIO_INHERIT || outlives))
        type |= MUTEX_INHERIT;
    if (attr && attr->__protocol == PTHREAD_PRIO_PROTECT)
        type |= MUTEX_PROTECT | (unsigned)(attr->__ceiling ? attr->__ceiling : 1)
                                    << MUTEX_CEILING_SHIFT;
    *mutex = (pthread_mutex_t){.__type = (int)type, .__robust = robust};
    return 0;
}

/* A robust one may be left behind by a process that has died holding it. */
int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    if (mutex->__robust & MUTEX_ROBUST)
        return 0;
    return __c11_atomic_load(__futex_word(&mutex->__state), __ATOMIC_RELAXED) == FREE ? 0 : EBUSY;
}
