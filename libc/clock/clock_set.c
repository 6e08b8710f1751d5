/* clock_set.c: clocks' resolution, and setting them, which nobody may: the real-time clock is the machine's. */
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "internal/clock_id.h"
#include "internal/gate.h"
#include "internal/time_ns.h"

int clock_getres(clockid_t clock, struct timespec *res)
{
    int id = __clock_id(clock);
    if (id >= 0 && res)
        *res = (struct timespec){.tv_nsec = 1};
    return (int)__result(id < 0 ? id : 0);
}

int clock_settime(clockid_t clock, const struct timespec *now)
{
    return (int)__result(clock == CLOCK_REALTIME && __timespec_valid(now) ? -ERR_PERM : -ERR_INVAL);
}

int settimeofday(const struct timeval *tv, const struct timezone *zone)
{
    (void)tv;
    (void)zone;
    return (int)__result(-ERR_PERM);
}

int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
    if (pid != 0 && pid != getpid())
        return ERR_SRCH;
    *clock = CLOCK_PROCESS_CPUTIME_ID;
    return 0;
}
