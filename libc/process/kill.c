/* kill.c: signals to processes and groups go through procd, which knows who may. */
#include <signal.h>
#include "internal/process.h"

static int64_t post(int64_t pid, int sig, uint64_t value, int code)
{
    if (sig < 0 || sig >= NSIG)
        return -ERR_INVAL;
    int64_t result =
        __proc_verb(PROC_KILL, (uint64_t)pid, (uint64_t)sig, value, (uint64_t)(int64_t)code, NULL);
    return result < 0 ? result : 0;
}

int kill(pid_t pid, int sig)
{
    return (int)__result(post(pid, sig, 0, SI_USER));
}

int killpg(pid_t group, int sig)
{
    return (int)__result(group < 0 || group == 1 ? -ERR_INVAL
                                                 : post(-(int64_t)group, sig, 0, SI_USER));
}

int sigqueue(pid_t pid, int sig, union sigval value)
{
    return (int)__result(pid <= 0 ? -ERR_INVAL
                                  : post(pid, sig, (uint64_t)value.sival_ptr, SI_QUEUE));
}
