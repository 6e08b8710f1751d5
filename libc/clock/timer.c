/*
 * timer.c: POSIX timers. One hidden thread of the process sleeps until the earliest timer is due and sends its signal; it is
 * started with the first timer that is set. A timer's time is kept on its own clock, so that setting CLOCK_REALTIME and
 * the pace of CPU-time clocks are noticed at the next look.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "internal/clock_id.h"
#include "internal/futex.h"
#include "internal/lock.h"
#include "internal/notify.h"
#include "internal/signals.h"
#include "internal/time_ns.h"

struct timer {
    struct timer *next;
    int clock; /* enum dyad_clock */
    struct sigevent event;
    uint64_t due, interval; /* on its clock; due 0: not armed */
    int overruns;           /* of the signal queued last */
    int delivered;          /* of the one before it, which has been delivered */
    bool sent;              /* a signal that has perhaps not been delivered yet */
};

static struct {
    struct libc_lock lock;
    _Atomic int changed; /* the thread sleeps on it */
    /* Guarded by lock: */
    struct timer *first;
    int count;
    bool running;
} timers;

static void timers_lock(uint64_t *mask)
{
    *mask = __signals_block_all();
    libc_lock(&timers.lock);
}

static void timers_unlock(uint64_t mask)
{
    libc_unlock(&timers.lock);
    __signals_restore(mask);
}

static bool exists_locked(const struct timer *wanted)
{
    struct timer *timer = timers.first;
    while (timer && timer != wanted)
        timer = timer->next;
    return timer != NULL;
}

/* Its own signal, that is, as far as can be told: another timer may use the same. */
static bool is_queued(struct timer *timer)
{
    uint64_t pending = 0;
    dyad_signal_control(SIGNAL_PENDING, dyad_arg(&pending), 0);
    if (!(pending & DYAD_SIGNAL_BIT(timer->event.sigev_signo)))
        timer->sent = false;
    return timer->sent;
}

/* A timer has at most one signal queued; expirations meanwhile are its overruns. */
static void send_signal_locked(struct timer *timer, uint64_t missed)
{
    bool queued = is_queued(timer);
    if (!queued)
        timer->delivered = timer->overruns;
    uint64_t overruns = missed + (queued ? (uint64_t)timer->overruns + 1 : 0);
    timer->overruns = overruns > DELAYTIMER_MAX ? DELAYTIMER_MAX : (int)overruns;
    if (queued)
        return;
    timer->sent = true;
    __notify(&timer->event, SI_TIMER);
}

static void expire_locked(struct timer *timer, uint64_t now)
{
    uint64_t missed = 0;
    if (timer->interval) {
        missed = (now - timer->due) / timer->interval;
        timer->due += (missed + 1) * timer->interval;
    } else {
        timer->due = 0;
    }
    if (timer->event.sigev_notify == SIGEV_SIGNAL)
        send_signal_locked(timer, missed);
    else if (timer->event.sigev_notify == SIGEV_THREAD)
        __notify(&timer->event, SI_TIMER);
}

/* Notify of what is due; the monotonic time until which nothing is. */
static uint64_t look_locked(void)
{
    uint64_t monotonic = (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC), until = DEADLINE_NEVER;
    for (struct timer *timer = timers.first; timer; timer = timer->next) {
        uint64_t now = (uint64_t)dyad_clock_get((enum dyad_clock)timer->clock);
        if (timer->due && timer->due <= now)
            expire_locked(timer, now);
        if (timer->due) {
            /* CPU time may pass faster than the clock, one second a core: look more often. */
            uint64_t left = timer->due > now ? timer->due - now : 0;
            if (timer->clock == DYAD_CLOCK_PROCESS)
                left = left / 16 + 1000000;
            uint64_t at = __ns_add(monotonic, left);
            until = at < until ? at : until;
        }
    }
    return until;
}

static void *timer_thread(void *unused)
{
    for (;;) {
        int seen = timers.changed;
        libc_lock(&timers.lock);
        uint64_t until = look_locked();
        libc_unlock(&timers.lock);
        __futex_wait(&timers.changed, seen, until);
    }
    return unused;
}

/* Timers are not inherited by fork, and the child has no thread for them. */
static void forget(void)
{
    timers.lock = (struct libc_lock){0};
    timers.first = NULL;
    timers.count = 0;
    timers.running = false;
}

