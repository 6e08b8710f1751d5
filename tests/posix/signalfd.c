/* signalfd.c: are pending signals read from a descriptor, with what was sent, and do poll and epoll see them come? */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "posix_test.h"

static sigset_t set_of(int first, int second)
{
    sigset_t set;
    sigemptyset(&set);
    if (first)
        sigaddset(&set, first);
    if (second)
        sigaddset(&set, second);
    return set;
}

static int readable(int fd, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int n = poll(&p, 1, timeout_ms);
    CHECK(n <= 0 || p.revents == POLLIN);
    return n;
}

/* The signal that is read next, -1 for none. */
static struct signalfd_siginfo info;
static int next(int fd)
{
    memset(&info, 0xee, sizeof info);
    return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : -1;
}

static void test_reading(void)
{
    sigset_t set = set_of(SIGUSR1, SIGRTMIN);
    struct signalfd_siginfo several[4];
    CHECK_IS(sizeof info, 128);
    CHECK_IS(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_IS(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    CHECK_IS(readable(fd, 0), 0);
    CHECK_ERROR(next(fd), EAGAIN);
    CHECK_ERROR(read(fd, several, sizeof info - 1), EINVAL);
    kill(getpid(), SIGUSR1);
    CHECK_IS(readable(fd, 0), 1);
    CHECK_IS(readable(fd, 0), 1);
    CHECK_IS(next(fd), SIGUSR1);
    CHECK_IS(info.ssi_code, SI_USER);
    CHECK_IS(info.ssi_pid, getpid());
    CHECK_IS(info.ssi_uid, getuid());
    CHECK_IS(readable(fd, 0), 0);
    raise(SIGUSR1); /* the thread's own */
    CHECK_IS(readable(fd, 0), 1);
    CHECK_IS(next(fd), SIGUSR1);
    for (int i = 0; i < 3; i++)
        CHECK_IS(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 70 + i}), 0);
    CHECK_IS(read(fd, several, sizeof several), 3 * sizeof info);
    for (int i = 0; i < 3; i++) {
        CHECK_IS(several[i].ssi_signo, SIGRTMIN);
        CHECK_IS(several[i].ssi_code, SI_QUEUE);
        CHECK_IS(several[i].ssi_int, 70 + i);
    }
    kill(getpid(), SIGUSR1);
    sigqueue(getpid(), SIGRTMIN, (union sigval){0});
    CHECK_IS(read(fd, several, 2 * sizeof info + 5), 2 * sizeof info);
    CHECK_IS(readable(fd, 0), 0);
    /* Taken elsewhere it is gone here. */
    kill(getpid(), SIGUSR1);
    int taken = 0;
    CHECK_IS(sigwait(&set, &taken), 0);
    CHECK_IS(taken, SIGUSR1);
    CHECK_IS(readable(fd, 0), 0);
    CHECK_ERROR(next(fd), EAGAIN);
    close(fd);
}

static void test_sets(void)
{
    sigset_t first = set_of(SIGUSR1, 0), second = set_of(SIGUSR2, SIGRTMAX),
             both = set_of(SIGUSR1, SIGUSR2), all;
    int p[2];
    sigaddset(&both, SIGRTMAX);
    CHECK(pipe(p) == 0);
    sigprocmask(SIG_BLOCK, &both, NULL);
    int fd = signalfd(-1, &first, SFD_NONBLOCK), other = signalfd(-1, &second, SFD_NONBLOCK);
    kill(getpid(), SIGUSR2);
    CHECK_IS(readable(fd, 0), 0);
    CHECK_IS(readable(other, 0), 1);
    CHECK_ERROR(next(fd), EAGAIN);
    CHECK_IS(signalfd(fd, &second, 0), fd);
    CHECK_IS(readable(fd, 0), 1);
    CHECK_IS(next(fd), SIGUSR2);
    CHECK_IS(readable(other, 0), 0);
    kill(getpid(), SIGRTMAX);
    CHECK_IS(readable(fd, 0), 1);
    CHECK_IS(next(fd), SIGRTMAX);
    kill(getpid(), SIGUSR1);
    CHECK_IS(readable(fd, 0), 0);
    CHECK_IS(signalfd(fd, &both, 0), fd);
    CHECK_IS(next(fd), SIGUSR1);
    sigfillset(&all); /* SIGKILL and SIGSTOP are silently left out */
    CHECK_IS(signalfd(fd, &all, 0), fd);
    CHECK_IS(readable(fd, 0), 0);
    CHECK_ERROR(signalfd(-1, &first, 0x11), EINVAL);
    CHECK_ERROR(signalfd(900, &first, 0), EBADF);
    CHECK_ERROR(signalfd(p[0], &first, 0), EINVAL);
    int epfd = epoll_create1(0);
    CHECK_ERROR(signalfd(epfd, &first, 0), EINVAL);
    close(epfd);
    close(fd);
    close(other);
    close(p[0]);
    close(p[1]);
}

