/* epoll.c: does epoll report what is ready, by level and by edge, once or again, and keep its list as the descriptors come and go? */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "posix_test.h"

static int add(int epfd, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    return epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
}

static int change(int epfd, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    return epoll_ctl(epfd, EPOLL_CTL_MOD, fd, &event);
}

static long milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct epoll_event last;

/* The one event there is now: what it says, 0 for none, and a number beyond all for several. */
static uint32_t now(int epfd)
{
    struct epoll_event events[8];
    int n = epoll_wait(epfd, events, 8, 0);
    last = events[0];
    return n == 0 ? 0 : n == 1 ? events[0].events : 0xffffffff;
}

static void put(int fd)
{
    CHECK_IS(write(fd, "x", 1), 1);
}

static void take(int fd)
{
    char c;
    CHECK_IS(read(fd, &c, 1), 1);
}

static void test_levels(void)
{
    int epfd = epoll_create1(0), p[2];
    CHECK(epfd >= 0 && pipe(p) == 0);
    CHECK_IS(add(epfd, p[0], EPOLLIN, 0x123456789abcdef0), 0);
    CHECK_IS(now(epfd), 0);
    put(p[1]);
    for (int i = 0; i < 3; i++) {
        CHECK_IS(now(epfd), EPOLLIN);
        CHECK(last.data.u64 == 0x123456789abcdef0);
    }
    take(p[0]);
    CHECK_IS(now(epfd), 0);
    CHECK_IS(add(epfd, p[1], EPOLLOUT, 2), 0);
    CHECK_IS(now(epfd), EPOLLOUT);
    CHECK_IS(change(epfd, p[1], EPOLLIN, 3), 0);
    CHECK_IS(now(epfd), 0);
    CHECK_IS(change(epfd, p[1], 0, 4), 0);
    close(p[0]);
    CHECK_IS(now(epfd), EPOLLERR);
    CHECK(last.data.u64 == 4);
    close(p[1]);
    CHECK_IS(now(epfd), 0);
    CHECK(pipe(p) == 0);
    CHECK_IS(add(epfd, p[0], EPOLLIN | EPOLLRDNORM, 5), 0);
    put(p[1]);
    CHECK_IS(now(epfd), EPOLLIN | EPOLLRDNORM);
    close(p[1]);
    CHECK_IS(now(epfd), EPOLLIN | EPOLLRDNORM | EPOLLHUP);
    take(p[0]);
    CHECK_IS(now(epfd), EPOLLHUP);
    close(p[0]);
    close(epfd);
}

static void test_errors(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int epfd = epoll_create(1), p[2], file = open("/tmp/epoll_file", O_RDWR | O_CREAT, 0600);
    int folder = open("/tmp", O_RDONLY);
    CHECK(epfd >= 0 && file >= 0 && folder >= 0 && pipe(p) == 0);
    CHECK_ERROR(epoll_create(0), EINVAL);
    CHECK_ERROR(epoll_create(-1), EINVAL);
    CHECK_ERROR(epoll_create1(1), EINVAL);
    CHECK_ERROR(epoll_ctl(-1, EPOLL_CTL_ADD, p[0], &event), EBADF);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_ADD, 900, &event), EBADF);
    CHECK_ERROR(epoll_ctl(epfd, 77, p[0], &event), EINVAL);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_ADD, epfd, &event), EINVAL);
    CHECK_ERROR(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &event), EINVAL);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_ADD, file, &event), EPERM);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_ADD, folder, &event), EPERM);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_ADD, p[0], NULL), EFAULT);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_MOD, p[0], &event), ENOENT);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_DEL, p[0], &event), ENOENT);
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_ADD, p[0], &event), 0);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_ADD, p[0], &event), EEXIST);
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_DEL, p[0], NULL), 0);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_DEL, p[0], NULL), ENOENT);
    CHECK_ERROR(epoll_wait(epfd, &event, 0, 0), EINVAL);
    CHECK_ERROR(epoll_wait(epfd, &event, -1, 0), EINVAL);
    CHECK_ERROR(epoll_wait(p[0], &event, 1, 0), EINVAL);
    CHECK_ERROR(epoll_wait(900, &event, 1, 0), EBADF);
    CHECK_ERROR(read(epfd, &event, sizeof event), EINVAL);
    CHECK_ERROR(write(epfd, &event, sizeof event), EINVAL);
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_ADD, p[0], &event), 0);
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_MOD, p[0], &event), EINVAL);
    event.events |= EPOLLONESHOT;
    CHECK_ERROR(epoll_ctl(epfd, EPOLL_CTL_ADD, p[1], &event), EINVAL);
    close(p[0]);
    close(p[1]);
    close(file);
    close(folder);
    unlink("/tmp/epoll_file");
    CHECK_IS(fcntl(epfd, F_GETFD), 0);
    CHECK_IS(fcntl(epfd, F_GETFL) & O_ACCMODE, O_RDWR);
    close(epfd);
    epfd = epoll_create1(EPOLL_CLOEXEC);
    CHECK_IS(fcntl(epfd, F_GETFD), FD_CLOEXEC);
    close(epfd);
}

