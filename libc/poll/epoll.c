/*
 * epoll.c: epoll over the kernel's event queues. The descriptor is the queue's handle, and its watches are the interest list: each
 * has the descriptor as its number, the program's data as its cookie and what was asked for among its bits. So libc remembers
 * nothing, and processes that share the queue share the list.
 */
#include <limits.h>
#include <sys/epoll.h>
#include "abi/scheme.h"
#include "internal/cancel.h"
#include "internal/files.h"
#include "internal/poll.h"
#include "internal/signals.h"
#include "internal/time_ns.h"

#define BATCH         32
#define EVENTS_POLL   0x3ffu /* those of poll */
#define EVENTS_SHARED (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET)

/* ---- The interest list ---- */

static uint64_t watch_mask(int fd, uint32_t events)
{
    uint64_t mask = EVENT_ERROR | EVENT_HANGUP | EVENT_KEPT;
    if (events & (EPOLLIN | EPOLLRDNORM))
        mask |= EVENT_READABLE;
    if (events & (EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND))
        mask |= EVENT_WRITABLE;
    if (events & EPOLLRDHUP)
        mask |= EVENT_READ_HANGUP;
    if (events & EPOLLET)
        mask |= EVENT_EDGE;
    if (events & EPOLLONESHOT)
        mask |= EVENT_ONCE;
    return mask | (uint64_t)(events & EVENTS_POLL) << EVENT_OWN_SHIFT | (uint64_t)fd << 32;
}

static uint32_t handle_kind(handle_t h)
{
    return (uint32_t)dyad_handle_control(h, HANDLE_INFO, 0) & 0xff;
}

/*
 * Handles of servers' files that have been added last, and above each the server's device: some for each device. A server hears of a
 * close a moment after it: who looks and does not wait asks each server something first.
 */
#define DEVICES 8
#define EACH    4
static _Atomic uint64_t witnesses[DEVICES * EACH];

static void remember(int fd, handle_t h, uint64_t device)
{
    witnesses[device % DEVICES * EACH + (unsigned)fd % EACH] = (uint32_t)h | device << 32;
}

static void ask_servers(void)
{
    uint64_t asked = 0; /* the device, of the slots before */
    for (int i = 0; i < DEVICES * EACH; i++) {
        uint64_t witness = witnesses[i];
        if (witness == 0 || witness >> 32 == asked)
            continue;
        if (__verb((handle_t)(uint32_t)witness, VERB_ready, 0, 0, 0, 0, NULL) >= 0)
            asked = witness >> 32;
        else /* closed; a newer one stays */
            __c11_atomic_compare_exchange_strong(&witnesses[i], &witness, 0, __ATOMIC_RELAXED,
                                                 __ATOMIC_RELAXED);
    }
}

/* Regular files and folders are always ready; who wants to wait for them is told that it is a mistake. *device: of a server's file. */
static bool can_be_waited_for(handle_t h, uint64_t *device)
{
    struct dyad_stat st;
    *device = 0;
    if (handle_kind(h) != HANDLE_KIND_FILE)
        return true;
    int64_t flags = dyad_handle_control(h, HANDLE_GET_FLAGS, 0);
    if (flags >= 0 && (flags & FILE_SEEKABLE))
        return false;
    if (__handle_stat(h, &st) < 0)
        return true;
    *device = st.dev;
    return (st.mode & MODE_TYPE) != MODE_DIR;
}

/* Not a signalfd, which is a queue as well. */
static bool is_epoll(handle_t h)
{
    return handle_kind(h) == HANDLE_KIND_EVENT && !__is_signal_queue(h);
}

/* A server tells the levels of a file that begins to be watched a moment later: when it has answered this, it has. */
static void settle(handle_t h)
{
    if (handle_kind(h) == HANDLE_KIND_FILE)
        (void)__verb(h, VERB_ready, 0, 0, 0, 0, NULL);
}

/* EPOLLEXCLUSIVE goes with few others. That one waiter is woken for an event is so here without it. */
static bool shares_wrongly(int op, handle_t h, uint32_t events)
{
    return (events & EPOLLEXCLUSIVE) &&
           (op != EPOLL_CTL_ADD || is_epoll(h) || (events & ~(EVENTS_SHARED | EPOLLEXCLUSIVE)));
}

static int64_t set_interest(handle_t queue, int op, int fd, const struct epoll_event *event)
{
    handle_t h = __fd_handle(fd);
    uint32_t events = event->events;
    uint64_t mask = watch_mask(fd, events) | (op == EPOLL_CTL_ADD ? EVENT_NEW : EVENT_OLD);
    int64_t result = dyad_event_watch(queue, h, mask, event->data.u64);
    if (result >= 0 && (op == EPOLL_CTL_ADD || (events & EPOLLET)))
        settle(h);
    return result;
}

/* Why it failed: the kernel knows no difference between a queue and an object that are none. */
static int64_t sort_error(handle_t queue, handle_t h, int64_t result)
{
    if (result != -ERR_INVAL && result != -ERR_NOENT && result != -ERR_ACCES)
        return result;
    if (!is_epoll(queue) || dyad_handle_control(queue, HANDLE_SAME, (uint64_t)h) == 1)
        return -ERR_INVAL;
    uint64_t device;
    return result == -ERR_NOENT && can_be_waited_for(h, &device) ? -ERR_NOENT : -ERR_PERM;
}

