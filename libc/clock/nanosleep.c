/* nanosleep.c: wait for a time. Never restarted: a signal ends the wait and the rest is reported. */
#include <time.h>
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/clock_id.h"
#include "internal/gate.h"
#include "internal/time_ns.h"

/* Sleep until `until` on a kernel clock. Any handler ends it; a stop and continue, where none ran, does not. */
static int64_t sleep_until(enum dyad_clock clock, uint64_t until)
{
    struct thread *self = __thread_self();
    unsigned handlers = self->handlers;
    int64_t result;
    do
        result = dyad_sleep(clock, until);
    while (result == -ERR_INTR && self->handlers == handlers && !self->cancel_now);
    return result;
}

/* CPU time passes at most as fast as there are cores: look again when a part of it has. */
static int64_t sleep_cpu(clockid_t clock, uint64_t until)
{
    for (;;) {
        int64_t now = __clock_read(clock);
        if (now < 0 || (uint64_t)now >= until)
            return now < 0 ? now : 0;
        uint64_t part = (until - (uint64_t)now) / 16 + 1000000;
        int64_t result = sleep_until(
            DYAD_CLOCK_MONOTONIC, __ns_add((uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC), part));
        if (result < 0)
            return result;
    }
}

static int64_t sleep_on(clockid_t clock, uint64_t until)
{
    int id = __clock_id(clock);
    return id < 0 || id == DYAD_CLOCK_PROCESS ? sleep_cpu(clock, until)
                                              : sleep_until((enum dyad_clock)id, until);
}

/* What is left of the request itself: its end may be further away than nanoseconds can count. */
static struct timespec rest_of(const struct timespec *request, uint64_t slept)
{
    struct timespec passed = __ns_timespec(slept), rest = {0};
    rest.tv_sec = request->tv_sec - passed.tv_sec;
    rest.tv_nsec = request->tv_nsec - passed.tv_nsec;
    if (rest.tv_nsec < 0) {
        rest.tv_sec--;
        rest.tv_nsec += 1000000000;
    }
    return rest.tv_sec < 0 ? (struct timespec){0} : rest;
}

static int64_t sleep_for(clockid_t clock, const struct timespec *request, struct timespec *remain)
{
    uint64_t start = (uint64_t)__clock_read(clock);
    int64_t result = sleep_on(clock, __ns_add(start, __timespec_ns(request)));
    if (result == -ERR_INTR && remain)
        *remain = rest_of(request, (uint64_t)__clock_read(clock) - start);
    return result;
}

/* The time of a thread that sleeps does not pass. */
static bool is_own_time(clockid_t clock)
{
    return clock == CLOCK_THREAD_CPUTIME_ID ||
           clock == __clock_make(__thread_id(__thread_self()), CLOCK_OF_THREAD);
}

static int64_t clock_sleep(clockid_t clock, int flags, const struct timespec *request,
                           struct timespec *remain)
{
    if (__clock_read(clock) < 0 || is_own_time(clock) || (flags & ~TIMER_ABSTIME) ||
        !__timespec_valid(request) || request->tv_sec < 0)
        return -ERR_INVAL;
    if (flags & TIMER_ABSTIME)
        return sleep_on(clock, __timespec_ns(request));
    /* A delay of real time is measured on the clock that is never set. */
    return sleep_for(__clock_id(clock) == DYAD_CLOCK_REALTIME ? CLOCK_MONOTONIC : clock, request,
                     remain);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *remain)
{
    return (int)-CANCELLABLE(clock_sleep(clock, flags, request, remain));
}

int nanosleep(const struct timespec *request, struct timespec *remain)
{
    return (int)__result(CANCELLABLE(clock_sleep(CLOCK_MONOTONIC, 0, request, remain)));
}

unsigned sleep(unsigned seconds)
{
    struct timespec request = {.tv_sec = seconds}, remain = {0};
    if (CANCELLABLE(clock_sleep(CLOCK_MONOTONIC, 0, &request, &remain)) == 0)
        return 0;
    return (unsigned)(remain.tv_sec + (remain.tv_nsec >= 500000000));
}

int usleep(useconds_t microseconds)
{
    struct timespec request = {.tv_sec = microseconds / 1000000,
                               .tv_nsec = (long)(microseconds % 1000000) * 1000};
    return nanosleep(&request, NULL);
}
