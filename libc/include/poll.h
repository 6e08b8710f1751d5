/* poll.h: wait until one of several descriptors is ready. */
#pragma once
#include <features.h>
#if __POSIX_VISIBLE >= 202405
#include <bits/timespec.h>
#include <bits/sigset.h>
#endif

typedef unsigned long nfds_t;

struct pollfd {
    int fd;
    short events;
    short revents;
};

#define POLLIN     0x001
#define POLLPRI    0x002
#define POLLOUT    0x004
#define POLLERR    0x008
#define POLLHUP    0x010
#define POLLNVAL   0x020
#define POLLRDNORM 0x040
#define POLLRDBAND 0x080
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200
#define POLLRDHUP  0x2000

__BEGIN_DECLS
int poll(struct pollfd *__fds, nfds_t __count, int __timeout_ms);
#if __POSIX_VISIBLE >= 202405
int ppoll(struct pollfd *__fds, nfds_t __count, const struct timespec *__timeout,
          const sigset_t *__mask);
#endif
__END_DECLS
