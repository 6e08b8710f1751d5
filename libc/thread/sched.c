/* sched.c: policies, priorities and cores of processes: of their first threads, or of the calling one. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#include "internal/gate.h"
#include "internal/process.h"
#include "internal/sched.h"
#include "internal/startup.h"

int sched_yield(void)
{
    return (int)__result(dyad_yield());
}

int sched_getcpu(void)
{
    return (int)__result(dyad_thread_control(THREAD_CPU, 0, 0));
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
    if (pid != 0 || size < sizeof *set)
        return (int)__result(pid ? -ERR_SRCH : -ERR_INVAL);
    return (int)__result(dyad_thread_control(THREAD_SET_AFFINITY, set->__bits, 0));
}

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
    uint64_t cpus = __auxv_get(AT_DYAD_CPUS);
    if (pid != 0 || size < sizeof *set)
        return (int)__result(pid ? -ERR_SRCH : -ERR_INVAL);
    set->__bits = cpus >= 64 ? ~0UL : (1UL << (cpus ? cpus : 1)) - 1;
    return 0;
}

int sched_get_priority_max(int policy)
{
    switch (policy) {
    case SCHED_OTHER:
    case SCHED_BATCH:
    case SCHED_IDLE: return 0;
    case SCHED_FIFO:
    case SCHED_RR: return DYAD_PRIORITY_MAX;
    default: return (int)__result(-ERR_INVAL);
    }
}

int sched_get_priority_min(int policy)
{
    int highest = sched_get_priority_max(policy);
    return highest > 0 ? 1 : highest;
}

int64_t __sched_word(int policy, int priority)
{
    bool realtime = policy == SCHED_FIFO || policy == SCHED_RR;
    if (!realtime && policy != SCHED_OTHER && policy != SCHED_BATCH && policy != SCHED_IDLE)
        return -ERR_INVAL;
    if (priority < (int)realtime || priority > (realtime ? (int)DYAD_PRIORITY_MAX : 0))
        return -ERR_INVAL;
    return SCHED_WORD(policy, priority);
}

/* procd has the handles of other processes. */
int64_t __sched_get(pid_t pid)
{
    if (pid < 0)
        return -ERR_INVAL;
    if (pid == 0)
        return dyad_thread_control(THREAD_GET_SCHED, 0, 0);
    if (pid == getpid())
        return dyad_process_control(HANDLE_NONE, PROCESS_GET_SCHED, 0, 0);
    return __proc_verb(PROC_SCHED, (uint64_t)pid, PROC_SCHED_GET, 0, 0, NULL);
}

int64_t __sched_set(pid_t pid, int64_t word)
{
    int64_t before = __sched_get(pid);
    if (before < 0 || word < 0)
        return before < 0 ? before : word;
    int64_t result;
    if (pid == 0)
        result = dyad_thread_control(THREAD_SET_SCHED, 0, (uint64_t)word);
    else if (pid == getpid())
        result = dyad_process_control(HANDLE_NONE, PROCESS_SET_SCHED, (uint64_t)word, 0);
    else
        result = __proc_verb(PROC_SCHED, (uint64_t)pid, PROC_SCHED_SET, (uint64_t)word, 0, NULL);
    return result < 0 ? result : before;
}

int sched_getscheduler(pid_t pid)
{
    int64_t word = __sched_get(pid);
    return (int)__result(word < 0 ? word : SCHED_WORD_POLICY(word));
}

/* -> the policy before */
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
    int64_t before = __sched_set(pid, __sched_word(policy, param->sched_priority));
    return (int)__result(before < 0 ? before : SCHED_WORD_POLICY(before));
}

int sched_getparam(pid_t pid, struct sched_param *param)
{
    int64_t word = __sched_get(pid);
    if (word >= 0)
        param->sched_priority = (int)SCHED_WORD_PRIORITY(word);
    return (int)__result(word < 0 ? word : 0);
}

int sched_setparam(pid_t pid, const struct sched_param *param)
{
    int64_t word = __sched_get(pid);
    if (word >= 0)
        word = __sched_set(pid, __sched_word(SCHED_WORD_POLICY(word), param->sched_priority));
    return (int)__result(word < 0 ? word : 0);
}

/* For the other policies the longest time that a thread runs while others of its weight wait. */
int sched_rr_get_interval(pid_t pid, struct timespec *interval)
{
    int64_t word = __sched_get(pid);
    if (word < 0)
        return (int)__result(word);
    switch (SCHED_WORD_POLICY(word)) {
    case DYAD_SCHED_RR: *interval = (struct timespec){.tv_nsec = DYAD_SCHED_RR_NS}; break;
    case DYAD_SCHED_FIFO: *interval = (struct timespec){0}; break; /* without end */
    default: *interval = (struct timespec){.tv_nsec = 3000000};
    }
    return 0;
}

/* Remembered only: every thread is the kernel's. */
static _Atomic int concurrency;

int pthread_setconcurrency(int level)
{
    if (level < 0)
        return EINVAL;
    concurrency = level;
    return 0;
}

int pthread_getconcurrency(void)
{
    return concurrency;
}

/* Threads have no names of their own. */
int pthread_setname_np(pthread_t thread, const char *name)
{
    (void)thread;
    (void)name;
    return 0;
}
