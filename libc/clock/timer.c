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
#include "abi/proc.h"
#include "internal/clock_id.h"
#include "internal/futex.h"
#include "internal/process.h"
#include "internal/signals.h"
#include "internal/threads.h"
#include "internal/time_ns.h"

struct timer {
    struct timer *next;
    int clock; /* enum dyad_clock */
    struct sigevent event;
    uint64_t due, interval; /* on its clock; due 0: not armed */
    int overruns;           /* of the signal queued last */
    int delivered;          /* of the one before it, which has been delivered */
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

struct notification {
    void (*function)(union sigval);
    union sigval value;
};

static void *run_notification(void *data)
{
    struct notification notification = *(struct notification *)data;
    free(data);
    __signals_restore(0);
    notification.function(notification.value);
    return NULL;
}

/* SIGEV_THREAD: a thread of its own for each expiration; without memory for one it is lost, as an overrun would be. */
static void start_thread(const struct sigevent *event)
{
    pthread_t thread;
    pthread_attr_t attr;
    struct notification *notification = malloc(sizeof *notification);
    if (!notification)
        return;
    *notification = (struct notification){event->sigev_notify_function, event->sigev_value};
    if (event->sigev_notify_attributes)
        attr = *event->sigev_notify_attributes;
    else
        pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attr, run_notification, notification) != 0)
        free(notification);
}

static bool is_queued(const struct timer *timer)
{
    uint64_t pending = 0;
    dyad_signal_control(SIGNAL_PENDING, dyad_arg(&pending), 0);
    return pending & DYAD_SIGNAL_BIT(timer->event.sigev_signo);
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
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = (uint64_t)getpid();
    args.args[1] = (uint64_t)timer->event.sigev_signo;
    args.args[2] = (uint64_t)timer->event.sigev_value.sival_ptr;
    args.args[3] = (uint64_t)(int64_t)SI_TIMER;
    __proc_call(PROC_KILL, &args);
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
        start_thread(&timer->event);
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
    pthread_attr_t attr;
    pthread_t thread;
    if (timers.running)
        return 0;
    if (!registered && pthread_atfork(NULL, NULL, forget) != 0)
        return -ERR_AGAIN;
    registered = true;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    int error = pthread_create(&thread, &attr, timer_thread, NULL); /* all signals are blocked */
    if (error)
        return -ERR_AGAIN;
    __threads.count--; /* the process ends with the last thread of the program */
    timers.running = true;
    return 0;
}

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict out)
{
    static const struct sigevent none = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    int id = __clock_id(clock);
    if (id < 0 || id == DYAD_CLOCK_THREAD)
        return (int)__result(id < 0 ? -ERR_INVAL : -ERR_OPNOTSUPP);
    if (event && event->sigev_notify == SIGEV_SIGNAL && !__signal_valid(event->sigev_signo))
        return (int)__result(-ERR_INVAL);
    if (event && (unsigned)event->sigev_notify > SIGEV_THREAD)
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
    if (!__timespec_valid(&value->it_value) || !__timespec_valid(&value->it_interval))
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