static int64_t control(int epfd, int op, int fd, const struct epoll_event *event)
{
    handle_t queue = __fd_handle(epfd), h = __fd_handle(fd);
    uint64_t device;
    int64_t result;
    if (op != EPOLL_CTL_DEL && !event)
        return -ERR_FAULT;
    if (queue == HANDLE_NONE || h == HANDLE_NONE)
        return -ERR_BADF;
    if (op != EPOLL_CTL_DEL && shares_wrongly(op, h, event->events))
        return -ERR_INVAL;
    switch (op) {
    case EPOLL_CTL_ADD:
        if (!can_be_waited_for(h, &device))
            return -ERR_PERM;
        if (!is_epoll(queue))
            return -ERR_INVAL;
        if (device)
            remember(fd, h, device);
        [[fallthrough]];
    case EPOLL_CTL_MOD: result = set_interest(queue, op, fd, event); break;
    case EPOLL_CTL_DEL:
        result = dyad_event_watch(queue, h, EVENT_OLD | (uint64_t)fd << 32, 0);
        break;
    default: return -ERR_INVAL;
    }
    return result < 0 ? sort_error(queue, h, result) : 0;
}

int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
    return (int)__result(control(epfd, op, fd, event));
}

int epoll_create1(int flags)
{
    if (flags & ~EPOLL_CLOEXEC)
        return (int)__result(-ERR_INVAL);
    return (int)__result(__fd_install(dyad_event_create(), flags & EPOLL_CLOEXEC, 0));
}

int epoll_create(int size)
{
    return size > 0 ? epoll_create1(0) : (int)__result(-ERR_INVAL);
}

/* ---- Waiting ---- */

static struct epoll_event reported(const struct event *event)
{
    uint32_t wanted = event->events >> EVENT_OWN_SHIFT & EVENTS_POLL;
    uint32_t events = 0;
    if (event->events & EVENT_READABLE)
        events |= wanted & (EPOLLIN | EPOLLRDNORM);
    if (event->events & EVENT_WRITABLE)
        events |= wanted & (EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND);
    if (event->events & EVENT_ERROR)
        events |= EPOLLERR;
    if (event->events & EVENT_HANGUP)
        events |= EPOLLHUP;
    if (event->events & EVENT_READ_HANGUP)
        events |= EPOLLRDHUP;
    return (struct epoll_event){.events = events, .data.u64 = event->cookie};
}

/* What has been stored. */
struct harvest {
    struct epoll_event *events;
    int count, most;
    uint64_t seen[(OPEN_MAX + 63) /
                  64]; /* numbers of watches that are reported for as long as they are ready */
};

/* False: the queue has come round, what follows has been stored already. */
static bool store(struct harvest *to, const struct event *event)
{
    uint64_t bit = 1UL << event->number % 64;
    uint64_t *seen = &to->seen[event->number % OPEN_MAX / 64];
    if (!(event->events & (EVENT_EDGE | EVENT_ONCE))) {
        if (*seen & bit)
            return false;
        *seen |= bit;
    }
    to->events[to->count++] = reported(event);
    return true;
}

/* Take what there is, waiting until the deadline for the first. -> -ERR_* or 1 */
static int64_t collect(handle_t queue, struct harvest *to, uint64_t deadline, const uint64_t *mask)
{
    struct event events[BATCH];
    int64_t n, asked;
    bool more = true;
    do {
        asked = to->most - to->count < BATCH ? to->most - to->count : BATCH;
        n = mask ? dyad_event_wait_with_mask(queue, events, (size_t)asked, deadline, *mask)
                 : dyad_event_wait(queue, events, (size_t)asked, deadline);
        for (int64_t i = 0; i < n && more; i++)
            more = store(to, &events[i]);
        deadline = 0;
        mask = NULL;
    } while (more && n == asked && to->count < to->most);
    return to->count > 0 ? 1 : n;
}

static int64_t wait_until(int epfd, struct epoll_event *events, int most, uint64_t deadline,
                          const sigset_t *signals)
{
    struct harvest to = {.events = events, .most = most};
    uint64_t mask = signals ? signals->__bits & ~SIGNALS_INTERNAL : 0;
    unsigned handlers = __thread_self()->handlers;
    handle_t queue = __fd_handle(epfd);
    bool asks = __wait_is_short(deadline);
    int64_t result;
    if (most <= 0 || (size_t)most > INT_MAX / sizeof *events)
        return -ERR_INVAL;
    if (!events)
        return -ERR_FAULT;
    do
        result = collect(queue, &to, deadline, signals ? &mask : NULL);
    while (__interrupted_by_libc(result, handlers));
    if (result == -ERR_TIMEDOUT && asks) {
        ask_servers();
        result = collect(queue, &to, 0, NULL);
    }
    if (to.count > 0)
        return to.count;
    return result == -ERR_TIMEDOUT ? 0 : result;
}

static uint64_t deadline_in_ms(int timeout_ms)
{
    if (timeout_ms <= 0)
        return timeout_ms == 0 ? 0 : DEADLINE_NEVER;
    return (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC) + (uint64_t)timeout_ms * 1000000;
}

int epoll_pwait(int epfd, struct epoll_event *events, int most, int timeout_ms,
                const sigset_t *mask)
{
    uint64_t deadline = deadline_in_ms(timeout_ms);
    return (int)__result(CANCELLABLE(wait_until(epfd, events, most, deadline, mask)));
}

int epoll_wait(int epfd, struct epoll_event *events, int most, int timeout_ms)
{
    return epoll_pwait(epfd, events, most, timeout_ms, NULL);
}

int epoll_pwait2(int epfd, struct epoll_event *events, int most, const struct timespec *timeout,
                 const sigset_t *mask)
{
    if (timeout && (!__timespec_valid(timeout) || timeout->tv_sec < 0))
        return (int)__result(-ERR_INVAL);
    uint64_t deadline = timeout ? __deadline_after(timeout) : DEADLINE_NEVER;
    return (int)__result(CANCELLABLE(wait_until(epfd, events, most, deadline, mask)));
}
