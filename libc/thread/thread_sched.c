/* thread_sched.c: policies and priorities of single threads. */
#include <errno.h>
#include <pthread.h>
#include "internal/gate.h"
#include "internal/sched.h"
#include "internal/threads.h"

/* -ERR_SRCH for one that has ended, joined or not. */
static int64_t control(pthread_t handle, enum thread_op op, uint64_t arg)
{
    const struct thread *thread = __thread_find(handle);
    if (!thread)
        return -ERR_SRCH;
    return dyad_thread_control(op, thread == __thread_self() ? 0 : thread->id, arg);
}

static int64_t set_sched(pthread_t handle, int64_t word, uint32_t keep)
{
    return word < 0 ? word : control(handle, THREAD_SET_SCHED, (uint64_t)word | keep);
}

static int64_t get_sched(pthread_t handle)
{
    return control(handle, THREAD_GET_SCHED, 0);
}

int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param)
{
    return (int)-set_sched(thread, __sched_word(policy, param->sched_priority), 0);
}

int pthread_getschedparam(pthread_t thread, int *restrict policy,
                          struct sched_param *restrict param)
{
    int64_t word = get_sched(thread);
    if (word < 0)
        return (int)-word;
    *policy = (int)SCHED_WORD_POLICY(word);
    param->sched_priority = (int)SCHED_WORD_PRIORITY(word);
    return 0;
}

/* Unlike pthread_setschedparam it does not put the thread behind its equals. */
int pthread_setschedprio(pthread_t thread, int priority)
{
    int64_t word = get_sched(thread);
    if (word < 0)
        return (int)-word;
    return (int)-set_sched(thread, __sched_word((int)SCHED_WORD_POLICY(word), priority),
                           SCHED_KEEP_PLACE);
}