/* By edge: each arrival once. reader and writer are empty and connected. */
static void check_edges(int reader, int writer)
{
    int epfd = epoll_create1(0);
    CHECK_IS(add(epfd, reader, EPOLLIN | EPOLLET, 1), 0);
    CHECK_IS(now(epfd), 0);
    put(writer);
    CHECK_IS(now(epfd), EPOLLIN);
    CHECK_IS(now(epfd), 0);
    put(writer); /* behind what has not been read */
    CHECK_IS(now(epfd), EPOLLIN);
    take(reader);
    CHECK_IS(now(epfd), 0); /* the rest is no news */
    CHECK_IS(change(epfd, reader, EPOLLIN | EPOLLET, 2), 0);
    CHECK_IS(now(epfd), EPOLLIN); /* set anew */
    CHECK_IS(now(epfd), 0);
    take(reader);
    CHECK_IS(now(epfd), 0);
    put(writer);
    CHECK_IS(now(epfd), EPOLLIN);
    take(reader);
    close(epfd);
}

static void test_edges(void)
{
    int p[2], s[2];
    CHECK(pipe(p) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    check_edges(p[0], p[1]);
    check_edges(s[0], s[1]);
    close(s[0]);
    close(s[1]);
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0);
    check_edges(s[0], s[1]);
    unlink("/tmp/epoll_fifo");
    CHECK_IS(mkfifo("/tmp/epoll_fifo", 0600), 0);
    int reader = open("/tmp/epoll_fifo", O_RDONLY | O_NONBLOCK);
    int writer = open("/tmp/epoll_fifo", O_WRONLY);
    check_edges(reader, writer);
    close(reader);
    close(writer);
    unlink("/tmp/epoll_fifo");
    /* For both directions; reading makes the own end no more writable than it was. */
    int epfd = epoll_create1(0);
    CHECK_IS(add(epfd, s[0], EPOLLIN | EPOLLOUT | EPOLLET, 1), 0);
    CHECK_IS(now(epfd), EPOLLOUT);
    CHECK_IS(now(epfd), 0);
    put(s[1]);
    CHECK_IS(now(epfd), EPOLLIN | EPOLLOUT);
    take(s[0]);
    CHECK_IS(now(epfd) & EPOLLIN, 0);
    close(epfd);
    close(p[0]);
    close(p[1]);
    close(s[0]);
    close(s[1]);
}

static void test_once(void)
{
    int epfd = epoll_create1(0), p[2];
    CHECK(pipe(p) == 0);
    CHECK_IS(add(epfd, p[0], EPOLLIN | EPOLLONESHOT, 1), 0);
    put(p[1]);
    CHECK_IS(now(epfd), EPOLLIN);
    put(p[1]);
    CHECK_IS(now(epfd), 0);
    close(p[1]);
    CHECK_IS(now(epfd), 0); /* not even the end */
    CHECK_ERROR(add(epfd, p[0], EPOLLIN, 1), EEXIST);
    CHECK_IS(change(epfd, p[0], EPOLLIN | EPOLLONESHOT, 9), 0);
    CHECK_IS(now(epfd), EPOLLIN | EPOLLHUP);
    CHECK(last.data.u64 == 9);
    CHECK_IS(now(epfd), 0);
    close(p[0]);
    close(epfd);
}

