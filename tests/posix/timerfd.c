/* timerfd.c: does a timer become readable when its time comes, and say how often it has? */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "posix_test.h"

#define MS 1000000L

static struct itimerspec spec(long value_ns, long interval_ns)
{
    return (struct itimerspec){
        .it_value = {.tv_sec = value_ns / (1000 * MS), .tv_nsec = value_ns % (1000 * MS)},
        .it_interval = {.tv_sec = interval_ns / (1000 * MS), .tv_nsec = interval_ns % (1000 * MS)}};
}

static long ns_of(struct timespec t)
{
    return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static long clock_ns(int clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return ns_of(t);
}

static void start(int fd, int flags, long value_ns, long interval_ns)
{
    struct itimerspec s = spec(value_ns, interval_ns);
    CHECK_IS(timerfd_settime(fd, flags, &s, NULL), 0);
}

static uint64_t expired(int fd)
{
    uint64_t count = 0;
    CHECK_IS(read(fd, &count, 8), 8);
    return count;
}

static int readable(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int n = poll(&p, 1, timeout_ms);
    CHECK(n == 0 || p.revents == POLLIN);
    return n;
}

static void test_once(int clock)
{
    uint64_t count;
    struct itimerspec now;
    int fd = timerfd_create(clock, TFD_NONBLOCK);
    CHECK(fd >= 0);
    CHECK_ERROR(read(fd, &count, 8), EAGAIN);
    CHECK_IS(timerfd_gettime(fd, &now), 0);
    CHECK(ns_of(now.it_value) == 0 && ns_of(now.it_interval) == 0);
    start(fd, 0, 3600 * 1000 * MS, 0);
    CHECK_IS(timerfd_gettime(fd, &now), 0);
    CHECK(ns_of(now.it_value) > 3500 * 1000 * MS && ns_of(now.it_value) <= 3600 * 1000 * MS);
    CHECK_IS(readable(fd, 0), 0);
    long began = clock_ns(CLOCK_MONOTONIC);
    start(fd, 0, 30 * MS, 0);
    CHECK_IS(readable(fd, 20000), 1);
    CHECK(clock_ns(CLOCK_MONOTONIC) - began >= 30 * MS);
    CHECK_IS(expired(fd), 1);
    CHECK_IS(readable(fd, 0), 0);
    CHECK_ERROR(read(fd, &count, 8), EAGAIN);
    CHECK_IS(timerfd_gettime(fd, &now), 0);
    CHECK_IS(ns_of(now.it_value), 0);
    /* By the clock's time; what is over comes at once. */
    start(fd, TFD_TIMER_ABSTIME, clock_ns(clock) + 20 * MS, 0);
    CHECK_IS(readable(fd, 20000), 1);
    CHECK(clock_ns(clock) > 0);
    CHECK_IS(expired(fd), 1);
    start(fd, TFD_TIMER_ABSTIME, 1, 0);
    CHECK_IS(readable(fd, 20000), 1);
    CHECK_IS(expired(fd), 1);
    /* Set anew: what had expired is forgotten. */
    start(fd, 0, 1, 0);
    CHECK_IS(readable(fd, 20000), 1);
    start(fd, 0, 3600 * 1000 * MS, 0);
    CHECK_IS(readable(fd, 0), 0);
    start(fd, 0, 1, 0);
    CHECK_IS(readable(fd, 20000), 1);
    start(fd, 0, 0, 0);
    CHECK_IS(readable(fd, 0), 0);
    close(fd);
}

static void test_again_and_again(void)
{
    struct itimerspec old, next = spec(3600 * 1000 * MS, 0);
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    long began = clock_ns(CLOCK_MONOTONIC);
    start(fd, 0, 10 * MS, 10 * MS);
    uint64_t sum = 0;
    for (int i = 0; i < 3; i++)
        sum += expired(fd); /* waits */
    long passed = clock_ns(CLOCK_MONOTONIC) - began;
    CHECK(sum >= 3 && (long)sum <= passed / (10 * MS));
    struct timespec pause = {.tv_nsec = 55 * MS};
    nanosleep(&pause, NULL);
    CHECK_IS(timerfd_gettime(fd, &old), 0);
    CHECK(ns_of(old.it_value) > 0 && ns_of(old.it_value) <= 10 * MS);
    CHECK_IS(ns_of(old.it_interval), 10 * MS);
    uint64_t many = expired(fd);
    CHECK(many >= 5);
    CHECK_IS(timerfd_settime(fd, 0, &next, &old), 0);
    CHECK(ns_of(old.it_value) > 0 && ns_of(old.it_value) <= 10 * MS);
    CHECK_IS(ns_of(old.it_interval), 10 * MS);
    CHECK_IS(timerfd_settime(fd, 0, &next, &old), 0);
    CHECK(ns_of(old.it_value) > 3500 * 1000 * MS);
    CHECK_IS(ns_of(old.it_interval), 0);
    /* A start in the past counts what would have been. */
    start(fd, TFD_TIMER_ABSTIME, clock_ns(CLOCK_MONOTONIC) - 95 * MS, 20 * MS);
    CHECK(expired(fd) >= 5);
    close(fd);
}

static void test_errors(void)
{
    struct itimerspec s = spec(1, 0);
    uint64_t count = 1;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), p[2];
    CHECK(fd >= 0 && pipe(p) == 0);
    CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_ERROR(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
    CHECK_ERROR(timerfd_create(-1, 0), EINVAL);
    CHECK_ERROR(timerfd_create(CLOCK_MONOTONIC, 1), EINVAL);
    CHECK_ERROR(timerfd_settime(900, 0, &s, NULL), EBADF);
    CHECK_ERROR(timerfd_settime(p[0], 0, &s, NULL), EINVAL);
    CHECK_ERROR(timerfd_gettime(p[0], &s), EINVAL);
    CHECK_ERROR(timerfd_gettime(900, &s), EBADF);
    s.it_value.tv_nsec = 1000 * MS;
    CHECK_ERROR(timerfd_settime(fd, 0, &s, NULL), EINVAL);
    s = spec(1, -1);
    CHECK_ERROR(timerfd_settime(fd, 0, &s, NULL), EINVAL);
    s = spec(1, 0);
    CHECK_ERROR(timerfd_settime(fd, 0x100, &s, NULL), EINVAL);
    CHECK_IS(timerfd_settime(fd, 0, &s, NULL), 0);
    CHECK_IS(readable(fd, 20000), 1);
    CHECK_ERROR(read(fd, &count, 4), EINVAL);
    CHECK_ERROR(write(fd, &count, 8), EINVAL);
    CHECK_IS(expired(fd), 1);
    close(p[0]);
    close(p[1]);
    close(fd);
}

static void test_shared(void)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, 0), status;
    pid_t child = fork();
    if (child == 0) {
        start(fd, 0, 5 * MS, 0);
        _exit(0);
    }
    CHECK_IS(expired(fd), 1); /* of the child's timer */
    CHECK_IS(waitpid(child, &status, 0), child);
    /* Two timers in an epoll, the shorter first. */
    int other = timerfd_create(CLOCK_BOOTTIME, 0), epfd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event), 0);
    event.data.fd = other;
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_ADD, other, &event), 0);
    start(fd, 0, 10 * MS, 0);
    start(other, 0, 3600 * 1000 * MS, 0);
    CHECK_IS(epoll_wait(epfd, &event, 1, 20000), 1);
    CHECK_IS(event.data.fd, fd);
    start(other, 0, 1, 0);
    CHECK_IS(expired(other), 1);
    close(fd);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 0);
    /* By edge: once a time that it is read. */
    event = (struct epoll_event){.events = EPOLLIN | EPOLLET, .data.fd = other};
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_MOD, other, &event), 0);
    start(other, 0, 2 * MS, 2 * MS);
    for (int i = 0; i < 3; i++) {
        CHECK_IS(epoll_wait(epfd, &event, 1, 20000), 1);
        CHECK(expired(other) >= 1);
    }
    close(other);
    close(epfd);
}

int main(void)
{
    test_once(CLOCK_MONOTONIC);
    test_once(CLOCK_REALTIME);
    test_once(CLOCK_BOOTTIME);
    test_again_and_again();
    test_errors();
    test_shared();
    return posix_end();
}
