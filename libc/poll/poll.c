/* poll.c: poll and ppoll. */
#include <poll.h>
#include <signal.h>
#include "internal/cancel.h"
#include "internal/gate.h"
#include "internal/poll.h"
#include "internal/signals.h"
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

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    if (timeout && !__timespec_valid(timeout))
        return (int)__result(-ERR_INVAL);
    uint64_t deadline = timeout ? __deadline_after(timeout) : DEADLINE_NEVER;
    uint64_t bits = mask ? mask->__bits & ~SIGNALS_INTERNAL : 0;
    return (int)__result(CANCELLABLE(__poll_with_mask(fds, count, deadline, mask ? &bits : NULL)));
}
