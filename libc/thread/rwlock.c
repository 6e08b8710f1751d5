/*
 * rwlock.c: read-write locks. state counts readers, or is -1 for a writer. Waiters sleep on a sequence that changes with
 * whatever may let one of them in, and try again. Readers are preferred, so that a reader may lock again; but among waiters with a
 * real-time priority the highest goes first, and of equals a writer (POSIX: Thread Execution Scheduling). These are listed, in locks of one
 * process: a process that dies would leave its entries behind.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "internal/futex.h"
#include "internal/gate.h"
#include "internal/threads.h"
#include "internal/time_ns.h"

#define WRITER   (-1)
#define NOT_KEPT (-1)

/* How a thread wants the lock, and, on its stack, its place among those that wait with a real-time priority. */
struct wish {
    bool writes;
    int priority;  /* 0: none, or not asked for */
    unsigned fork; /* the child of a fork has none of the parent's other threads */
    struct wish *next;
};

static int self_id(void)
{
    return (int)__thread_id(__thread_self());
}

static int try_read(pthread_rwlock_t *lock)
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

static int try_write(pthread_rwlock_t *lock)
{
    int expected = 0;
    if (!__c11_atomic_compare_exchange_strong(__futex_word(&lock->__state), &expected, WRITER,
                                              __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return EBUSY;
    if (lock->__writer != NOT_KEPT)
        __c11_atomic_store(__futex_word(&lock->__writer), self_id(), __ATOMIC_RELAXED);
    return 0;
}

/* ---- who goes first ---- */

static struct libc_lock *list_lock(pthread_rwlock_t *lock)
{
    return (struct libc_lock *)&lock->__list_lock;
}

static bool is_listed(pthread_rwlock_t *lock)
{
    return __c11_atomic_load((void *_Atomic *)&lock->__first, __ATOMIC_RELAXED) != NULL;
}

static int own_priority(void)
{
    int64_t word = dyad_thread_control(THREAD_GET_SCHED, 0, 0);
    return word < 0 ? 0 : (int)SCHED_WORD_PRIORITY(word);
}

static void list_add(pthread_rwlock_t *lock, struct wish *wish)
{
    wish->fork = __threads.forks;
    libc_lock(list_lock(lock));
    wish->next = lock->__first;
    __c11_atomic_store((void *_Atomic *)&lock->__first, (void *)wish, __ATOMIC_RELAXED);
    libc_unlock(list_lock(lock));
}

static void list_remove(pthread_rwlock_t *lock, const struct wish *wish)
{
    libc_lock(list_lock(lock));
    struct wish **at = (struct wish **)&lock->__first;
    while (*at != wish)
        at = &(*at)->next;
    *at = wish->next;
    libc_unlock(list_lock(lock));
}

static bool goes_before(const struct wish *other, const struct wish *wish)
{
    if (other == wish || other->fork != __threads.forks)
        return false;
    return other->priority > wish->priority ||
           (other->priority == wish->priority && other->writes && !wish->writes);
}

static bool must_wait(pthread_rwlock_t *lock, const struct wish *wish)
{
    if (likely(!is_listed(lock)))
        return false;
    libc_lock(list_lock(lock));
    const struct wish *other = lock->__first;
    while (other && !goes_before(other, wish))
        other = other->next;
    libc_unlock(list_lock(lock));
    return other != NULL;
}

static int try(pthread_rwlock_t *lock, const struct wish *wish)
{
    if (must_wait(lock, wish))
        return EBUSY;
    return wish->writes ? try_write(lock) : try_read(lock);
}

/* ---- waiting ---- */

static void wake(pthread_rwlock_t *lock)
{
    _Atomic int *sequence = __futex_word(&lock->__sequence);
    if (__c11_atomic_load(__futex_word(&lock->__waiters), __ATOMIC_SEQ_CST)) {
        __c11_atomic_fetch_add(sequence, 1, __ATOMIC_SEQ_CST);
        __futex_wake(sequence, INT_MAX);
    }
}

/* Whoever holds it for writing would wait for itself. */
static bool is_writer(pthread_rwlock_t *lock)
{
    return __c11_atomic_load(__futex_word(&lock->__writer), __ATOMIC_RELAXED) == self_id();
}

static int wait_until(pthread_rwlock_t *lock, const struct wish *wish, uint64_t deadline)
{
    _Atomic int *sequence = __futex_word(&lock->__sequence);
    for (;;) {
        int seen = __c11_atomic_load(sequence, __ATOMIC_SEQ_CST);
        int error = try(lock, wish);
        if (error != EBUSY)
            return error;
        if (__futex_wait(sequence, seen, deadline) == -ERR_TIMEDOUT)
            return ETIMEDOUT;
    }
}

static int lock_until(pthread_rwlock_t *lock, struct wish *wish, uint64_t deadline)
{
    _Atomic int *waiters = __futex_word(&lock->__waiters);
    if (is_writer(lock))
        return EDEADLK;
    if (wish->priority == 0)
        wish->priority = own_priority();
    bool listed = wish->priority > 0 && lock->__writer != NOT_KEPT;
    __c11_atomic_fetch_add(waiters, 1, __ATOMIC_SEQ_CST);
    if (listed)
        list_add(lock, wish);
    int error = wait_until(lock, wish, deadline);
    if (listed)
        list_remove(lock, wish);
    __c11_atomic_fetch_sub(waiters, 1, __ATOMIC_SEQ_CST);
    if (listed && (error || !wish->writes)) /* somebody may have waited for us only */
        wake(lock);
    return error;
}

/* Without waiting: 0, EBUSY or EAGAIN. */
static int begin(pthread_rwlock_t *lock, struct wish *wish)
{
    if (unlikely(is_listed(lock)))
        wish->priority = own_priority();
    return try(lock, wish);
}

static int lock_always(pthread_rwlock_t *lock, bool writes)
{
    struct wish wish = {.writes = writes};
    int error = begin(lock, &wish);
    return error == EBUSY ? lock_until(lock, &wish, DEADLINE_NEVER) : error;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    return lock_always(lock, false);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    return lock_always(lock, true);
}

/* As if by pthread_rwlock_rdlock, but for waiting. */
int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
    struct wish wish = {.writes = false};
    return begin(lock, &wish);
}

/* It fails only when the lock is held. */
int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
    return try_write(lock);
}

static int lock_timed(pthread_rwlock_t *lock, bool writes, clockid_t clock,
                      const struct timespec *deadline)
{
    struct wish wish = {.writes = writes};
    if (!__clock_times_out(clock))
        return EINVAL;
    int error = begin(lock, &wish);
    if (error != EBUSY)
        return error;
    if (!__timespec_valid(deadline))
        return EINVAL;
    return lock_until(lock, &wish, __deadline(clock, deadline));
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t *restrict lock, clockid_t clock,
                               const struct timespec *restrict deadline)
{
    return lock_timed(lock, false, clock, deadline);
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t *restrict lock, clockid_t clock,
                               const struct timespec *restrict deadline)
{
    return lock_timed(lock, true, clock, deadline);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock,
                               const struct timespec *restrict deadline)
{
    return lock_timed(lock, false, CLOCK_REALTIME, deadline);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock,
                               const struct timespec *restrict deadline)
{
    return lock_timed(lock, true, CLOCK_REALTIME, deadline);
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    _Atomic int *state = __futex_word(&lock->__state);
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
    if (left == 0)
        wake(lock);
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
