/*
 * wait.c: poll over an event queue made for the call. Files with an offset are always ready; so is what cannot
 * be watched. The queue knows objects, not descriptors: two descriptors of one object share a watch and are found again.
 */
#include "abi/scheme.h"
#include "internal/files.h"
#include "internal/poll.h"

#define BATCH 32
/* Comparing objects costs a trap a pair: beyond this many descriptors only equal numbers and handles are noticed. */
#define COMPARE_MAX 24

static uint32_t wanted_events(short events)
{
    return (events & (POLLIN | POLLRDNORM) ? EVENT_READABLE : 0) |
           (events & (POLLOUT | POLLWRNORM) ? EVENT_WRITABLE : 0) |
           (events & POLLRDHUP ? EVENT_READ_HANGUP : 0);
}

static short reported_events(uint32_t ready, short events)
{
    short out = 0;
    if (ready & EVENT_READABLE)
        out |= events & (POLLIN | POLLRDNORM);
    if (ready & EVENT_WRITABLE)
        out |= events & (POLLOUT | POLLWRNORM);
    if (ready & EVENT_READ_HANGUP)
        out |= events & POLLRDHUP;
    if (ready & EVENT_ERROR)
        out |= POLLERR;
    if (ready & EVENT_HANGUP)
        out |= POLLHUP;
    return out;
}

static bool same_object(const struct pollfd *a, const struct pollfd *b, bool compare)
{
    if (a->fd == b->fd)
        return true;
    return compare &&
           dyad_handle_control(__fd_handle(a->fd), HANDLE_SAME, (uint64_t)__fd_handle(b->fd)) == 1;
}

/* The first entry with the object of entry i: the one whose index is the watch's cookie. */
static nfds_t leader_of(const struct pollfd *fds, nfds_t i)
{
    for (nfds_t j = 0; j < i; j++) {
        if (fds[j].fd >= 0 && !(fds[j].revents & POLLNVAL) &&
            same_object(&fds[j], &fds[i], i < COMPARE_MAX))
            return j;
    }
    return i;
}

/* What all entries up to `last` with leader's object want. */
static uint32_t combined_events(const struct pollfd *fds, nfds_t leader, nfds_t last)
{
    uint32_t events = 0;
    for (nfds_t j = leader; j <= last; j++) {
        if (fds[j].fd >= 0 &&
            (j == leader || j == last || same_object(&fds[leader], &fds[j], j < COMPARE_MAX)))
            events |= wanted_events(fds[j].events);
    }
    return events;
}

static bool is_always_ready(handle_t h)
{
    int64_t flags = dyad_handle_control(h, HANDLE_GET_FLAGS, 0);
    return flags >= 0 && (flags & FILE_SEEKABLE);
}

/* Start watching entry i. True when its answer is known already. */
static bool watch(handle_t queue, struct pollfd *fds, nfds_t i)
{
    struct pollfd *p = &fds[i];
    handle_t h = __fd_handle(p->fd);
    if (h == HANDLE_NONE) {
        p->revents = POLLNVAL;
        return true;
    }
    if (!is_always_ready(h)) {
        nfds_t leader = leader_of(fds, i);
        if (dyad_event_watch(queue, h, combined_events(fds, leader, i) | EVENT_ERROR | EVENT_HANGUP,
                             leader) >= 0)
            return false;
    }
    p->revents = p->events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM);
    return p->revents != 0;
}

static void report(struct pollfd *fds, nfds_t count, const struct event *event)
{
    nfds_t leader = event->cookie;
    for (nfds_t i = leader; i < count; i++) {
        if (fds[i].fd >= 0 && !(fds[i].revents & POLLNVAL) &&
            (i == leader || same_object(&fds[leader], &fds[i], i < COMPARE_MAX)))
            fds[i].revents |= reported_events(event->events, fds[i].events);
    }
}

static int64_t count_ready(const struct pollfd *fds, nfds_t count)
{
    int64_t ready = 0;
    for (nfds_t i = 0; i < count; i++)
        ready += fds[i].revents != 0;
    return ready;
}

/* Wait for events and mark the entries; -ERR_TIMEDOUT at the deadline. */
static int64_t collect(handle_t queue, struct pollfd *fds, nfds_t count, uint64_t deadline,
                       const uint64_t *mask)
{
    struct event events[BATCH];
    size_t most = count < BATCH && count ? count : BATCH;
    int64_t n = mask ? dyad_event_wait_with_mask(queue, events, most, deadline, *mask)
                     : dyad_event_wait(queue, events, most, deadline);
    for (int64_t i = 0; i < n; i++) {
        if (events[i].cookie < count)
            report(fds, count, &events[i]);
    }
    return n;
}

static void ask_servers(struct pollfd *fds, nfds_t count)
{
    for (nfds_t i = 0; i < count; i++) {
        if (fds[i].fd < 0 || fds[i].revents)
            continue;
        int64_t level = __verb(__fd_handle(fds[i].fd), VERB_ready, 0, 0, 0, 0, NULL);
        if (level > 0)
            fds[i].revents = reported_events((uint32_t)level, fds[i].events);
    }
}

int64_t __poll(struct pollfd *fds, nfds_t count, uint64_t deadline)
{
    return __poll_with_mask(fds, count, deadline, NULL);
}

int64_t __poll_with_mask(struct pollfd *fds, nfds_t count, uint64_t deadline, const uint64_t *mask)
{
    if (count > OPEN_MAX)
        return -ERR_INVAL;
    int64_t queue = dyad_event_create();
    if (queue < 0)
        return queue;
    bool known = false;
    for (nfds_t i = 0; i < count; i++) {
        fds[i].revents = 0;
        if (fds[i].fd >= 0)
            known |= watch((handle_t)queue, fds, i);
    }
    struct thread *self = __thread_self();
    unsigned handlers = self->handlers;
    bool asks = known || __wait_is_short(deadline);
    int64_t result, ready;
    /* An event may be of a kind that nobody asked for; then the wait goes on. So it does after a stop and continue. */
    do {
        result = collect((handle_t)queue, fds, count, known ? 0 : deadline, mask);
        if (result == -ERR_TIMEDOUT && asks)
            ask_servers(fds, count);
        ready = count_ready(fds, count);
    } while (ready == 0 && (result > 0 || (result == -ERR_INTR && self->handlers == handlers &&
                                           !self->cancel_now)));
    dyad_handle_close((handle_t)queue);
    if (ready > 0)
        return ready;
    return result == -ERR_TIMEDOUT ? 0 : result;
}
