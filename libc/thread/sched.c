/* sched.c: scheduling as POSIX and Linux programs ask for it. There is one policy. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include "internal/gate.h"
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
    return (int)__result(policy == SCHED_OTHER ? 0 : -ERR_INVAL);
}

int sched_get_priority_min(int policy)
{
    return sched_get_priority_max(policy);
}

int sched_getscheduler(pid_t pid)
{
    (void)pid;
    return SCHED_OTHER;
}

int sched_getparam(pid_t pid, struct sched_param *param)
{
    (void)pid;
    param->sched_priority = 0;
    return 0;
}

int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param)
{
    (void)thread;
    return policy == SCHED_OTHER && param->sched_priority == 0 ? 0 : ENOTSUP;
}

int pthread_getschedparam(pthread_t thread, int *policy, struct sched_param *param)
{
    (void)thread;
    *policy = SCHED_OTHER;
    param->sched_priority = 0;
    return 0;
}

int pthread_setconcurrency(int level)
{
    return level < 0 ? EINVAL : 0;
}

int pthread_getconcurrency(void)
{
    return 0;
}

int pthread_getcpuclockid(pthread_t thread, clockid_t *clock)
{
    if (thread != pthread_self())
        return ENOENT;
    *clock = CLOCK_THREAD_CPUTIME_ID;
    return 0;
}

/* Threads have no names of their own. */
int pthread_setname_np(pthread_t thread, const char *name)
{
    (void)thread;
    (void)name;
    return 0;
}

int pthread_setschedprio(pthread_t thread, int priority)
{
    (void)thread;
    return priority == 0 ? 0 : EINVAL;
}
