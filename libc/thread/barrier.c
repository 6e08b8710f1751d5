/*
 * barrier.c: a meeting point. The last to arrive begins a new generation, by which those that wait see that they may go. Whoever
 * destroys the barrier waits until all have left. (The last to arrive does not: it may be a signal handler that runs on the
 * thread of one that waits.)
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
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

int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
    struct libc_lock *lock = (struct libc_lock *)&barrier->__lock;
    _Atomic int *leaving = __futex_word(&barrier->__leaving);
    libc_lock(lock);
    int error = barrier->__arrived ? EBUSY : 0;
    libc_unlock(lock);
    int left;
    while (!error && (left = __c11_atomic_load(leaving, __ATOMIC_ACQUIRE)) != 0)
        __futex_wait(leaving, left, DEADLINE_NEVER);
    return error;
}

/* From here the memory may be gone: waking somebody else there does no harm. */
static void leave(_Atomic int *leaving)
{
    if (__c11_atomic_fetch_sub(leaving, 1, __ATOMIC_RELEASE) == 1)
        __futex_wake(leaving, INT_MAX);
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
    struct libc_lock *lock = (struct libc_lock *)&barrier->__lock;
    _Atomic int *generation = __futex_word(&barrier->__generation),
                *leaving = __futex_word(&barrier->__leaving);
    libc_lock(lock);
    __c11_atomic_fetch_add(leaving, 1, __ATOMIC_RELAXED);
    int mine = __c11_atomic_load(generation, __ATOMIC_RELAXED);
    bool last = ++barrier->__arrived == barrier->__count;
    if (last) {
        barrier->__arrived = 0;
        __c11_atomic_store(generation, mine + 1, __ATOMIC_RELEASE);
    }
    libc_unlock(lock);
    if (last)
        __futex_wake(generation, INT_MAX);
    while (__c11_atomic_load(generation, __ATOMIC_ACQUIRE) == mine)
        __futex_wait(generation, mine, DEADLINE_NEVER);
    leave(leaving);
    return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}
