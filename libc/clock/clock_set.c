/* clock_set.c: clocks' resolution, and setting the real-time clock, which is for effective uid 0. */
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include "abi/event_file.h"
#include "abi/mqueue.h"
#include "internal/clock_id.h"
#include "internal/files.h"
#include "internal/time_ns.h"

int clock_getres(clockid_t clock, struct timespec *res)
{
    int64_t now = __clock_read(clock);
    if (now >= 0 && res)
        *res = (struct timespec){.tv_nsec = 1};
    return (int)__result(now < 0 ? now : 0);
}

static void tell(const char *scheme, uint32_t verb)
{
    int64_t root = dyad_open(HANDLE_NONE, scheme, strlen(scheme), FILE_PATH, 0, NULL);
    if (root < 0)
        return;
    struct call_args args = CALL_ARGS_NONE;
    (void)__verb_call((handle_t)root, verb, &args);
    dyad_handle_close((handle_t)root);
}

/* The kernel's own waits follow by themselves; servers that keep times of the clock are told. One that is not there keeps none. */
static int64_t set(uint64_t now_ns)
{
    int64_t result = dyad_thread_control(THREAD_SET_REALTIME, now_ns, 0);
    if (result < 0)
        return result;
    tell("event:", EVENT_CLOCK_SET);
    tell("mqueue:", MQUEUE_CLOCK_SET);
    return 0;
}

int clock_settime(clockid_t clock, const struct timespec *now)
{
    bool cpu_time =
        clock < 0 || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
    int64_t result = -ERR_INVAL;
    if (clock == CLOCK_REALTIME && __timespec_valid(now) && now->tv_sec >= 0)
        result = set(__timespec_ns(now));
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
