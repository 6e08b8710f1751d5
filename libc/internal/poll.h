/* internal/poll.h: what poll, select, epoll and the descriptors for it share. */
#pragma once
#include <poll.h>
#include <stdint.h>
#include "internal/gate.h"

/* Fill revents. The number of ready entries, 0 at the deadline, or -ERR_INTR after any handler. */
LIBC_HIDDEN int64_t __poll(struct pollfd *fds, nfds_t count, uint64_t deadline_ns);
/* The same; *mask (NULL: the thread's own) is the thread's mask of signals while it waits, in one step with the wait. */
LIBC_HIDDEN int64_t __poll_with_mask(struct pollfd *fds, nfds_t count, uint64_t deadline_ns,
                                     const uint64_t *mask);

/*
 * A server tells the levels of a file that has just begun to be watched a moment later. Is a wait from now until the deadline so short that it may
 * end before? Then they are asked for.
 */
static inline bool __wait_is_short(uint64_t deadline_ns)
{
    const uint64_t moment_ns = 10000000;
    return deadline_ns == 0 ||
           (deadline_ns < DEADLINE_REALTIME &&
            deadline_ns < (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC) + moment_ns);
}

/* A new file of the scheme event: as a descriptor; flags: O_CLOEXEC, O_NONBLOCK. */
LIBC_HIDDEN int64_t __event_file_open(const char *path, uint64_t mode, int flags);

/* Is the handle a signalfd's? */
static inline bool __is_signal_queue(handle_t h)
{
    int64_t set = dyad_handle_control(h, HANDLE_SIGNALS, 0);
    return set >= 0 || set < -4096;
}
/* read() of a handle that the kernel reads nothing from, -ERR_INVAL when it is no signalfd; and what fork does in the child. Weak: only in
 * programs with signalfd. */
LIBC_HIDDEN int64_t __signalfd_read(handle_t h, void *buffer, size_t size);
LIBC_HIDDEN void __signalfd_after_fork(void);
#pragma weak __signalfd_read
#pragma weak __signalfd_after_fork
