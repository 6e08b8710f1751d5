/* attr.c: attributes of threads. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include "abi/layout.h"
#include "internal/sched.h"

int pthread_attr_init(pthread_attr_t *attr)
{
    *attr = (pthread_attr_t){
        .__stack_size = DYAD_STACK_SIZE, .__guard_size = DYAD_PAGE_SIZE, .__guard_set = 1};
    return 0;
}

int pthread_attr_destroy(pthread_attr_t *attr)
{
    (void)attr;
    return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t *attr, int state)
{
    if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED)
        return EINVAL;
    attr->__detached = state;
    return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t *attr, int *state)
{
    *state = attr->__detached;
    return 0;
}

int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size)
{
    if (size < PTHREAD_STACK_MIN || size > (1UL << 40))
        return EINVAL;
    attr->__stack_size = size;
    return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *size)
{
    *size = attr->__stack_size ? attr->__stack_size : DYAD_STACK_SIZE;
    return 0;
}

int pthread_attr_setguardsize(pthread_attr_t *attr, size_t size)
{
    if (size > (1UL << 40))
        return EINVAL;
    attr->__guard_size = size;
    attr->__guard_set = 1;
    return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *attr, size_t *size)
{
    *size = attr->__guard_size;
    return 0;
}

int pthread_attr_setstack(pthread_attr_t *attr, void *stack, size_t size)
{
    if (size < PTHREAD_STACK_MIN || size - PTHREAD_STACK_MIN > SIZE_MAX / 4)
        return EINVAL;
    attr->__stack = stack;
    attr->__stack_size = size;
    return 0;
}

int pthread_attr_getstack(const pthread_attr_t *attr, void **stack, size_t *size)
{
    *stack = attr->__stack;
    *size = attr->__stack_size;
    return 0;
}

int pthread_attr_setscope(pthread_attr_t *attr, int scope)
{
    (void)attr;
    if (scope != PTHREAD_SCOPE_SYSTEM && scope != PTHREAD_SCOPE_PROCESS)
        return EINVAL;
    return scope == PTHREAD_SCOPE_SYSTEM ? 0 : ENOTSUP;
}

int pthread_attr_getscope(const pthread_attr_t *attr, int *scope)
{
    (void)attr;
    *scope = PTHREAD_SCOPE_SYSTEM;
    return 0;
}

int pthread_attr_setinheritsched(pthread_attr_t *attr, int inherit)
{
    if (inherit != PTHREAD_INHERIT_SCHED && inherit != PTHREAD_EXPLICIT_SCHED)
        return EINVAL;
    attr->__explicit_sched = inherit == PTHREAD_EXPLICIT_SCHED;
    return 0;
}

int pthread_attr_getinheritsched(const pthread_attr_t *attr, int *inherit)
{
    *inherit = attr->__explicit_sched ? PTHREAD_EXPLICIT_SCHED : PTHREAD_INHERIT_SCHED;
    return 0;
}

int pthread_attr_getschedpolicy(const pthread_attr_t *attr, int *policy)
{
    *policy = attr->__policy;
    return 0;
}

int pthread_attr_setschedpolicy(pthread_attr_t *attr, int policy)
{
    if (__sched_word(policy, 0) < 0 && __sched_word(policy, 1) < 0)
        return EINVAL;
    attr->__policy = policy;
    return 0;
}

/* The policy may still change: pthread_create looks whether they go together. */
int pthread_attr_setschedparam(pthread_attr_t *attr, const struct sched_param *param)
{
    int priority = param->sched_priority;
    bool realtime = attr->__policy == SCHED_FIFO || attr->__policy == SCHED_RR;
    if (priority < (int)realtime || priority > (int)DYAD_PRIORITY_MAX)
        return EINVAL;
    attr->__priority = priority;
    return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *attr, struct sched_param *param)
{
    param->sched_priority = attr->__priority;
    return 0;
}
