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

static int64_t sleep_for(enum dyad_clock clock, uint64_t delay, struct timespec *remain)
{
    uint64_t until = __ns_add((uint64_t)dyad_clock_get(clock), delay);
    int64_t result = sleep_until(clock, until);
    if (result == -ERR_INTR && remain) {
        uint64_t now = (uint64_t)dyad_clock_get(clock);
        *remain = __ns_timespec(now < until ? until - now : 0);
    }
    return result;
}

static int64_t clock_sleep(clockid_t clock, int flags, const struct timespec *request,
                           struct timespec *remain)
{
    int id = __clock_id(clock);
    if (id < 0 || clock == CLOCK_THREAD_CPUTIME_ID || (flags & ~TIMER_ABSTIME) ||
        !__timespec_valid(request) || request->tv_sec < 0)
        return -ERR_INVAL;
    if (id == DYAD_CLOCK_PROCESS)
        return -ERR_OPNOTSUPP;
    uint64_t ns = __timespec_ns(request);
    if (flags & TIMER_ABSTIME)
        return sleep_until((enum dyad_clock)id, ns);
    /* A delay is measured on the clock that is never set. */
    return sleep_for(DYAD_CLOCK_MONOTONIC, ns, remain);
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