static void test_connections(void)
{
    int epfd = epoll_create1(0), s[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    CHECK_IS(add(epfd, s[0], EPOLLIN | EPOLLRDHUP, 1), 0);
    CHECK_IS(now(epfd), 0);
    shutdown(s[1], SHUT_WR);
    CHECK_IS(now(epfd), EPOLLIN | EPOLLRDHUP);
    struct pollfd p = {.fd = s[0], .events = POLLIN | POLLRDHUP};
    CHECK_IS(poll(&p, 1, 0), 1);
    CHECK_IS(p.revents, POLLIN | POLLRDHUP);
    close(s[1]);
    for (long start = milliseconds(); now(epfd) == (EPOLLIN | EPOLLRDHUP);) {
        if (milliseconds() - start > 20000)
            break; /* the end of the other side may need a moment, but not that */
    }
    CHECK_IS(now(epfd), EPOLLIN | EPOLLRDHUP | EPOLLHUP);
    CHECK_IS(change(epfd, s[0], EPOLLIN, 1), 0);
    CHECK_IS(now(epfd), EPOLLIN | EPOLLHUP);
    close(s[0]);
    /* Nothing had been there: it is seen at once, also when the numbers have been others' before. */
    int reused[2];
    CHECK(pipe(reused) == 0);
    close(reused[0]);
    close(reused[1]);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    CHECK_IS(add(epfd, s[0], EPOLLIN, 1), 0);
    close(s[1]);
    CHECK_IS(now(epfd), EPOLLIN | EPOLLHUP);
    close(s[0]);
    close(epfd);
}

/* Two descriptors of one object have an entry each; what is closed leaves with the last of them. */
static void test_descriptors_of_one_object(void)
{
    int epfd = epoll_create1(0), p[2];
    CHECK(pipe(p) == 0);
    int copy = dup(p[0]);
    CHECK_IS(add(epfd, p[0], EPOLLIN, 1), 0);
    CHECK_IS(add(epfd, copy, EPOLLIN, 2), 0);
    put(p[1]);
    struct epoll_event events[4];
    CHECK_IS(epoll_wait(epfd, events, 4, 0), 2);
    CHECK_IS(events[0].data.u64 + events[1].data.u64, 3);
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_DEL, copy, NULL), 0);
    CHECK_IS(now(epfd), EPOLLIN);
    CHECK(last.data.u64 == 1);
    close(p[0]);
    CHECK_IS(now(epfd), EPOLLIN); /* the pipe is open under another number */
    close(copy);
    CHECK_IS(now(epfd), 0);
    /* The number may come again. */
    int q[2];
    CHECK(pipe(q) == 0);
    CHECK_IS(add(epfd, q[0], EPOLLIN, 7), 0);
    put(q[1]);
    CHECK_IS(now(epfd), EPOLLIN);
    CHECK(last.data.u64 == 7);
    close(q[0]);
    close(q[1]);
    close(p[1]);
    close(epfd);
}

#define MANY 100

static void test_many_and_in_turn(void)
{
    static int pipes[MANY][2];
    static struct epoll_event events[2 * MANY];
    int epfd = epoll_create1(0), seen[MANY] = {0};
    for (int i = 0; i < MANY; i++) {
        CHECK(pipe(pipes[i]) == 0);
        CHECK_IS(add(epfd, pipes[i][0], i % 2 ? EPOLLIN : EPOLLIN | EPOLLET, (uint64_t)i), 0);
        put(pipes[i][1]);
    }
    CHECK_IS(epoll_wait(epfd, events, 2 * MANY, 0), MANY);
    for (int i = 0; i < MANY; i++)
        seen[events[i].data.u64]++;
    for (int i = 0; i < MANY; i++)
        CHECK_IS(seen[i], 1);
    CHECK_IS(epoll_wait(epfd, events, 2 * MANY, 0), MANY / 2); /* those by level */
    /* A few at a time: all have their turn. */
    memset(seen, 0, sizeof seen);
    for (int round = 0; round < MANY / 2; round++) {
        CHECK_IS(epoll_wait(epfd, events, 3, 0), 3);
        for (int i = 0; i < 3; i++)
            seen[events[i].data.u64]++;
    }
    for (int i = 1; i < MANY; i += 2)
        CHECK(seen[i] >= 2 && seen[i] <= 4);
    for (int i = 0; i < MANY; i++) {
        close(pipes[i][0]);
        close(pipes[i][1]);
    }
    CHECK_IS(epoll_wait(epfd, events, 2 * MANY, 0), 0);
    close(epfd);
}

