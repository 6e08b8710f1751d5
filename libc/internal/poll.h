/* internal/poll.h: what poll and select share. */
#pragma once
#include <poll.h>
#include <stdint.h>
#include "internal/libc.h"

/* Fill revents. The number of ready entries, 0 at the deadline, or -ERR_INTR after any handler. */
LIBC_HIDDEN int64_t __poll(struct pollfd *fds, nfds_t count, uint64_t deadline_ns);
