/*
 * barrier.c: a meeting point. The last to arrive opens a new generation and waits, before it returns, until the
 * others have left the old one: the memory may then be destroyed at once.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "internal/futex.h"
#include "internal/lock.h"

int pthread_barrierattr_init(pthread_barrierattr_t *attr)
{
    *attr = (pthread_barrierattr_t){.__shared = PTHREAD_PROCESS_PRIVATE};
    return 0;
}

int pthread_barrierattr_destroy(pthread_barrierattr_t *attr)
{
    (void)attr;
    return 0;
}

/* Barriers work between processes as they are: futexes are known by their memory. */
int pthread_barrierattr_setpshared(pthread_barrierattr_t *attr, int shared)
{
    if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
        return EINVAL;
    attr->__shared = shared;
    return 0;
}

int pthread_barrierattr_getpshared(const pthread_barrierattr_t *restrict attr, int *restrict shared)
{
    *shared = attr->__shared;
    return 0;
}

int pthread_barrier_init(pthread_barrier_t *restrict barrier,
                         const pthread_barrierattr_t *restrict attr, unsigned count)
{
    (void)attr;
    if (count == 0 || count > INT_MAX)
        return EINVAL;
    *barrier = (pthread_barrier_t){.__count = count};
    return 0;
}

/* The lock is held until all have left the last meeting: whoever is first out of it may destroy the barrier. */
int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
    struct libc_lock *lock = (struct libc_lock *)&barrier->__lock;
    libc_lock(lock);
    int error = barrier->__arrived ? EBUSY : 0;
    libc_unlock(lock);
    return error;
}

static int open_generation(pthread_barrier_t *barrier)
{
    _Atomic int *generation = __futex_word(&barrier->__generation),
                *leaving = __futex_word(&barrier->__leaving);
    barrier->__arrived = 0;
    __c11_atomic_store(leaving, (int)barrier->__count - 1, __ATOMIC_RELAXED);
    __c11_atomic_fetch_add(generation, 1, __ATOMIC_RELEASE);
    __futex_wake(generation, INT_MAX);
    int left;
    while ((left = __c11_atomic_load(leaving, __ATOMIC_ACQUIRE)) != 0)
        __futex_wait(leaving, left, DEADLINE_NEVER);
    libc_unlock((struct libc_lock *)&barrier->__lock);
    return PTHREAD_BARRIER_SERIAL_THREAD;
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
    struct libc_lock *lock = (struct libc_lock *)&barrier->__lock;
    _Atomic int *generation = __futex_word(&barrier->__generation),
                *leaving = __futex_word(&barrier->__leaving);
    libc_lock(lock);
    if (++barrier->__arrived == barrier->__count)
        return open_generation(
            barrier); /* the lock keeps the next generation out until all have left */
    int mine = __c11_atomic_load(generation, __ATOMIC_RELAXED);
    libc_unlock(lock);
    while (__c11_atomic_load(generation, __ATOMIC_ACQUIRE) == mine)
        __futex_wait(generation, mine, DEADLINE_NEVER);
    if (__c11_atomic_fetch_sub(leaving, 1, __ATOMIC_RELEASE) == 1)
        __futex_wake(leaving, 1);
    return 0;
}