static void test_inside_each_other(void)
{
    int inner = epoll_create1(0), outer = epoll_create1(0), p[2];
    CHECK(pipe(p) == 0);
    CHECK_IS(add(outer, inner, EPOLLIN, 1), 0);
    CHECK_IS(add(inner, p[0], EPOLLIN, 2), 0);
    struct pollfd both[2] = {{.fd = outer, .events = POLLIN}, {.fd = inner, .events = POLLIN}};
    CHECK_IS(now(outer), 0);
    CHECK_IS(poll(both, 2, 0), 0);
    put(p[1]);
    CHECK_IS(now(outer), EPOLLIN);
    CHECK(last.data.u64 == 1);
    CHECK_IS(now(inner), EPOLLIN);
    CHECK(last.data.u64 == 2);
    CHECK_IS(poll(both, 2, 0), 2);
    CHECK_IS(both[0].revents, POLLIN);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(outer, &set);
    struct timeval none = {0};
    CHECK_IS(select(outer + 1, &set, NULL, NULL, &none), 1);
    take(p[0]);
    CHECK_IS(poll(both, 2, 0), 0);
    CHECK_IS(now(outer), 0);
    CHECK_ERROR(add(inner, outer, EPOLLIN, 3), ELOOP);
    CHECK_IS(epoll_ctl(outer, EPOLL_CTL_DEL, inner, NULL), 0);
    CHECK_IS(add(inner, outer, EPOLLIN, 3), 0); /* now the other way round */
    CHECK_ERROR(add(outer, inner, EPOLLIN, 3), ELOOP);
    close(inner);
    close(outer);
    close(p[0]);
    close(p[1]);
    /* A chain of any length ends somewhere. */
    int chain[12], made = 1;
    for (int i = 0; i < 12; i++)
        chain[i] = epoll_create1(0);
    while (made < 12 && add(chain[made], chain[made - 1], EPOLLIN, 0) == 0)
        made++;
    CHECK_IS(errno, ELOOP);
    CHECK(made >= 4 && made <= 7);
    for (int i = 0; i < 12; i++)
        close(chain[i]);
}

/* ---- Waiting ---- */

static void on_signal(int sig)
{
    (void)sig;
}

static void test_time_and_signals(void)
{
    int epfd = epoll_create1(0);
    struct epoll_event event;
    long start = milliseconds();
    CHECK_IS(epoll_wait(epfd, &event, 1, 30), 0);
    CHECK(milliseconds() - start >= 29);
    struct timespec short_time = {.tv_nsec = 20000000}, bad = {.tv_nsec = 1000000000};
    start = milliseconds();
    CHECK_IS(epoll_pwait2(epfd, &event, 1, &short_time, NULL), 0);
    CHECK(milliseconds() - start >= 19);
    CHECK_ERROR(epoll_pwait2(epfd, &event, 1, &bad, NULL), EINVAL);

    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigset_t usr1, none;
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&none);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    raise(SIGUSR1);
    CHECK_IS(epoll_pwait(epfd, &event, 1, 10, NULL), 0);
    CHECK_ERROR(epoll_pwait(epfd, &event, 1, -1, &none), EINTR);
    sigset_t after;
    sigprocmask(SIG_SETMASK, NULL, &after);
    CHECK_IS(sigismember(&after, SIGUSR1), 1);
    sigprocmask(SIG_UNBLOCK, &usr1, NULL);
    /* SA_RESTART or not, a handler ends the wait. */
    pid_t child = fork();
    if (child == 0) {
        struct timespec pause = {.tv_nsec = 5000000};
        for (int i = 0; i < 2000; i++) { /* until the parent has gone on and ended us */
            nanosleep(&pause, NULL);
            kill(getppid(), SIGUSR1);
        }
        _exit(0);
    }
    CHECK_ERROR(epoll_wait(epfd, &event, 1, -1), EINTR);
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0)
        ;
    close(epfd);
}

static int shared_epfd, shared_counter;
static _Atomic int woken;

static void *wait_for_turns(void *unused)
{
    struct epoll_event event;
    uint64_t value;
    for (;;) {
        if (epoll_wait(shared_epfd, &event, 1, -1) != 1)
            return (void *)1;
        if (event.data.u64 == 99)
            return NULL;
        if (read(shared_counter, &value, sizeof value) == sizeof value)
            woken += (int)value;
    }
}

