/* sched.c: scheduling as POSIX and Linux programs ask for it. There is one policy. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>
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

/* The policies have their ranges, so that programs can reckon with them, though nobody is given another than SCHED_OTHER. */
static int highest_priority(int policy)
{
    switch (policy) {
    case SCHED_OTHER:
    case SCHED_BATCH:
    case SCHED_IDLE: return 0;
    case SCHED_FIFO:
    case SCHED_RR: return 99;
    default: return -ERR_INVAL;
    }
}

int sched_get_priority_max(int policy)
{
    return (int)__result(highest_priority(policy));
}

int sched_get_priority_min(int policy)
{
    int highest = highest_priority(policy);
    return (int)__result(highest > 0 ? 1 : highest);
}

static int64_t check_process(pid_t pid)
{
    if (pid < 0)
        return -ERR_INVAL;
    if (pid == 0 || pid == getpid())
        return 0;
    return kill(pid, 0) == 0 || errno != ESRCH ? 0 : -ERR_SRCH;
}

/* 0: what every thread has; -ERR_PERM: a real-time policy, which the kernel does not have. */
static int64_t check_policy(int policy, int priority)
{
    int highest = highest_priority(policy);
    if (highest < 0 || priority > highest || priority < (highest > 0))
        return -ERR_INVAL;
    return policy == SCHED_OTHER ? 0 : -ERR_PERM;
}

int sched_getscheduler(pid_t pid)
{
    int64_t result = check_process(pid);
    return (int)__result(result < 0 ? result : SCHED_OTHER);
}

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
    int64_t result = check_process(pid);
    if (result == 0)
        result = check_policy(policy, param->sched_priority);
    return (int)__result(result < 0 ? result : SCHED_OTHER); /* the policy before */
}

int sched_getparam(pid_t pid, struct sched_param *param)
{
    int64_t result = check_process(pid);
    if (result == 0)
        param->sched_priority = 0;
    return (int)__result(result);
}

int sched_setparam(pid_t pid, const struct sched_param *param)
{
    int64_t result = check_process(pid);
    if (result == 0 && param->sched_priority != 0)
        result = -ERR_INVAL;
    return (int)__result(result);
}

/* The longest time that a thread runs while others of its weight wait. */
int sched_rr_get_interval(pid_t pid, struct timespec *interval)
{
    int64_t result = check_process(pid);
    if (result == 0)
        *interval = (struct timespec){.tv_nsec = 3000000};
    return (int)__result(result);
}

int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param)
{
    (void)thread;
    return (int)-check_policy(policy, param->sched_priority);
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
