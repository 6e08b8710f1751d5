/* spin.c: spin locks; they yield, since the holder may not be running. */
#include <errno.h>
#include <pthread.h>
#include "internal/futex.h"

int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
    (void)shared;
    lock->__state = 0;
    return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *lock)
{
    (void)lock;
    return 0;
}

int pthread_spin_trylock(pthread_spinlock_t *lock)
{
    return __c11_atomic_exchange(__futex_word(&lock->__state), 1, __ATOMIC_ACQUIRE) ? EBUSY : 0;
}

int pthread_spin_lock(pthread_spinlock_t *lock)
{
    for (unsigned tries = 0; pthread_spin_trylock(lock); tries++) {
        if (tries % 64 == 63)
            sched_yield();
        else
            __builtin_ia32_pause();
    }
    return 0;
}

int pthread_spin_unlock(pthread_spinlock_t *lock)
{
    __c11_atomic_store(__futex_word(&lock->__state), 0, __ATOMIC_RELEASE);
    return 0;
}
