/*
 * timer.c: POSIX timers. A hidden thread of the process sleeps until the earliest timer is due and sends its signal; it is
 * started with the first timer that is set. Times of CLOCK_REALTIME have a thread of their own, whose deadline the kernel moves when that
 * clock is set; delays on it do not follow, and are kept on the monotonic clock. These threads have the highest priority, if they may, so
 * that a program that keeps the core with SCHED_FIFO hears of its timers.
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

#define BEHIND_NS     1000000 /* between looks at a timer that is behind */
#define SCHED_HIGHEST SCHED_WORD(DYAD_SCHED_FIFO, DYAD_PRIORITY_MAX)

struct timer {
    struct timer *next;
    clockid_t clock;
    clockid_t base; /* what due is a time of: clock, or CLOCK_MONOTONIC */
    struct sigevent event;
    uint64_t due, interval; /* due 0: not armed */
    int overruns;           /* of the signal queued last */
    int delivered;          /* of the one before it, which has been delivered */
    bool sent;              /* a signal that has perhaps not been delivered yet */
    bool behind; /* expirations come faster than the program takes them: look less often */
};

struct wheel {
    _Atomic int changed; /* its thread sleeps on it */
    /* Guarded by timers.lock: */
    bool running;
    uint64_t sched; /* policy and priority of the program's thread that started it */
};

static struct {
    struct libc_lock lock;
    struct wheel realtime, others;
    /* Guarded by lock: */
    struct timer *first;
    int count;
} timers;

static struct wheel *wheel_of(const struct timer *timer)
{
    return timer->base == CLOCK_REALTIME ? &timers.realtime : &timers.others;
}

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

static bool is_ignored(int sig)
{
    uint64_t ignored =
        __signals.kernel.ignored | (DYAD_SIGNALS_DEFAULT_IGNORE & ~__signals.kernel.caught);
    return ignored & DYAD_SIGNAL_BIT(sig);
}

static void add_overruns(struct timer *timer, uint64_t more)
{
    uint64_t overruns = (uint64_t)timer->overruns + more;
    timer->overruns = overruns > DELAYTIMER_MAX ? DELAYTIMER_MAX : (int)overruns;
}

/*
 * A timer has at most one signal queued; expirations meanwhile are its overruns. One that is ignored is only queued while it is
 * blocked: nobody can tell when it was let go, so it counts what was missed until now, and what comes after it is no signal.
 */
static void send_signal_locked(struct timer *timer, uint64_t missed)
{
    bool ignored = is_ignored(timer->event.sigev_signo), counted = ignored && timer->sent;
    timer->behind = is_queued(timer);
    if (timer->behind || counted)
        add_overruns(timer, missed + timer->behind);
    if (timer->behind)
        return;
    timer->sent = true;
    __notify(&timer->event, SI_TIMER);
    timer->behind = ignored && !is_queued(timer);
    if (timer->behind)
        return;
    timer->delivered = timer->overruns;
    /* One that is ignored may be queued just because a thread of ours blocks all signals for a moment: its count goes on. */
    if (!ignored)
        timer->overruns = 0;
    add_overruns(timer, counted ? 0 : missed);
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
    if (timer->event.sigev_notify == SIGEV_SIGNAL) {
        send_signal_locked(timer, missed);
        return;
    }
    if (timer->event.sigev_notify == SIGEV_THREAD)
        __notify(&timer->event, SI_TIMER);
    /* Of SIGEV_NONE nobody is told: timer_gettime knows as much. */
    timer->behind = missed || timer->event.sigev_notify == SIGEV_NONE;
}

/* By our thread. What it starts for SIGEV_THREAD is the program's. */
static void expire_by_wheel_locked(const struct wheel *wheel, struct timer *timer, uint64_t now)
{
    bool starts = timer->event.sigev_notify == SIGEV_THREAD;
    if (starts)
        dyad_thread_control(THREAD_SET_SCHED, 0, wheel->sched);
    expire_locked(timer, now);
    if (starts)
        dyad_thread_control(THREAD_SET_SCHED, 0, SCHED_HIGHEST);
}

/* How long the thread may sleep, at `now`, which is the timer's clock: a deadline of the wheel's. CPU time of a process may pass faster than
 * the clock, one second a core, and that of a running thread is known when it stops: look more often. */
static uint64_t next_look(const struct timer *timer, uint64_t now)
{
    uint64_t left = timer->due > now ? timer->due - now : 0;
    if (timer->behind && left < BEHIND_NS)
        left = BEHIND_NS;
    if (timer->base == CLOCK_REALTIME)
        return now + left >= DEADLINE_REALTIME ? DEADLINE_NEVER : (now + left) | DEADLINE_REALTIME;
    if (timer->base != CLOCK_MONOTONIC)
        left = left / 16 + 1000000;
    return __ns_add((uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC), left);
}

