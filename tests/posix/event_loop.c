/*
 * event_loop.c: does a server written as one loop over epoll serve many connections, timers, signals and wake-ups at once, losing and
 * repeating nothing? By edge, as such programs are written: everything is read until EAGAIN.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "posix_test.h"

#define PAIRS   100 /* 200 descriptors */
#define ROUNDS  20
#define THREADS 4
#define CALLS   25 /* connections that each client thread makes, one after the other */

/* What an event is for. */
enum kind { PAIR, LISTENER, CONNECTION, TIMER, SIGNALS, COUNTER };
#define DATA(kind, fd) ((uint64_t)(kind) << 32 | (uint32_t)(fd))

static int epfd, counter;
static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/event_loop.sock"};

static void add(int fd, enum kind kind, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.u64 = DATA(kind, fd)};
    CHECK_IS(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event), 0);
}

/* ---- The other sides ---- */

static void *client(void *unused)
{
    long failures = 0;
    for (int i = 0; i < CALLS; i++) {
        char text[16], back[16];
        int fd = socket(AF_UNIX, SOCK_STREAM, 0),
            length = snprintf(text, sizeof text, "call %d", i);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
            write(fd, text, (size_t)length) != length ||
            recv(fd, back, (size_t)length, MSG_WAITALL) != length ||
            memcmp(text, back, (size_t)length) != 0)
            failures++;
        close(fd);
    }
    eventfd_write(counter, 1); /* one more is done */
    return (void *)failures;
}

/* ---- The loop ---- */

static int received[1024]; /* messages of pairs, by descriptor */
static long pair_messages, clients_done, ticks, signals, closed;

/* Each message goes back until it has been round often enough. */
static void serve_pair(int fd)
{
    char message;
    while (read(fd, &message, 1) == 1) {
        pair_messages++;
        if (fd < (int)(sizeof received / sizeof received[0]))
            received[fd]++;
        if (message > 0) {
            message--;
            CHECK_IS(write(fd, &message, 1), 1);
        }
    }
    CHECK_IS(errno, EAGAIN);
}

static void serve_listener(int fd)
{
    int connection;
    while ((connection = accept(fd, NULL, NULL)) >= 0) {
        CHECK_IS(fcntl(connection, F_SETFL, O_NONBLOCK), 0);
        add(connection, CONNECTION, EPOLLIN | EPOLLRDHUP | EPOLLET);
    }
    CHECK_IS(errno, EAGAIN);
}

static void serve_connection(int fd)
{
    char text[64];
    ssize_t n;
    while ((n = read(fd, text, sizeof text)) > 0)
        CHECK_IS(write(fd, text, (size_t)n), n);
    if (n == 0 || errno != EAGAIN) {
        close(fd);
        closed++;
    }
}

static void serve(const struct epoll_event *event)
{
    int fd = (int)(uint32_t)event->data.u64;
    uint64_t value;
    struct signalfd_siginfo info;
    switch (event->data.u64 >> 32) {
    case PAIR: serve_pair(fd); break;
    case LISTENER: serve_listener(fd); break;
    case CONNECTION: serve_connection(fd); break;
    case TIMER:
        if (read(fd, &value, sizeof value) == sizeof value)
            ticks += (long)value;
        if (ticks < 1000)
            kill(getpid(), SIGUSR1);
        break;
    case SIGNALS:
        while (read(fd, &info, sizeof info) == sizeof info)
            signals++;
        break;
    case COUNTER:
        if (read(fd, &value, sizeof value) == sizeof value)
            clients_done += (long)value;
        break;
    default: CHECK(!"a known event"); break;
    }
}

static int make_listener(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    unlink(address.sun_path);
    CHECK_IS(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_IS(listen(fd, 8), 0);
    add(fd, LISTENER, EPOLLIN | EPOLLET);
    return fd;
}

static void make_pairs(int (*pairs)[2])
{
    for (int i = 0; i < PAIRS; i++) {
        char rounds = ROUNDS - 1;
        CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pairs[i]), 0);
        add(pairs[i][0], PAIR, EPOLLIN | EPOLLET);
        add(pairs[i][1], PAIR, i % 2 ? EPOLLIN : EPOLLIN | EPOLLOUT | EPOLLET);
        CHECK_IS(write(pairs[i][0], &rounds, 1), 1);
    }
}

static void run(void)
{
    struct epoll_event events[16];
    time_t start = time(NULL);
    while (pair_messages < PAIRS * ROUNDS || closed < THREADS * CALLS || clients_done < THREADS ||
           ticks < 5 || signals < 1) {
        int n = epoll_wait(epfd, events, 16, 10000);
        for (int i = 0; i < n; i++)
            serve(&events[i]);
        if (n <= 0 || time(NULL) - start > 60) {
            CHECK(!"events come");
            break;
        }
    }
}

int main(void)
{
    static int pairs[PAIRS][2];
    pthread_t threads[THREADS];
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    epfd = epoll_create1(EPOLL_CLOEXEC);
    counter = eventfd(0, EFD_NONBLOCK);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    int pending = signalfd(-1, &set, SFD_NONBLOCK);
    struct itimerspec often = {{0, 2000000}, {0, 2000000}};
    CHECK_IS(timerfd_settime(timer, 0, &often, NULL), 0);
    add(counter, COUNTER, EPOLLIN);
    add(timer, TIMER, EPOLLIN | EPOLLET);
    add(pending, SIGNALS, EPOLLIN);
    int listener = make_listener();
    make_pairs(pairs);
    for (int i = 0; i < THREADS; i++)
        CHECK_IS(pthread_create(&threads[i], NULL, client, NULL), 0);
    run();
    for (int i = 0; i < THREADS; i++) {
        void *failures = NULL;
        CHECK_IS(pthread_join(threads[i], &failures), 0);
        CHECK(failures == NULL);
    }
    CHECK_IS(pair_messages, PAIRS * ROUNDS);
    for (int i = 0; i < PAIRS; i++)
        CHECK_IS(received[pairs[i][0]] + received[pairs[i][1]], ROUNDS);
    CHECK_IS(closed, THREADS * CALLS);
    CHECK_IS(clients_done, THREADS);
    close(listener);
    unlink(address.sun_path);
    return posix_end();
}
