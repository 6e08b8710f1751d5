/*
 * mutex_protocol.c: mutexes with a protocol. PTHREAD_PRIO_INHERIT: the state is a word of the kernel's THREAD_LOCK (abi/syscall.h), so
 * that whoever waits lends the holder its priority. PTHREAD_PRIO_PROTECT: an ordinary state, and the thread asks the kernel
 * for the highest of the ceilings that it holds.
 */
#include <errno.h>
#include <pthread.h>
#include "internal/futex.h"
#include "internal/gate.h"
#include "internal/mutex.h"

/* ---- PTHREAD_PRIO_INHERIT ---- */

static _Atomic int *word_of(const pthread_mutex_t *mutex)
{
    return __futex_word((int *)&mutex->__state);
}

static uint32_t own_id(void)
{
    struct thread *self = __thread_self();
    if (self->lock_id == 0)
        self->lock_id = (uint32_t)dyad_thread_control(THREAD_LOCK_ID, 0, 0);
    return self->lock_id;
}

static bool change(pthread_mutex_t *mutex, uint32_t from, uint32_t to)
{
    int expected = (int)from;
    return __c11_atomic_compare_exchange_strong(word_of(mutex), &expected, (int)to,
                                                __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static uint32_t state_of(const pthread_mutex_t *mutex)
{
    return (uint32_t)__c11_atomic_load(word_of(mutex), __ATOMIC_RELAXED);
}

bool __inherit_is_own(const pthread_mutex_t *mutex)
{
    return (state_of(mutex) & ~LOCK_WAITERS) == own_id();
}

int __inherit_try(pthread_mutex_t *mutex)
{
    return change(mutex, 0, own_id()) ? 0 : EBUSY;
}

/* What nobody will ever end: a mutex that its holder locks again, or whose holder has died. */
static int wait_in_vain(uint64_t deadline)
{
    _Atomic int never = 0;
    while (__futex_wait(&never, 0, deadline) != -ERR_TIMEDOUT)
        continue;
    return ETIMEDOUT;
}

/*
 * Has the thread of this number ended? That it has stays true, as numbers are not used again. The kernel is asked about a word of our own that
 * names it, not about the mutex, which passes from hand to hand meanwhile.
 */
static bool has_ended(uint32_t holder)
{
    uint32_t word = holder;
    return dyad_thread_control(THREAD_LOCK, dyad_arg(&word), 0) == -ERR_OWNERDEAD;
}

/* The kernel has seen a holder that has ended; it need not be the one of now, and that one may have had the mutex before. */
static bool take_from_dead(pthread_mutex_t *mutex)
{
    uint32_t now = state_of(mutex);
    if (!has_ended(now & ~LOCK_WAITERS) || !change(mutex, now, own_id() | LOCK_WAITERS))
        return false;
    __c11_atomic_fetch_or((_Atomic unsigned *)&mutex->__robust, MUTEX_INCONSISTENT,
                          __ATOMIC_RELAXED);
    return true;
}

int __inherit_wait(pthread_mutex_t *mutex, uint64_t deadline)
{
    for (;;) {
        int64_t result = dyad_wait3(SYS_thread_control, THREAD_LOCK, dyad_arg(mutex), deadline);
        switch (result) {
        case 0: return 0;
        case -ERR_AGAIN:
        case -ERR_INTR: break;
        case -ERR_TIMEDOUT: return ETIMEDOUT;
        case -ERR_DEADLK: return wait_in_vain(deadline);
        case -ERR_OWNERDEAD:
            if (!(mutex->__robust & MUTEX_ROBUST))
                return wait_in_vain(deadline);
            if (take_from_dead(mutex))
                return 0;
            break;
        default: return (int)-result;
        }
    }
}

void __inherit_free(pthread_mutex_t *mutex)
{
    if (change(mutex, own_id(), 0))
        return;
    while (dyad_thread_control(THREAD_UNLOCK, dyad_arg(mutex), 0) == -ERR_AGAIN)
        continue;
}

/* ---- PTHREAD_PRIO_PROTECT ---- */

int __mutex_ceiling(const pthread_mutex_t *mutex)
{
    return mutex->__type >> MUTEX_CEILING_SHIFT;
}

int __protect_begin(int ceiling)
{
    struct thread *self = __thread_self();
    int64_t word = dyad_thread_control(THREAD_GET_SCHED, 0, 0);
    if ((int)SCHED_WORD_PRIORITY(word) > ceiling)
        return EINVAL;
    int64_t result =
        ceiling > self->ceiling ? dyad_thread_control(THREAD_CEILING, (uint64_t)ceiling, 0) : 0;
    if (result < 0)
        return (int)-result;
    self->ceilings[ceiling]++;
    if (ceiling > self->ceiling)
        self->ceiling = ceiling;
    return 0;
}

void __protect_end(int ceiling)
{
    struct thread *self = __thread_self();
    if (self->ceilings[ceiling] == 0) /* another thread's mutex, which is undefined */
        return;
    self->ceilings[ceiling]--;
    int left = self->ceiling;
    while (left > 0 && self->ceilings[left] == 0)
        left--;
    if (left == self->ceiling)
        return;
    self->ceiling = left;
    dyad_thread_control(THREAD_CEILING, (uint64_t)left, 0);
}