static int start_locked(void)
{
    static bool registered;
    if (timers.running)
        return 0;
    if (!registered && pthread_atfork(NULL, NULL, forget) != 0)
        return -ERR_AGAIN;
    registered = true;
    if (__hidden_thread(timer_thread, NULL, NULL) < 0)
        return -ERR_AGAIN;
    timers.running = true;
    return 0;
}

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict out)
{
    static const struct sigevent none = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    int id = __clock_id(clock);
    if (id < 0 || id == DYAD_CLOCK_THREAD)
        return (int)__result(id < 0 ? -ERR_INVAL : -ERR_OPNOTSUPP);
    if (event && !__notify_valid(event))
        return (int)__result(-ERR_INVAL);
    struct timer *timer = calloc(1, sizeof *timer);
    if (!timer)
        return (int)__result(-ERR_AGAIN);
    timer->clock = id;
    timer->event = event ? *event : none;
    if (!event)
        timer->event.sigev_value.sival_ptr = timer;
    uint64_t mask;
    timers_lock(&mask);
    int64_t result = timers.count < TIMER_MAX ? 0 : -ERR_AGAIN;
    if (result == 0) {
        timer->next = timers.first;
        timers.first = timer;
        timers.count++;
    }
    timers_unlock(mask);
    if (result < 0)
        free(timer);
    else
        *out = timer;
    return (int)__result(result);
}

int timer_delete(timer_t handle)
{
    struct timer *timer = handle;
    uint64_t mask;
    timers_lock(&mask);
    struct timer **at = &timers.first;
    while (*at && *at != timer)
        at = &(*at)->next;
    bool found = *at != NULL;
    if (found) {
        *at = timer->next;
        timers.count--;
    }
    timers_unlock(mask);
    if (found)
        free(timer);
    return (int)__result(found ? 0 : -ERR_INVAL);
}

static struct itimerspec value_locked(const struct timer *timer)
{
    uint64_t now = (uint64_t)dyad_clock_get((enum dyad_clock)timer->clock), left = 0;
    if (timer->due)
        left = timer->due > now ? timer->due - now : 1;
    return (struct itimerspec){.it_interval = __ns_timespec(timer->interval),
                               .it_value = __ns_timespec(left)};
}

static int64_t arm_locked(struct timer *timer, int flags, const struct itimerspec *value)
{
    uint64_t due = __timespec_ns(&value->it_value);
    if (due && !(flags & TIMER_ABSTIME))
        due = __ns_add((uint64_t)dyad_clock_get((enum dyad_clock)timer->clock), due);
    int error = due ? start_locked() : 0;
    if (error)
        return error;
    timer->due = due;
    timer->interval = __timespec_ns(&value->it_interval);
    timer->overruns = timer->delivered = 0;
    __c11_atomic_fetch_add(&timers.changed, 1, __ATOMIC_SEQ_CST);
    __futex_wake(&timers.changed, 1);
    return 0;
}

int timer_settime(timer_t handle, int flags, const struct itimerspec *restrict value,
                  struct itimerspec *restrict old)
{
    struct timer *timer = handle;
    if (!__timespec_valid(&value->it_value) || !__timespec_valid(&value->it_interval) ||
        value->it_value.tv_sec < 0 || value->it_interval.tv_sec < 0)
        return (int)__result(-ERR_INVAL);
    uint64_t mask;
    int64_t result = -ERR_INVAL;
    timers_lock(&mask);
    if (exists_locked(timer)) {
        struct itimerspec before = value_locked(timer);
        result = arm_locked(timer, flags, value);
        if (result == 0 && old)
            *old = before;
    }
    timers_unlock(mask);
    return (int)__result(result);
}

int timer_gettime(timer_t handle, struct itimerspec *value)
{
    struct timer *timer = handle;
    uint64_t mask;
    timers_lock(&mask);
    bool found = exists_locked(timer);
    if (found)
        *value = value_locked(timer);
    timers_unlock(mask);
    return (int)__result(found ? 0 : -ERR_INVAL);
}

/* The signal has been delivered before our thread came to see what expired until then. */
static void count_late_locked(struct timer *timer)
{
    uint64_t now = (uint64_t)dyad_clock_get((enum dyad_clock)timer->clock);
    if (!timer->due || !timer->interval || timer->due > now)
        return;
    uint64_t late = (now - timer->due) / timer->interval + 1;
    uint64_t overruns = (uint64_t)timer->overruns + late;
    timer->due += late * timer->interval;
    timer->overruns = overruns > DELAYTIMER_MAX ? DELAYTIMER_MAX : (int)overruns;
}

int timer_getoverrun(timer_t handle)
{
    struct timer *timer = handle;
    uint64_t mask;
    timers_lock(&mask);
    int64_t result = -ERR_INVAL;
    if (exists_locked(timer)) { /* asked for is the last signal delivered, not one that waits */
        bool queued = is_queued(timer);
        if (!queued)
            count_late_locked(timer);
        result = queued ? timer->delivered : timer->overruns;
    }
    timers_unlock(mask);
    return (int)__result(result);
}
