/* prioceiling.c: the priority ceiling of a mutex. */
#include <errno.h>
#include <pthread.h>
#include "internal/mutex.h"

int pthread_mutex_getprioceiling(const pthread_mutex_t *restrict mutex, int *restrict ceiling)
{
    if (!__mutex_has(mutex, MUTEX_PROTECT))
        return EINVAL;
    *ceiling = __mutex_ceiling(mutex);
    return 0;
}

/* The holder of a recursive one runs at the new ceiling from here on. */
static int hold_at(pthread_mutex_t *mutex, int ceiling)
{
    int error = __protect_begin(ceiling);
    if (!error)
        __protect_end(__mutex_ceiling(mutex));
    return error;
}

/* Locks the mutex for the change, whatever its ceiling and the caller's priority. */
int pthread_mutex_setprioceiling(pthread_mutex_t *restrict mutex, int ceiling, int *restrict old)
{
    if (!__mutex_has(mutex, MUTEX_PROTECT) || ceiling < 1 || ceiling > (int)DYAD_PRIORITY_MAX)
        return EINVAL;
    int error = __mutex_take(mutex), before = __mutex_ceiling(mutex);
    if (error && error != EOWNERDEAD)
        return error;
    bool nested = mutex->__count != 0; /* it was held already */
    int refused = nested ? hold_at(mutex, ceiling) : 0;
    if (!refused) {
        mutex->__type =
            (mutex->__type & ((1 << MUTEX_CEILING_SHIFT) - 1)) | ceiling << MUTEX_CEILING_SHIFT;
        if (old)
            *old = before;
    }
    if (nested) {
        mutex->__count--;
        return refused;
    }
    int wake = mutex->__robust ? __robust_release(mutex) : 1;
    mutex->__owner = NULL;
    __mutex_free(mutex, wake);
    return error == EOWNERDEAD ? error : refused;
}