/* Notify of what is due; the deadline until which nothing is. */
static uint64_t look_locked(const struct wheel *wheel)
{
    uint64_t until = DEADLINE_NEVER;
    for (struct timer *timer = timers.first; timer; timer = timer->next) {
        if (!timer->due || wheel_of(timer) != wheel)
            continue;
        int64_t now = __clock_read(timer->base);
        if (now < 0) /* the thread or process has ended, and uses no more time */
            timer->due = 0;
        else if (timer->due <= (uint64_t)now)
            expire_by_wheel_locked(wheel, timer, (uint64_t)now);
        uint64_t look = timer->due ? next_look(timer, (uint64_t)now) : DEADLINE_NEVER;
        until = look < until ? look : until;
    }
    return until;
}

static void *timer_thread(void *argument)
{
    struct wheel *wheel = argument;
    for (;;) {
        int seen = wheel->changed;
        libc_lock(&timers.lock);
        uint64_t until = look_locked(wheel);
        libc_unlock(&timers.lock);
        __futex_wait(&wheel->changed, seen, until);
    }
    return NULL;
}

/* Timers are not inherited by fork, and the child has no thread for them. */
static void forget(void)
{
    timers.lock = (struct libc_lock){0};
    timers.first = NULL;
    timers.count = 0;
    timers.realtime.running = timers.others.running = false;
}

static int start_locked(struct wheel *wheel)
{
    static bool registered;
    if (wheel->running)
        return 0;
    if (!registered && pthread_atfork(NULL, NULL, forget) != 0)
        return -ERR_AGAIN;
    registered = true;
    pthread_attr_t highest;
    pthread_attr_init(&highest);
    highest.__explicit_sched = 1;
    highest.__policy = SCHED_FIFO;
    highest.__priority = DYAD_PRIORITY_MAX;
    wheel->sched = (uint64_t)dyad_thread_control(THREAD_GET_SCHED, 0, 0);
    if (__hidden_thread(timer_thread, wheel, &highest) < 0 &&
        __hidden_thread(timer_thread, wheel, NULL) < 0)
        return -ERR_AGAIN;
    wheel->running = true;
    return 0;
}

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict out)
{
    static const struct sigevent none = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    if (__clock_read(clock) < 0)
        return (int)__result(-ERR_INVAL);
    if (clock == CLOCK_THREAD_CPUTIME_ID) /* the caller's, whoever looks at it */
        clock = __clock_own_thread();
    if (event && !__notify_valid(event))
        return (int)__result(-ERR_INVAL);
    struct timer *timer = calloc(1, sizeof *timer);
    if (!timer)
        return (int)__result(-ERR_AGAIN);
    timer->clock = timer->base = __clock_id(clock) == DYAD_CLOCK_REALTIME    ? CLOCK_REALTIME
                                 : __clock_id(clock) == DYAD_CLOCK_MONOTONIC ? CLOCK_MONOTONIC
                                                                             : clock;
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
    uint64_t now = (uint64_t)__clock_read(timer->base), left = 0;
    if (timer->due > now)
        left = timer->due - now;
    else if (timer->due) /* our thread has not been there yet */
        left = timer->interval ? timer->interval - (now - timer->due) % timer->interval : 1;
    return (struct itimerspec){.it_interval = __ns_timespec(timer->interval),
                               .it_value = __ns_timespec(left)};
}

static int64_t arm_locked(struct timer *timer, int flags, const struct itimerspec *value)
{
    uint64_t due = __timespec_ns(&value->it_value);
    bool delay = due && !(flags & TIMER_ABSTIME);
    clockid_t base = delay && timer->clock == CLOCK_REALTIME ? CLOCK_MONOTONIC : timer->clock;
    if (delay)
        due = __ns_add((uint64_t)__clock_read(base), due);
    int error = due ? start_locked(base == CLOCK_REALTIME ? &timers.realtime : &timers.others) : 0;
    if (error)
        return error;
    timer->base = base;
    timer->due = due;
    timer->interval = __timespec_ns(&value->it_interval);
    timer->overruns = timer->delivered = 0;
    timer->behind = false;
    __c11_atomic_fetch_add(&wheel_of(timer)->changed, 1, __ATOMIC_SEQ_CST);
    __futex_wake(&wheel_of(timer)->changed, 1);
    return 0;
}

/* A time that has passed already is notified of at once, not when our thread comes to it. */
static void expire_past_locked(struct timer *timer)
{
    int64_t now = __clock_read(timer->base);
    if (timer->due && now >= 0 && timer->due <= (uint64_t)now)
        expire_locked(timer, (uint64_t)now);
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
        if (result == 0)
            expire_past_locked(timer);
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
    uint64_t now = (uint64_t)__clock_read(timer->base);
    if (!timer->due || !timer->interval || timer->due > now)
        return;
    uint64_t late = (now - timer->due) / timer->interval + 1;
    timer->due += late * timer->interval;
    add_overruns(timer, late);
}

int timer_getoverrun(timer_t handle)
{
    struct timer *timer = handle;
    uint64_t mask;
    timers_lock(&mask);
    int64_t result = -ERR_INVAL;
    if (exists_locked(timer)) { /* asked for is the last signal delivered, not one that waits */
        bool sent = timer->sent, queued = is_queued(timer);
        if (!queued && (sent || !is_ignored(timer->event.sigev_signo)))
            count_late_locked(timer);
        result = queued ? timer->delivered : timer->overruns;
    }
    timers_unlock(mask);
    return (int)__result(result);
}
