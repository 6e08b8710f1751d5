/* clock_gettime.c: what time it is. */
#include <sys/time.h>
#include <time.h>
#include "internal/clock_id.h"
#include "internal/gate.h"
#include "internal/time_ns.h"

#pragma weak __clock_read_other

int64_t __clock_read(clockid_t clock)
{
    int id = __clock_id(clock);
    if (unlikely(id < 0))
        return __clock_read_other ? __clock_read_other(clock) : -ERR_INVAL;
    return dyad_clock_get((enum dyad_clock)id);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int64_t ns = __clock_read(clock);
    if (ns >= 0)
        *now = __ns_timespec((uint64_t)ns);
    return (int)__result(ns < 0 ? ns : 0);
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    (void)zone;
    if (tv) {
        uint64_t us = (uint64_t)dyad_clock_get(DYAD_CLOCK_REALTIME) / 1000;
        *tv = (struct timeval){.tv_sec = (time_t)(us / 1000000),
                               .tv_usec = (suseconds_t)(us % 1000000)};
    }
    return 0;
}

time_t time(time_t *out)
{
    time_t now = (time_t)((uint64_t)dyad_clock_get(DYAD_CLOCK_REALTIME) / NS_PER_SECOND);
    if (out)
        *out = now;
    return now;
}

clock_t clock(void)
{
    return (clock_t)((uint64_t)dyad_clock_get(DYAD_CLOCK_PROCESS) / 1000);
}
