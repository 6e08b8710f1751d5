/* select.c: select as poll. */
#include <poll.h>
#include <sys/select.h>
#include "internal/gate.h"
#include "internal/poll.h"
#include "internal/time_ns.h"

static nfds_t to_poll(int count, const fd_set *in, const fd_set *out, const fd_set *except,
                      struct pollfd *fds)
{
    nfds_t n = 0;
    for (int fd = 0; fd < count; fd++) {
        short events = (in && FD_ISSET(fd, in) ? POLLIN : 0) |
                       (out && FD_ISSET(fd, out) ? POLLOUT : 0) |
                       (except && FD_ISSET(fd, except) ? POLLPRI : 0);
        if (events)
            fds[n++] = (struct pollfd){.fd = fd, .events = events};
    }
    return n;
}

static int mark(fd_set *set, int fd, bool ready)
{
    if (set && ready)
        FD_SET(fd, set);
    return set && ready;
}

/* A hang-up or error is ready for reading and writing alike: the call tells which. */
static int64_t from_poll(const struct pollfd *fds, nfds_t n, fd_set *in, fd_set *out,
                         fd_set *except)
{
    for (nfds_t i = 0; i < n; i++) {
        if (fds[i].revents & POLLNVAL)
            return -ERR_BADF;
    }
    if (in)
        FD_ZERO(in);
    if (out)
        FD_ZERO(out);
    if (except)
        FD_ZERO(except);
    int64_t ready = 0;
    for (nfds_t i = 0; i < n; i++) {
        const struct pollfd *p = &fds[i];
        ready +=
            mark(in, p->fd, (p->events & POLLIN) && (p->revents & (POLLIN | POLLHUP | POLLERR)));
        ready +=
            mark(out, p->fd, (p->events & POLLOUT) && (p->revents & (POLLOUT | POLLERR | POLLHUP)));
        ready += mark(except, p->fd, (p->events & POLLPRI) && (p->revents & POLLPRI));
    }
    return ready;
}

int pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except,
            const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    if (count < 0 || count > FD_SETSIZE)
        return (int)__result(-ERR_INVAL);
    struct pollfd fds[FD_SETSIZE];
    nfds_t n = to_poll(count, in, out, except, fds);
    int ready = ppoll(fds, n, timeout, mask);
    return ready < 0 ? -1 : (int)__result(from_poll(fds, n, in, out, except));
}

int select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except,
           struct timeval *restrict timeout)
{
    if (!timeout)
        return pselect(count, in, out, except, NULL, NULL);
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0)
        return (int)__result(-ERR_INVAL);
    struct timespec ts = {.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000,
                          .tv_nsec = timeout->tv_usec % 1000000 * 1000};
    return pselect(count, in, out, except, &ts, NULL);
}