/* Many threads wait at one epoll; another adds to it meanwhile. */
static void test_threads(void)
{
    pthread_t threads[4];
    int end[2];
    shared_epfd = epoll_create1(0);
    shared_counter = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE);
    CHECK(pipe(end) == 0);
    for (int i = 0; i < 4; i++)
        CHECK_IS(pthread_create(&threads[i], NULL, wait_for_turns, NULL), 0);
    uint64_t amount = 20;
    CHECK_IS(write(shared_counter, &amount, sizeof amount), 8);
    CHECK_IS(add(shared_epfd, shared_counter, EPOLLIN, 1), 0);
    for (int i = 0; i < 20; i++) {
        amount = 3;
        CHECK_IS(write(shared_counter, &amount, sizeof amount), 8);
    }
    for (long start = milliseconds(); woken < 80 && milliseconds() - start < 20000;)
        sched_yield();
    CHECK_IS(woken, 80);
    CHECK_IS(add(shared_epfd, end[0], EPOLLIN, 99), 0);
    put(end[1]);
    for (int i = 0; i < 4; i++) {
        void *result = (void *)1;
        CHECK_IS(pthread_join(threads[i], &result), 0);
        CHECK(result == NULL);
    }
    close(end[0]);
    close(end[1]);
    close(shared_counter);
    close(shared_epfd);
}

/* ---- Processes ---- */

/* The child of a fork has the same list, and it stays when the one who made it has gone. */
static void test_fork(void)
{
    int epfd = epoll_create1(0), p[2], q[2], answer[2];
    CHECK(pipe(p) == 0 && pipe(q) == 0 && pipe(answer) == 0);
    CHECK_IS(add(epfd, p[0], EPOLLIN, 1), 0);
    pid_t child = fork();
    if (child == 0) {
        add(epfd, q[0], EPOLLIN, 2);
        write(answer[1], "a", 1);
        struct epoll_event event;
        char c = epoll_wait(epfd, &event, 1, 10000) == 1 ? 'b' : 'x';
        write(answer[1], &c, 1);
        _exit(0);
    }
    char c;
    CHECK_IS(read(answer[0], &c, 1), 1);
    put(q[1]);
    CHECK_IS(waitpid(child, NULL, 0), child);
    CHECK(read(answer[0], &c, 1) == 1 && c == 'b');
    CHECK_IS(now(epfd), EPOLLIN); /* what the child has added */
    CHECK(last.data.u64 == 2);
    take(q[0]);

    /* As daemons begin: made by a process that ends. */
    child = fork();
    if (child == 0) {
        int own = epoll_create1(0);
        add(own, p[0], EPOLLIN, 5);
        if (fork() != 0)
            _exit(0);
        while (getppid() == child)
            sched_yield();
        struct epoll_event event = {0};
        write(answer[1], "r", 1);
        int n = epoll_wait(own, &event, 1, 10000);
        c = n == 1 && event.data.u64 == 5 ? 'd' : 'x';
        write(answer[1], &c, 1);
        _exit(0);
    }
    CHECK_IS(waitpid(child, NULL, 0), child);
    CHECK(read(answer[0], &c, 1) == 1 && c == 'r');
    put(p[1]);
    CHECK(read(answer[0], &c, 1) == 1 && c == 'd');
    close(p[0]);
    close(p[1]);
    close(q[0]);
    close(q[1]);
    close(answer[0]);
    close(answer[1]);
    close(epfd);
}

/* The image that exec starts finds list and readiness as they were. */
static void test_exec(const char *self)
{
    int epfd = epoll_create1(0), p[2];
    char number[16];
    CHECK(pipe(p) == 0);
    CHECK_IS(add(epfd, p[0], EPOLLIN, 42), 0);
    put(p[1]);
    snprintf(number, sizeof number, "%d", epfd);
    pid_t child = fork();
    if (child == 0) {
        execl(self, self, number, (char *)NULL);
        _exit(99);
    }
    int status;
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(WEXITSTATUS(status), 42);
    close(p[0]);
    close(p[1]);
    close(epfd);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return now(atoi(argv[1])) == EPOLLIN ? (int)last.data.u64 : 98;
    test_levels();
    test_errors();
    test_edges();
    test_once();
    test_connections();
    test_descriptors_of_one_object();
    test_many_and_in_turn();
    test_inside_each_other();
    test_time_and_signals();
    test_threads();
    test_fork();
    test_exec(argv[0]);
    return posix_end();
}
