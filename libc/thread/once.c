/* once.c: pthread_once. */
#include <limits.h>
#include <pthread.h>
#include "internal/futex.h"

enum { NOT_YET, RUNNING, DONE };

/* The thread has been cancelled in init: it is as if pthread_once had not been called. */
static void undo(void *state)
{
    __c11_atomic_store((_Atomic int *)state, NOT_YET, __ATOMIC_RELEASE);
    __futex_wake(state, INT_MAX);
}

int pthread_once(pthread_once_t *once, void (*init)(void))
{
    _Atomic int *state = __futex_word(once);
    int now = __c11_atomic_load(state, __ATOMIC_ACQUIRE);
    while (now != DONE) {
        if (now == RUNNING) {
            __futex_wait(state, RUNNING, DEADLINE_NEVER);
            now = __c11_atomic_load(state, __ATOMIC_ACQUIRE);
        } else if (__c11_atomic_compare_exchange_strong(state, &now, RUNNING, __ATOMIC_ACQUIRE,
                                                        __ATOMIC_ACQUIRE)) {
            pthread_cleanup_push(undo, (void *)state);
            init();
            pthread_cleanup_pop(0);
            __c11_atomic_store(state, DONE, __ATOMIC_RELEASE);
            __futex_wake(state, INT_MAX);
            return 0;
        }
    }
    return 0;
}
