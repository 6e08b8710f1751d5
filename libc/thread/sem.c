/* sem.c: counting semaphores. */
#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <time.h>
#include "internal/cancel.h"
#include "internal/futex.h"
#include "internal/gate.h"
#include "internal/time_ns.h"

int sem_init(sem_t *sem, int shared, unsigned value)
{
    (void)shared;
    if (value > SEM_VALUE_MAX)
        return (int)__result(-ERR_INVAL);
    *sem = (sem_t){.__value = (int)value};
    return 0;
}

int sem_destroy(sem_t *sem)
{
    (void)sem;
    return 0;
}

static bool try_wait(sem_t *sem)
{
    _Atomic int *value = __futex_word(&sem->__value);
    int now = __c11_atomic_load(value, __ATOMIC_RELAXED);
    while (now > 0) {
        if (__c11_atomic_compare_exchange_weak(value, &now, now - 1, __ATOMIC_ACQUIRE,
                                               __ATOMIC_RELAXED))
            return true;
    }
    return false;
}

/* With a deadline any handler ends the wait, as on Linux; without, one that has no SA_RESTART. */
static bool goes_on(int64_t result, uint64_t deadline, unsigned interruptions, unsigned handlers)
{
    if (deadline == DEADLINE_NEVER)
        return __restart(result, interruptions);
    return __interrupted_by_libc(result, handlers);
}

static int64_t wait_until(sem_t *sem, uint64_t deadline)
{
    _Atomic int *value = __futex_word(&sem->__value), *waiters = __futex_word(&sem->__waiters);
    if (try_wait(sem))
        return 0;
    int64_t result = 0;
    __c11_atomic_fetch_add(waiters, 1, __ATOMIC_SEQ_CST);
    while (!try_wait(sem)) {
        unsigned seen = __interruptions(), handlers = __thread_self()->handlers;
        result = __futex_wait(value, 0, deadline);
        if (result == -ERR_TIMEDOUT ||
            (result == -ERR_INTR && !goes_on(result, deadline, seen, handlers)))
            break;
        result = 0;
    }
    __c11_atomic_fetch_sub(waiters, 1, __ATOMIC_SEQ_CST);
    return result;
}

int sem_wait(sem_t *sem)
{
    return (int)__result(CANCELLABLE(wait_until(sem, DEADLINE_NEVER)));
}

int sem_trywait(sem_t *sem)
{
    return (int)__result(try_wait(sem) ? 0 : -ERR_AGAIN);
}

static int64_t timed_wait(sem_t *sem, clockid_t clock, const struct timespec *deadline)
{
    if (!__clock_times_out(clock))
        return -ERR_INVAL;
    if (try_wait(sem))
        return 0;
    if (!__timespec_valid(deadline))
        return -ERR_INVAL;
    return wait_until(sem, __deadline(clock, deadline));
}

/* A request for cancellation is heard even where nothing has to be waited for. */
int sem_clockwait(sem_t *restrict sem, clockid_t clock, const struct timespec *restrict deadline)
{
    return (int)__result(CANCELLABLE(timed_wait(sem, clock, deadline)));
}

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict deadline)
{
    return sem_clockwait(sem, CLOCK_REALTIME, deadline);
}

int sem_post(sem_t *sem)
{
    _Atomic int *value = __futex_word(&sem->__value);
    int now = __c11_atomic_load(value, __ATOMIC_RELAXED);
    do {
        if (now == SEM_VALUE_MAX)
            return (int)__result(-ERR_OVERFLOW);
    } while (!__c11_atomic_compare_exchange_weak(value, &now, now + 1, __ATOMIC_SEQ_CST,
                                                 __ATOMIC_RELAXED));
    if (__c11_atomic_load(__futex_word(&sem->__waiters), __ATOMIC_SEQ_CST))
        __futex_wake(value, 1);
    return 0;
}

int sem_getvalue(sem_t *restrict sem, int *restrict value)
{
    *value = __c11_atomic_load(__futex_word(&sem->__value), __ATOMIC_RELAXED);
    return 0;
}
