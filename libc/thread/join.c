/* join.c: wait for a thread, or let it go. */
#include <errno.h>
#include <pthread.h>
#include "internal/cancel.h"
#include "internal/threads.h"
#include "internal/time_ns.h"

static int join_until(pthread_t handle, void **result, uint64_t deadline)
{
    struct thread *thread = __thread_find(handle);
    if (!thread)
        return ESRCH;
    if (thread == __thread_self())
        return EDEADLK;
    if (thread->state == THREAD_DETACHED || thread->state == THREAD_JOINED)
        return EINVAL;
    if (CANCELLABLE(__thread_wait_gone(thread, deadline)) < 0)
        return ETIMEDOUT;
    thread->state = THREAD_JOINED;
    if (result)
        *result = thread->result;
    __thread_free(thread);
    return 0;
}

int pthread_join(pthread_t thread, void **result)
{
    return join_until(thread, result, DEADLINE_NEVER);
}

int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *deadline)
{
    if (!__timespec_valid(deadline))
        return EINVAL;
    return join_until(thread, result, __deadline(CLOCK_REALTIME, deadline));
}

int pthread_tryjoin_np(pthread_t thread, void **result)
{
    const struct thread *found = __thread_find(thread);
    return found && found->alive ? EBUSY : pthread_join(thread, result);
}

int pthread_detach(pthread_t handle)
{
    struct thread *thread = __thread_find(handle);
    int state = THREAD_JOINABLE;
    if (!thread)
        return ESRCH;
    if (__c11_atomic_compare_exchange_strong(&thread->state, &state, THREAD_DETACHED,
                                             __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return 0;
    return state == THREAD_EXITED ? pthread_join(handle, NULL) : EINVAL;
}
