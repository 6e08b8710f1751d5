/*
 * robust.c: mutexes that outlive their holder, and the holder's process of shared ones.
 *
 * A thread keeps a list of the robust mutexes that it holds and leaves them at its end. A process that is killed leaves nothing: a
 * shared robust mutex is a lock of the kernel (mutex_protocol.c), which tells who waits for it.
 */
#include <errno.h>
#include <limits.h>
#include <unistd.h>
#include "internal/futex.h"
#include "internal/mutex.h"

static _Atomic unsigned *flags_of(pthread_mutex_t *mutex)
{
    return (_Atomic unsigned *)&mutex->__robust;
}

static unsigned own_pid_bits(unsigned flags)
{
    return flags & MUTEX_SHARED ? (unsigned)getpid() << MUTEX_PID_SHIFT : 0;
}

bool __robust_is_own(const pthread_mutex_t *mutex)
{
    unsigned flags = mutex->__robust;
    return flags >> MUTEX_PID_SHIFT == own_pid_bits(flags) >> MUTEX_PID_SHIFT;
}

int __robust_acquired(pthread_mutex_t *mutex)
{
    struct thread *self = __thread_self();
    unsigned flags = mutex->__robust & ((1u << MUTEX_PID_SHIFT) - 1);
    __c11_atomic_store(flags_of(mutex), flags | own_pid_bits(flags), __ATOMIC_RELAXED);
    __c11_atomic_store((void *_Atomic *)&mutex->__owner, (void *)self, __ATOMIC_RELAXED);
    if (!(flags & MUTEX_ROBUST))
        return 0;
    if (flags & MUTEX_NOT_RECOVERABLE) {
        mutex->__owner = NULL;
        __mutex_free(mutex, INT_MAX);
        return ENOTRECOVERABLE;
    }
    if (flags & MUTEX_INCONSISTENT)
        mutex->__count = 0; /* what a recursive holder had */
    mutex->__next = self->robust;
    self->robust = mutex;
    return flags & MUTEX_INCONSISTENT ? EOWNERDEAD : 0;
}

static void forget(struct thread *self, pthread_mutex_t *mutex)
{
    void **link = &self->robust;
    while (*link && *link != mutex)
        link = &((pthread_mutex_t *)*link)->__next;
    if (*link)
        *link = mutex->__next;
}

int __robust_release(pthread_mutex_t *mutex)
{
    unsigned flags = mutex->__robust & ((1u << MUTEX_PID_SHIFT) - 1);
    if (flags & MUTEX_ROBUST)
        forget(__thread_self(), mutex);
    if (flags & MUTEX_INCONSISTENT)
        flags = (flags & ~MUTEX_INCONSISTENT) | MUTEX_NOT_RECOVERABLE;
    __c11_atomic_store(flags_of(mutex), flags, __ATOMIC_RELAXED);
    return flags & MUTEX_NOT_RECOVERABLE ? INT_MAX : 1;
}

void __robust_thread_ends(struct thread *self)
{
    while (self->robust) {
        pthread_mutex_t *mutex = self->robust;
        unsigned flags = mutex->__robust & ((1u << MUTEX_PID_SHIFT) - 1);
        self->robust = mutex->__next;
        if (!__robust_is_own(mutex)) /* the parent's, before a fork */
            continue;
        mutex->__owner = NULL;
        __c11_atomic_store(flags_of(mutex), flags | MUTEX_INCONSISTENT, __ATOMIC_RELAXED);
        __mutex_free(mutex, 1);
    }
}

int pthread_mutex_consistent(pthread_mutex_t *mutex)
{
    unsigned flags = mutex->__robust;
    if (!(flags & MUTEX_ROBUST) || !(flags & MUTEX_INCONSISTENT) || !__robust_is_own(mutex) ||
        mutex->__owner != __thread_self())
        return EINVAL;
    __c11_atomic_store(flags_of(mutex), flags & ~MUTEX_INCONSISTENT, __ATOMIC_RELAXED);
    return 0;
}
