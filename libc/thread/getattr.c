/* getattr.c: the attributes of a thread that is there. */
#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include "abi/layout.h"
#include "internal/threads.h"

/* The first thread's stack is the process's, of RLIMIT_STACK bytes. */
static void first_stack(pthread_attr_t *attr)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        limit.rlim_cur = DYAD_STACK_SIZE;
    attr->__stack_size = limit.rlim_cur & ~(DYAD_PAGE_SIZE - 1);
    attr->__stack = (char *)DYAD_STACK_TOP - attr->__stack_size;
}

int pthread_getattr_np(pthread_t handle, pthread_attr_t *attr)
{
    const struct thread *thread = __thread_find(handle);
    if (!thread)
        return ESRCH;
    int policy;
    struct sched_param param;
    int error = pthread_getschedparam(handle, &policy, &param);
    if (error)
        return error;
    pthread_attr_init(attr);
    attr->__detached =
        thread->state == THREAD_DETACHED ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE;
    attr->__policy = policy;
    attr->__priority = param.sched_priority;
    attr->__stack = thread->stack;
    attr->__stack_size = thread->stack_size;
    attr->__guard_size = thread->guard_size;
    if (!thread->stack)
        first_stack(attr);
    return 0;
}
