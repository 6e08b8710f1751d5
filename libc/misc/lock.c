/* lock.c: the slow paths of internal/lock.h. */
#include "internal/lock.h"

void __libc_lock_wait(struct libc_lock *lock)
{
    /* Marking the lock contended even when we get it costs one spare wake-up and never loses one. */
    while (__c11_atomic_exchange(&lock->state, LIBC_LOCK_CONTENDED, __ATOMIC_ACQUIRE) !=
           LIBC_LOCK_FREE)
        __futex_wait(&lock->state, LIBC_LOCK_CONTENDED, UINT64_MAX);
}

void __libc_lock_wake(struct libc_lock *lock)
{
    __futex_wake(&lock->state, 1);
}