static void test_children(void)
{
    sigset_t set = set_of(SIGCHLD, 0);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, 0), status;
    pid_t child = fork();
    if (child == 0)
        _exit(7);
    CHECK_IS(readable(fd, 20000), 1); /* SIGCHLD's default is to be ignored, but it is blocked */
    CHECK_IS(next(fd), SIGCHLD);
    CHECK_IS(info.ssi_code, CLD_EXITED);
    CHECK_IS(info.ssi_pid, child);
    CHECK_IS(info.ssi_status, 7);
    CHECK_IS(waitpid(child, &status, 0), child);
    child = fork();
    if (child == 0) {
        for (;;)
            pause();
    }
    kill(child, SIGKILL);
    CHECK_IS(next(fd), SIGCHLD); /* waits */
    CHECK_IS(info.ssi_code, CLD_KILLED);
    CHECK_IS(info.ssi_status, SIGKILL);
    CHECK_IS(waitpid(child, &status, 0), child);
    close(fd);
}

static void *send_later(void *unused)
{
    usleep(10000);
    kill(getpid(), SIGUSR1);
    return NULL;
}

static void test_epoll(void)
{
    sigset_t set = set_of(SIGUSR1, SIGUSR2);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 5};
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, 0), epfd = epoll_create1(0);
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event), 0);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 0);
    pthread_t thread;
    CHECK_IS(pthread_create(&thread, NULL, send_later, NULL), 0);
    CHECK_IS(epoll_wait(epfd, &event, 1, 20000), 1);
    CHECK_IS(event.data.u64, 5);
    pthread_join(thread, NULL);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 1);
    CHECK_IS(next(fd), SIGUSR1);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 0);
    /* By edge. */
    event = (struct epoll_event){.events = EPOLLIN | EPOLLET};
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &event), 0);
    kill(getpid(), SIGUSR1);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 1);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 0);
    kill(getpid(), SIGUSR2);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 1);
    CHECK(next(fd) > 0 && next(fd) > 0);
    CHECK_IS(pthread_create(&thread, NULL, send_later, NULL), 0);
    CHECK_IS(next(fd), SIGUSR1); /* a read waits, too */
    pthread_join(thread, NULL);
    close(fd);
    CHECK_IS(epoll_wait(epfd, &event, 1, 0), 0);
    close(epfd);
}

/* The child's reads and polls are about the child's signals. */
static void test_fork(void)
{
    sigset_t set = set_of(SIGUSR1, SIGUSR2);
    int status;
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK), copy = dup(fd);
    kill(getpid(), SIGUSR1);
    pid_t child = fork();
    if (child == 0) {
        if (readable(fd, 0) != 0 || readable(copy, 0) != 0 || next(fd) != -1)
            _exit(1); /* pending signals are not inherited */
        kill(getpid(), SIGUSR2);
        if (readable(copy, 0) != 1 || readable(fd, 0) != 1)
            _exit(2);
        _exit(next(copy) == SIGUSR2 && next(fd) == -1 ? 0 : 3);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK_IS(readable(fd, 0), 1);
    CHECK_IS(next(copy), SIGUSR1);
    CHECK_IS(readable(fd, 0), 0);
    close(fd);
    close(copy);
}

int main(void)
{
    test_reading();
    test_sets();
    test_children();
    test_epoll();
    test_fork();
    return posix_end();
}
