/* poll.c: poll and ppoll. */
#include <poll.h>
#include <signal.h>
#include "internal/cancel.h"
#include "internal/gate.h"
#include "internal/poll.h"
#include "internal/time_ns.h"

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    uint64_t deadline = DEADLINE_NEVER;
    if (timeout_ms == 0)
        deadline = 0;
    else if (timeout_ms > 0)
        deadline = (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC) + (uint64_t)timeout_ms * 1000000;
    return (int)__result(CANCELLABLE(__poll(fds, count, deadline)));
}

/* Between the change of the mask and the wait a signal may slip in, as in every ppoll that is not the kernel's. */
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    sigset_t old;
    if (timeout && !__timespec_valid(timeout))
        return (int)__result(-ERR_INVAL);
    uint64_t deadline = timeout ? __deadline_after(timeout) : DEADLINE_NEVER;
    unsigned handlers = __thread_self()->handlers;
    if (mask)
        sigprocmask(SIG_SETMASK, mask, &old);
    int outer = __cancel_begin();
    int64_t result =
        __thread_self()->handlers == handlers ? __poll(fds, count, deadline) : -ERR_INTR;
    if (mask)
        sigprocmask(SIG_SETMASK, &old, NULL);
    __cancel_end(outer, result);
    return (int)__result(result);
}
