/* timerfd.c: timers, files of the scheme event:. */
#include <sys/timerfd.h>
#include "abi/event_file.h"
#include "internal/clock_id.h"
#include "internal/files.h"
#include "internal/poll.h"
#include "internal/time_ns.h"

#define CLOCK_REALTIME_ALARM 8
#define CLOCK_BOOTTIME_ALARM 9

/* Nothing sleeps here, so an alarm needs to wake nothing. */
static int timer_clock(int clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_ALARM: return DYAD_CLOCK_REALTIME;
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM: return DYAD_CLOCK_MONOTONIC;
    default: return -ERR_INVAL;
    }
}

int timerfd_create(int clock, int flags)
{
    int id = timer_clock(clock);
    if (id < 0 || (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK)))
        return (int)__result(-ERR_INVAL);
    return (int)__result(__event_file_open("event:timer", (uint64_t)id, flags));
}

static bool time_is_valid(const struct timespec *t)
{
    return __timespec_valid(t) && t->tv_sec >= 0;
}

/* A verb on fd; what is no timer does not know it. */
static int64_t timer_verb(int fd, uint32_t verb, uint64_t how, const struct event_timer *in,
                          struct itimerspec *out)
{
    handle_t h = __fd_handle(fd);
    struct event_timer answer;
    if (h == HANDLE_NONE)
        return -ERR_BADF;
    int64_t result = __verb_data(h, verb, how, 0, in, in ? sizeof *in : 0, &answer, sizeof answer);
    if (result < 0)
        return result == -ERR_NODEV || result == -ERR_CANCELED ? result : -ERR_INVAL;
    if (out)
        *out = (struct itimerspec){.it_value = __ns_timespec(answer.value_ns),
                                   .it_interval = __ns_timespec(answer.interval_ns)};
    return 0;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
{
    if (!value)
        return (int)__result(-ERR_FAULT);
    if ((flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) ||
        !time_is_valid(&value->it_value) || !time_is_valid(&value->it_interval))
        return (int)__result(__fd_handle(fd) == HANDLE_NONE ? -ERR_BADF : -ERR_INVAL);
    struct event_timer wanted = {__timespec_ns(&value->it_value),
                                 __timespec_ns(&value->it_interval)};
    uint64_t how = (flags & TFD_TIMER_ABSTIME ? EVENT_TIMER_ABSOLUTE : 0) |
                   (flags & TFD_TIMER_CANCEL_ON_SET ? EVENT_TIMER_CANCEL : 0);
    return (int)__result(timer_verb(fd, EVENT_TIMER_SET, how, &wanted, old));
}

int timerfd_gettime(int fd, struct itimerspec *value)
{
    if (!value)
        return (int)__result(-ERR_FAULT);
    return (int)__result(timer_verb(fd, EVENT_TIMER_GET, 0, NULL, value));
}
