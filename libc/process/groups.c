/* groups.c: process groups and sessions. */
#include <unistd.h>
#include "internal/process.h"

pid_t getpgid(pid_t pid)
{
    return (pid_t)__result(__proc_verb(PROC_GETPGID, (uint64_t)pid, 0, 0, 0, NULL));
}

pid_t getsid(pid_t pid)
{
    return (pid_t)__result(__proc_verb(PROC_GETSID, (uint64_t)pid, 0, 0, 0, NULL));
}

pid_t setsid(void)
{
    return (pid_t)__result(__proc_verb(PROC_SETSID, 0, 0, 0, 0, NULL));
}

int setpgid(pid_t pid, pid_t group)
{
    if (pid < 0 || group < 0)
        return (int)__result(-ERR_INVAL);
    int64_t result = __proc_verb(PROC_SETPGID, (uint64_t)pid, (uint64_t)group, 0, 0, NULL);
    return (int)__result(result < 0 ? result : 0);
}

int setpgrp(void)
{
    return setpgid(0, 0);
}
