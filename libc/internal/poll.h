/* internal/poll.h: what poll and select share. */
#pragma once
#include <poll.h>
#include <stdint.h>
#include "internal/libc.h"

/* Fill revents. The number of ready entries, 0 at the deadline, or -ERR_INTR after any handler. */
LIBC_HIDDEN int64_t __poll(struct pollfd *fds, nfds_t count, uint64_t deadline_ns);
/* The same; *mask (NULL: the thread's own) is the thread's mask of signals while it waits, in one step with the wait. */
LIBC_HIDDEN int64_t __poll_with_mask(struct pollfd *fds, nfds_t count, uint64_t deadline_ns,
                                     const uint64_t *mask);
