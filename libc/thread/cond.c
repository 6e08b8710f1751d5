/*
 * cond.c: condition variables. A waiter reads the sequence while it holds the mutex and sleeps on it; every signal
 * changes the sequence first, so one that comes between the unlock and the sleep is not missed. Wake-ups may be spurious.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "internal/cancel.h"
#include "internal/futex.h"
#include "internal/time_ns.h"

static bool will_cancel(const struct thread *self)
{
    return self->cancel_requested && self->cancel_state == PTHREAD_CANCEL_ENABLE;
}

static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t deadline)
{
    _Atomic int *sequence = __futex_word(&cond->__sequence),
                *waiters = __futex_word(&cond->__waiters);
    __c11_atomic_fetch_add(waiters, 1, __ATOMIC_SEQ_CST);
    int seen = __c11_atomic_load(sequence, __ATOMIC_SEQ_CST);
    int error = pthread_mutex_unlock(mutex);
    if (error) {
        __c11_atomic_fetch_sub(waiters, 1, __ATOMIC_SEQ_CST);
        return error;
    }
    struct thread *self = __thread_self();
    int result, outer = self->cancel_point;
    self->cancel_point = 1; /* __cancel_begin might end the thread, and the mutex is not held now */
    __c11_atomic_signal_fence(__ATOMIC_SEQ_CST);
    do
        result = will_cancel(self) ? -ERR_INTR : __futex_wait(sequence, seen, deadline);
    while (result == -ERR_INTR && !will_cancel(self));
    self->cancel_point = outer;
    self->cancel_now = 0;
    __c11_atomic_fetch_sub(waiters, 1, __ATOMIC_SEQ_CST);
    error = pthread_mutex_lock(mutex);
    if (result == -ERR_INTR)
        __cancel_test();
    if (error) /* a robust mutex whose holder has died */
        return error;
    return result == -ERR_TIMEDOUT ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex)
{
    return wait_until(cond, mutex, DEADLINE_NEVER);
}

int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           clockid_t clock, const struct timespec *restrict deadline)
{
    if (!__timespec_valid(deadline) || !__clock_times_out(clock))
        return EINVAL;
    return wait_until(cond, mutex, __deadline(clock, deadline));
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline)
{
    return pthread_cond_clockwait(cond, mutex, cond->__clock, deadline);
}

static int wake(pthread_cond_t *cond, int count)
{
    _Atomic int *sequence = __futex_word(&cond->__sequence);
    if (__c11_atomic_load(__futex_word(&cond->__waiters), __ATOMIC_SEQ_CST) == 0)
        return 0;
    __c11_atomic_fetch_add(sequence, 1, __ATOMIC_SEQ_CST);
    __futex_wake(sequence, count);
    return 0;
}

int pthread_cond_signal(pthread_cond_t *cond)
{
    return wake(cond, 1);
}

int pthread_cond_broadcast(pthread_cond_t *cond)
{
    return wake(cond, INT_MAX);
}

int pthread_cond_init(pthread_cond_t *restrict cond, const pthread_condattr_t *restrict attr)
{
    *cond = (pthread_cond_t){.__clock = attr ? attr->__clock : CLOCK_REALTIME};
    return 0;
}

/* POSIX lets the memory be reused as soon as this returns: wait for threads that were woken but have not left. */
int pthread_cond_destroy(pthread_cond_t *cond)
{
    _Atomic int *waiters = __futex_word(&cond->__waiters);
    while (__c11_atomic_load(waiters, __ATOMIC_SEQ_CST) != 0) {
        pthread_cond_broadcast(cond);
        sched_yield();
    }
    return 0;
}
