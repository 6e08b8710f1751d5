/*
 * interrupted.c: XSH 2.4 and SA_RESTART: what waits ends with EINTR after a handler without SA_RESTART has run, and goes on after one
 * with it, but for the calls that always end.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static int empty[2], full[2], pair[2];
static mqd_t queue, full_queue;
static sem_t sem;
static pid_t child;
static char bytes[64], path[64];
static pthread_t caller;
static volatile sig_atomic_t handled;
static _Atomic bool returned;

static struct timespec in_a_minute(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 60;
    return t;
}

static long in_read(void)
{
    return read(empty[0], bytes, 1);
}
static long in_write(void)
{
    return write(full[1], bytes, 1);
}
static long in_recv(void)
{
    return recv(pair[0], bytes, 1, 0);
}
static long in_open_fifo(void)
{
    return open(path, O_RDONLY);
}
static long in_waitpid(void)
{
    return waitpid(child, NULL, 0);
}
static long in_waitid(void)
{
    siginfo_t info;
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
}
static long in_sem_wait(void)
{
    return sem_wait(&sem);
}
static long in_sem_timedwait(void)
{
    struct timespec t = in_a_minute();
    return sem_timedwait(&sem, &t);
}
static long in_mq_receive(void)
{
    return mq_receive(queue, bytes, sizeof bytes, NULL);
}
static long in_mq_send(void)
{
    return mq_send(full_queue, bytes, 1, 0);
}
static long in_poll(void)
{
    return poll(&(struct pollfd){.fd = empty[0], .events = POLLIN}, 1, -1);
}
static long in_select(void)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(empty[0], &set);
    return select(empty[0] + 1, &set, NULL, NULL, NULL);
}
static long in_nanosleep(void)
{
    return nanosleep(&(struct timespec){.tv_sec = 60}, NULL);
}
static long in_clock_nanosleep(void)
{
    errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_sec = 60}, NULL);
    return errno ? -1 : 0;
}
static long in_pause(void)
{
    return pause();
}
static long in_sigsuspend(void)
{
    sigset_t none;
    sigemptyset(&none);
    return sigsuspend(&none);
}
static long in_sigwaitinfo(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    return sigwaitinfo(&set, NULL);
}

static void end_read(void)
{
    write(empty[1], bytes, 1);
}
static void end_write(void)
{
    static char many[8192];
    read(full[0], many, sizeof many);
}
static void end_recv(void)
{
    write(pair[1], bytes, 1);
}
static void end_open_fifo(void)
{
    close(open(path, O_WRONLY));
}
static void end_wait(void)
{
    kill(child, SIGKILL);
}
static void end_sem(void)
{
    sem_post(&sem);
}
static void end_mq_receive(void)
{
    mq_send(queue, bytes, 1, 0);
}
static void end_mq_send(void)
{
    mq_receive(full_queue, bytes, sizeof bytes, NULL);
}

#define X(name, end) {#name, in_##name, end}
static const struct waiting {
    const char *name;
    long (*call)(void);
    void (*end)(void); /* lets it succeed; NULL: it is never gone on with */
} calls[] = {X(read, end_read),
             X(write, end_write),
             X(recv, end_recv),
             X(open_fifo, end_open_fifo),
             X(sem_wait, end_sem),
             X(sem_timedwait, NULL),
             X(mq_receive, end_mq_receive),
             X(mq_send, end_mq_send),
             X(waitid, end_wait),
             X(waitpid, end_wait),
             X(poll, NULL),
             X(select, NULL),
             X(nanosleep, NULL),
             X(clock_nanosleep, NULL),
             X(pause, NULL),
             X(sigsuspend, NULL),
             X(sigwaitinfo, NULL)};
#undef X

static void on_signal(int sig)
{
    (void)sig;
    handled++;
}

struct plan {
    const struct waiting *waiting;
    bool restart;
};

/* Signals until the call has returned (on a busy machine it may not have begun yet); one that goes on after a handler is ended once
 * the handler has run, in the way that it succeeds. */
static void *disturbs(void *arg)
{
    const struct plan *plan = arg;
    do {
        usleep(10000);
        pthread_kill(caller, SIGUSR1);
    } while (!plan->restart && !returned);
    while (!handled)
        usleep(1000);
    if (plan->restart) {
        usleep(5000);
        plan->waiting->end();
    }
    return NULL;
}

static void run(const struct waiting *waiting, bool with_flag)
{
    struct plan plan = {waiting, with_flag && waiting->end};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = with_flag ? SA_RESTART : 0};
    sigset_t set;
    pthread_t thread;
    sigaction(SIGUSR1, &action, NULL);
    handled = 0;
    returned = false;
    caller = pthread_self();
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL); /* the other thread inherits that */
    CHECK_IS(pthread_create(&thread, NULL, disturbs, &plan), 0);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    errno = 0;
    long result = waiting->call();
    int error = errno;
    returned = true;
    CHECK_IS(pthread_join(thread, NULL), 0);
    posix_checks++;
    if (plan.restart ? result < 0 : result != -1 || error != EINTR) {
        posix_failures++;
        printf("FAIL %s, SA_RESTART %d: %ld, %s\n", waiting->name, with_flag, result,
               strerror(error));
    }
    if (result >= 0 && waiting->call == in_open_fifo)
        close((int)result);
}

static void fill(int fd)
{
    static char many[4096];
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (write(fd, many, sizeof many) > 0) {
    }
    while (write(fd, many, 1) > 0) {
    }
    fcntl(fd, F_SETFL, 0);
}

static mqd_t new_queue(const char *name)
{
    struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = sizeof bytes};
    mqd_t q = mq_open(name, O_RDWR | O_CREAT, 0600, &attr);
    CHECK(q != (mqd_t)-1);
    mq_unlink(name);
    return q;
}

int main(void)
{
    sem_init(&sem, 0, 0);
    CHECK_IS(pipe(empty), 0);
    CHECK_IS(pipe(full), 0);
    CHECK_IS(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    fill(full[1]);
    snprintf(path, sizeof path, "/posix_interrupted.%d", (int)getpid());
    queue = new_queue(path);
    full_queue = new_queue(path);
    CHECK_IS(mq_send(full_queue, bytes, 1, 0), 0);
    snprintf(path, sizeof path, "/tmp/posix_interrupted.%d", (int)getpid());
    CHECK_IS(mkfifo(path, 0600), 0);
    child = fork();
    if (child == 0) {
        for (;;)
            pause();
    }
    for (int with_flag = 0; with_flag < 2; with_flag++) {
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
            run(&calls[i], with_flag);
    }
    unlink(path);
    return posix_end();
}
