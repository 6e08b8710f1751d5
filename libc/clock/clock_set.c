/* clock_set.c: clocks' resolution, and setting the real-time clock, which is for effective uid 0. */
#include <sys/time.h>
#include <time.h>
#include "internal/clock_id.h"
#include "internal/time_ns.h"

int clock_getres(clockid_t clock, struct timespec *res)
{
    int64_t now = __clock_read(clock);
    if (now >= 0 && res)
        *res = (struct timespec){.tv_nsec = 1};
    return (int)__result(now < 0 ? now : 0);
}

int clock_settime(clockid_t clock, const struct timespec *now)
{
    bool cpu_time =
        clock < 0 || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
    int64_t result = -ERR_INVAL;
    if (clock == CLOCK_REALTIME && __timespec_valid(now) && now->tv_sec >= 0)
        result = dyad_thread_control(THREAD_SET_REALTIME, __timespec_ns(now), 0);
    else if (cpu_time && __clock_read(clock) >= 0)
        result = -ERR_PERM;
    return (int)__result(result);
}

int settimeofday(const struct timeval *tv, const struct timezone *zone)
{
    (void)zone; /* there is none: TZ says it */
    if (!tv)
        return 0;
    if (tv->tv_usec < 0 || tv->tv_usec > 999999)
        return (int)__result(-ERR_INVAL);
    struct timespec now = {.tv_sec = tv->tv_sec, .tv_nsec = tv->tv_usec * 1000};
    return clock_settime(CLOCK_REALTIME, &now);
}
