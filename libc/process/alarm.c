/* alarm.c: the real-time interval timer, kept by procd. */
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>
#include "internal/process.h"
#include "internal/time_ns.h"

/* procd reports what was left but not the interval, so it is remembered here. */
static _Atomic uint64_t interval_ns;

static int64_t arm(uint64_t value, uint64_t interval, uint64_t *left)
{
    uint64_t values[2] = {0, 0};
    int64_t result = __proc_verb(PROC_ALARM, value, interval, 0, 0, values);
    *left = values[0];
    return result;
}

static int64_t timeval_ns(const struct timeval *t, uint64_t *out)
{
    if (t->tv_sec < 0 || t->tv_usec < 0 || t->tv_usec > 999999)
        return -ERR_INVAL;
    struct timespec ts = {.tv_sec = t->tv_sec, .tv_nsec = t->tv_usec * 1000};
    *out = __timespec_ns(&ts);
    return 0;
}

/* Rounded up: a running timer never shows 0. */
static struct timeval ns_timeval(uint64_t ns)
{
    uint64_t us = (ns + 999) / 1000;
    return (struct timeval){.tv_sec = (time_t)(us / 1000000),
                            .tv_usec = (suseconds_t)(us % 1000000)};
}

int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old)
{
    uint64_t first, interval, left;
    if (which != ITIMER_REAL)
        return (int)__result(-ERR_INVAL);
    int64_t result = timeval_ns(&value->it_value, &first);
    if (result >= 0)
        result = timeval_ns(&value->it_interval, &interval);
    if (result >= 0)
        result = arm(first, first ? interval : 0, &left);
    if (result < 0)
        return (int)__result(result);
    uint64_t before = __c11_atomic_exchange(&interval_ns, first ? interval : 0, __ATOMIC_RELAXED);
    if (old)
        *old = (struct itimerval){.it_interval = ns_timeval(left ? before : 0),
                                  .it_value = ns_timeval(left)};
    return 0;
}

/* procd has no query: stop the timer and start it again with what was left. */
int getitimer(int which, struct itimerval *value)
{
    uint64_t left, ignored;
    if (which != ITIMER_REAL)
        return (int)__result(-ERR_INVAL);
    int64_t result = arm(0, 0, &left);
    if (result >= 0 && left)
        result = arm(left, interval_ns, &ignored);
    if (result < 0)
        return (int)__result(result);
    *value = (struct itimerval){.it_interval = ns_timeval(left ? interval_ns : 0),
                                .it_value = ns_timeval(left)};
    return 0;
}

unsigned alarm(unsigned seconds)
{
    uint64_t left = 0;
    interval_ns = 0;
    if (arm(seconds * NS_PER_SECOND, 0, &left) < 0)
        return 0;
    return (unsigned)((left + NS_PER_SECOND - 1) / NS_PER_SECOND);
}

useconds_t ualarm(useconds_t value, useconds_t interval)
{
    struct itimerval next = {.it_interval = {interval / 1000000, interval % 1000000},
                             .it_value = {value / 1000000, value % 1000000}};
    struct itimerval old;
    if (setitimer(ITIMER_REAL, &next, &old) < 0)
        return 0;
    return (useconds_t)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}
