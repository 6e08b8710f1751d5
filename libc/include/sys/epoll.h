/* sys/epoll.h: wait for many descriptors (Linux's). */
#pragma once
#include <features.h>
#include <bits/sigset.h>
#include <bits/timespec.h>
#include <fcntl.h>
#include <stdint.h>

#define EPOLL_CLOEXEC O_CLOEXEC

#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3

enum EPOLL_EVENTS {
    EPOLLIN = 0x001,
    EPOLLPRI = 0x002,
    EPOLLOUT = 0x004,
    EPOLLERR = 0x008,
    EPOLLHUP = 0x010,
    EPOLLRDNORM = 0x040,
    EPOLLRDBAND = 0x080,
    EPOLLWRNORM = 0x100,
    EPOLLWRBAND = 0x200,
    EPOLLMSG = 0x400,
    EPOLLRDHUP = 0x2000,
    EPOLLEXCLUSIVE = 1 << 28,
    EPOLLWAKEUP = 1 << 29,
    EPOLLONESHOT = 1 << 30
};
#define EPOLLIN        EPOLLIN
#define EPOLLPRI       EPOLLPRI
#define EPOLLOUT       EPOLLOUT
#define EPOLLERR       EPOLLERR
#define EPOLLHUP       EPOLLHUP
#define EPOLLRDNORM    EPOLLRDNORM
#define EPOLLRDBAND    EPOLLRDBAND
#define EPOLLWRNORM    EPOLLWRNORM
#define EPOLLWRBAND    EPOLLWRBAND
#define EPOLLMSG       EPOLLMSG
#define EPOLLRDHUP     EPOLLRDHUP
#define EPOLLEXCLUSIVE EPOLLEXCLUSIVE
#define EPOLLWAKEUP    EPOLLWAKEUP
#define EPOLLONESHOT   EPOLLONESHOT
#define EPOLLET        (1U << 31)

typedef union epoll_data {
    void *ptr;
    int fd;
    uint32_t u32;
    uint64_t u64;
} epoll_data_t;

struct epoll_event {
    uint32_t events;
    epoll_data_t data;
} __attribute__((__packed__));

__BEGIN_DECLS
int epoll_create(int __size);
int epoll_create1(int __flags);
int epoll_ctl(int __epfd, int __op, int __fd, struct epoll_event *__event);
int epoll_wait(int __epfd, struct epoll_event *__events, int __most, int __timeout_ms);
int epoll_pwait(int __epfd, struct epoll_event *__events, int __most, int __timeout_ms,
                const sigset_t *__mask);
int epoll_pwait2(int __epfd, struct epoll_event *__events, int __most,
                 const struct timespec *__timeout, const sigset_t *__mask);
__END_DECLS
