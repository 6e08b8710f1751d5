/*
 * itimer.c: interval timers. The real one is procd's (alarm.c). Those of CPU time are POSIX timers on the process's clock, which
 * does not tell user time from the system's: ITIMER_VIRTUAL runs with both.
 */
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "internal/alarm.h"
#include "internal/gate.h"
#include "internal/lock.h"
#include "internal/time_ns.h"

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

/* ---- ITIMER_REAL ---- */

static int64_t set_real(uint64_t first, uint64_t interval, struct itimerval *old)
{
    uint64_t left;
    int64_t result = __alarm_arm(first, first ? interval : 0, &left);
    if (result < 0)
        return result;
    uint64_t before =
        __c11_atomic_exchange(&__alarm_interval_ns, first ? interval : 0, __ATOMIC_RELAXED);
    if (old)
        *old = (struct itimerval){.it_interval = ns_timeval(left ? before : 0),
                                  .it_value = ns_timeval(left)};
    return 0;
}

/* procd has no query: stop the timer and start it again with what was left. */
static int64_t get_real(struct itimerval *value)
{
    uint64_t left, ignored;
    int64_t result = __alarm_arm(0, 0, &left);
    if (result >= 0 && left)
        result = __alarm_arm(left, __alarm_interval_ns, &ignored);
    if (result >= 0)
        *value = (struct itimerval){.it_interval = ns_timeval(left ? __alarm_interval_ns : 0),
                                    .it_value = ns_timeval(left)};
    return result;
}

/* ---- ITIMER_VIRTUAL and ITIMER_PROF ---- */

static struct {
    struct libc_lock lock;
    timer_t timers[2]; /* NULL: not made yet, in this process */
    pid_t owner;       /* whose they are: a fork has none */
} cpu;

static int64_t cpu_timer_locked(int which, timer_t *out)
{
    int index = which == ITIMER_PROF;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = index ? SIGPROF : SIGVTALRM};
    if (cpu.owner != getpid()) {
        cpu.timers[0] = cpu.timers[1] = NULL;
        cpu.owner = getpid();
    }
    if (!cpu.timers[index] &&
        timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &cpu.timers[index]) < 0)
        return -ERR_AGAIN;
    *out = cpu.timers[index];
    return 0;
}

static struct itimerval from_spec(const struct itimerspec *spec)
{
    return (struct itimerval){.it_interval = ns_timeval(__timespec_ns(&spec->it_interval)),
                              .it_value = ns_timeval(__timespec_ns(&spec->it_value))};
}

static int64_t set_cpu(int which, uint64_t first, uint64_t interval, struct itimerval *old)
{
    struct itimerspec before,
        value = {.it_value = __ns_timespec(first), .it_interval = __ns_timespec(interval)};
    timer_t timer;
    libc_lock(&cpu.lock);
    int64_t result = cpu_timer_locked(which, &timer);
    if (result == 0 && timer_settime(timer, 0, &value, &before) < 0)
        result = -ERR_AGAIN;
    libc_unlock(&cpu.lock);
    if (result == 0 && old)
        *old = from_spec(&before);
    return result;
}

static int64_t get_cpu(int which, struct itimerval *value)
{
    struct itimerspec now;
    timer_t timer;
    libc_lock(&cpu.lock);
    int64_t result = cpu_timer_locked(which, &timer);
    if (result == 0 && timer_gettime(timer, &now) < 0)
        result = -ERR_INVAL;
    libc_unlock(&cpu.lock);
    if (result == 0)
        *value = from_spec(&now);
    return result;
}

int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old)
{
    uint64_t first, interval;
    int64_t result = which < ITIMER_REAL || which > ITIMER_PROF ? -ERR_INVAL : 0;
    if (result >= 0)
        result = timeval_ns(&value->it_value, &first);
    if (result >= 0)
        result = timeval_ns(&value->it_interval, &interval);
    if (result >= 0)
        result = which == ITIMER_REAL ? set_real(first, interval, old)
                                      : set_cpu(which, first, interval, old);
    return (int)__result(result);
}

int getitimer(int which, struct itimerval *value)
{
    if (which < ITIMER_REAL || which > ITIMER_PROF)
        return (int)__result(-ERR_INVAL);
    int64_t result = which == ITIMER_REAL ? get_real(value) : get_cpu(which, value);
    return (int)__result(result < 0 ? result : 0);
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
