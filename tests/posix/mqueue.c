/* mqueue.c: message queues: order by priority, limits, waiting with and without a deadline, notification, errors. */
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"
#include "times.h"

#define NAME "/dyad_posix_test"

static mqd_t make(long messages, long size, int flags)
{
    struct mq_attr attr = {.mq_maxmsg = messages, .mq_msgsize = size};
    mq_unlink(NAME);
    mqd_t q = mq_open(NAME, O_CREAT | O_EXCL | O_RDWR | flags, 0600, &attr);
    CHECK(q >= 0);
    return q;
}

static void test_open(void)
{
    struct mq_attr attr = {.mq_maxmsg = 0, .mq_msgsize = 8};
    char longest[NAME_MAX + 3];

    mq_unlink(NAME);
    CHECK_ERROR(mq_open(NAME, O_RDWR), ENOENT);
    CHECK_ERROR(mq_open(NAME, O_CREAT | O_RDWR, 0600, &attr), EINVAL);
    attr.mq_maxmsg = 4;
    attr.mq_msgsize = -1;
    CHECK_ERROR(mq_open(NAME, O_CREAT | O_RDWR, 0600, &attr), EINVAL);
    CHECK_ERROR(mq_open("noslash", O_CREAT | O_RDWR, 0600, NULL), EINVAL);
    CHECK_ERROR(mq_open("/a/b", O_CREAT | O_RDWR, 0600, NULL), EACCES);
    memset(longest, 'x', sizeof longest);
    longest[0] = '/';
    longest[sizeof longest - 1] = 0;
    CHECK_ERROR(mq_open(longest, O_CREAT | O_RDWR, 0600, NULL), ENAMETOOLONG);
    CHECK_ERROR(mq_unlink(longest), ENAMETOOLONG);
    mqd_t q = mq_open(NAME, O_CREAT | O_RDWR, 0600, NULL);
    CHECK(q >= 0);
    CHECK_ERROR(mq_open(NAME, O_CREAT | O_EXCL | O_RDWR, 0600, NULL), EEXIST);
    CHECK_IS(mq_getattr(q, &attr), 0);
    CHECK(attr.mq_maxmsg > 0 && attr.mq_msgsize > 0);
    CHECK_IS(attr.mq_curmsgs, 0);
    CHECK_IS(mq_unlink(NAME), 0);
    CHECK_ERROR(mq_unlink(NAME), ENOENT);
    CHECK_IS(mq_send(q, "still", 5, 0), 0); /* there until it is closed */
    CHECK_IS(mq_close(q), 0);
    CHECK_ERROR(mq_close(q), EBADF);
    CHECK_ERROR(mq_getattr(q, &attr), EBADF);
    CHECK_ERROR(mq_send(-1, "x", 1, 0), EBADF);
    CHECK_ERROR(mq_open(NAME, O_RDWR), ENOENT);
}

static void test_order(void)
{
    char text[16];
    unsigned priority;
    mqd_t q = make(8, sizeof text, 0);

    CHECK_IS(mq_send(q, "low1", 4, 1), 0);
    CHECK_IS(mq_send(q, "high1", 5, 9), 0);
    CHECK_IS(mq_send(q, "low2", 4, 1), 0);
    CHECK_IS(mq_send(q, "high2", 5, 9), 0);
    CHECK_IS(mq_send(q, "", 0, MQ_PRIO_MAX - 1), 0);
    struct mq_attr attr;
    CHECK_IS(mq_getattr(q, &attr), 0);
    CHECK_IS(attr.mq_curmsgs, 5);
    CHECK_IS(mq_receive(q, text, sizeof text, &priority), 0);
    CHECK_IS(priority, MQ_PRIO_MAX - 1);
    CHECK_IS(mq_receive(q, text, sizeof text, &priority), 5);
    CHECK(memcmp(text, "high1", 5) == 0 && priority == 9);
    CHECK_IS(mq_receive(q, text, sizeof text, &priority), 5);
    CHECK(memcmp(text, "high2", 5) == 0);
    CHECK_IS(mq_receive(q, text, sizeof text, NULL), 4);
    CHECK(memcmp(text, "low1", 4) == 0);
    CHECK_IS(mq_receive(q, text, sizeof text, &priority), 4);
    CHECK(memcmp(text, "low2", 4) == 0 && priority == 1);
    mq_close(q);
}

static void test_limits(void)
{
    char text[16];
    mqd_t q = make(2, sizeof text, O_NONBLOCK), only_read, only_write;
    struct mq_attr attr = {.mq_flags = 0}, old;

    CHECK_ERROR(mq_send(q, "longer than sixteen", 19, 0), EMSGSIZE);
    CHECK_ERROR(mq_send(q, "x", 1, MQ_PRIO_MAX), EINVAL);
    CHECK_ERROR(mq_receive(q, text, 15, NULL), EMSGSIZE);
    CHECK_ERROR(mq_receive(q, text, sizeof text, NULL), EAGAIN);
    CHECK_IS(mq_send(q, "1", 1, 0), 0);
    CHECK_IS(mq_send(q, "2", 1, 0), 0);
    CHECK_ERROR(mq_send(q, "3", 1, 0), EAGAIN);
    only_read = mq_open(NAME, O_RDONLY);
    only_write = mq_open(NAME, O_WRONLY);
    CHECK_ERROR(mq_send(only_read, "x", 1, 0), EBADF);
    CHECK_ERROR(mq_receive(only_write, text, sizeof text, NULL), EBADF);
    mq_close(only_read);
    mq_close(only_write);
    CHECK_IS(mq_setattr(q, &attr, &old), 0);
    CHECK_IS(old.mq_flags, O_NONBLOCK);
    CHECK_IS(old.mq_curmsgs, 2);
    struct timespec soon = in_ms(CLOCK_REALTIME, 20), past = {1, 0}, invalid = {1, 1000000000};
    CHECK_ERROR(mq_timedsend(q, "3", 1, 0, &soon), ETIMEDOUT);
    CHECK_ERROR(mq_timedsend(q, "3", 1, 0, &past), ETIMEDOUT);
    CHECK_ERROR(mq_timedsend(q, "3", 1, 0, &invalid), EINVAL);
    CHECK_IS(mq_timedreceive(q, text, sizeof text, NULL, &past), 1); /* it does not wait */
    CHECK_IS(mq_receive(q, text, sizeof text, NULL), 1);
    soon = in_ms(CLOCK_REALTIME, 20);
    CHECK_ERROR(mq_timedreceive(q, text, sizeof text, NULL, &soon), ETIMEDOUT);
    CHECK_ERROR(mq_timedreceive(q, text, sizeof text, NULL, &invalid), EINVAL);
    mq_close(q);
}

static void *send_hello(void *arg)
{
    mqd_t q = *(mqd_t *)arg;
    for (int i = 0; i < 100; i++)
        if (mq_send(q, (char *)&i, sizeof i, 0) != 0)
            return (void *)1;
    return NULL;
}

static void on_signal(int signo)
{
    (void)signo;
}

static void test_waiting(void)
{
    char text[16];
    pthread_t thread;
    void *failed;
    mqd_t q = make(2, sizeof text, 0);

    CHECK_IS(pthread_create(&thread, NULL, send_hello, &q), 0);
    for (int i = 0; i < 100; i++) {
        int got = -1;
        CHECK_IS(mq_receive(q, text, sizeof text, NULL), sizeof got);
        memcpy(&got, text, sizeof got);
        CHECK_IS(got, i);
    }
    CHECK_IS(pthread_join(thread, &failed), 0);
    CHECK(failed == NULL);
    int status = 0;
    pid_t pid = fork();
    if (pid == 0)
        _exit(mq_send(q, "child", 5, 3) == 0 ? 0 : 1);
    CHECK_IS(mq_receive(q, text, sizeof text, NULL), 5);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGALRM, &action, NULL);
    /* Again and again: the first one may come before the wait. */
    struct itimerspec often = {.it_value = {.tv_nsec = 20000000},
                               .it_interval = {.tv_nsec = 20000000}};
    timer_t timer;
    CHECK_IS(timer_create(CLOCK_MONOTONIC, NULL, &timer), 0);
    CHECK_IS(timer_settime(timer, 0, &often, NULL), 0);
    CHECK_ERROR(mq_receive(q, text, sizeof text, NULL), EINTR);
    timer_delete(timer);
    mq_close(q);
}

/* ---- Notification -------------------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static int told_value;

static void notified(union sigval value)
{
    pthread_mutex_lock(&lock);
    told_value = value.sival_int;
    pthread_cond_signal(&told);
    pthread_mutex_unlock(&lock);
}

static void test_notification(void)
{
    char text[16];
    sigset_t set;
    siginfo_t info;
    struct timespec limit = {10, 0};
    mqd_t q = make(4, sizeof text, 0);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    event.sigev_value.sival_int = 77;
    CHECK_IS(mq_notify(q, &event), 0);
    CHECK_ERROR(mq_notify(q, &event), EBUSY);
    CHECK_IS(mq_send(q, "x", 1, 0), 0);
    CHECK_IS(sigtimedwait(&set, &info, &limit), SIGUSR1);
    CHECK_IS(info.si_code, SI_MESGQ);
    CHECK_IS(info.si_value.sival_int, 77);
    CHECK_IS(mq_notify(q, &event), 0);  /* once only, so it is free again */
    CHECK_IS(mq_send(q, "y", 1, 0), 0); /* the queue was not empty: nothing */
    limit.tv_sec = 0;
    CHECK_ERROR(sigtimedwait(&set, &info, &limit), EAGAIN);
    CHECK_IS(mq_notify(q, NULL), 0);
    CHECK_IS(mq_receive(q, text, sizeof text, NULL), 1);
    CHECK_IS(mq_receive(q, text, sizeof text, NULL), 1);
    CHECK_IS(mq_send(q, "z", 1, 0), 0);
    CHECK_ERROR(sigtimedwait(&set, &info, &limit), EAGAIN);
    CHECK_IS(mq_receive(q, text, sizeof text, NULL), 1);

    int status = 0;
    CHECK_IS(mq_notify(q, &event), 0);
    pid_t pid = fork();
    if (pid == 0) { /* another process finds it taken, and its message tells us */
        int busy = mq_notify(q, &event) == -1 && errno == EBUSY;
        _exit(busy && mq_send(q, "c", 1, 0) == 0 ? 0 : 1);
    }
    limit.tv_sec = 10;
    CHECK_IS(sigtimedwait(&set, &info, &limit), SIGUSR1);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    CHECK_IS(mq_receive(q, text, sizeof text, NULL), 1);

    event = (struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notified};
    event.sigev_value.sival_int = 5;
    CHECK_IS(mq_notify(q, &event), 0);
    CHECK_IS(mq_send(q, "t", 1, 0), 0);
    struct timespec until = in_ms(CLOCK_REALTIME, 10000);
    pthread_mutex_lock(&lock);
    while (told_value != 5 && pthread_cond_timedwait(&told, &lock, &until) == 0)
        ;
    CHECK_IS(told_value, 5);
    pthread_mutex_unlock(&lock);
    CHECK_IS(mq_notify(q, &event), 0);
    CHECK_IS(mq_close(q), 0); /* takes the registration with it */
    q = mq_open(NAME, O_RDWR);
    CHECK_IS(mq_notify(q, &event), 0);
    mq_close(q);
    CHECK_ERROR(mq_notify(q, &event), EBADF);
}

/* The signal is there when mq_send returns, and tells who has sent the message. */
static void test_the_signal_comes_with_the_message(void)
{
    char text[16];
    sigset_t set, pending;
    siginfo_t info;
    int status = 0;
    mqd_t q = make(4, sizeof text, 0);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 50; i++) {
        event.sigev_value.sival_ptr = &status + i;
        CHECK_IS(mq_notify(q, &event), 0);
        CHECK_IS(mq_send(q, "x", 1, 0), 0);
        CHECK_IS(sigpending(&pending), 0);
        CHECK(sigismember(&pending, SIGRTMIN + 1));
        CHECK_IS(sigwaitinfo(&set, &info), SIGRTMIN + 1);
        CHECK(info.si_value.sival_ptr == (void *)(&status + i));
        CHECK_IS(info.si_pid, getpid());
        CHECK_IS(mq_receive(q, text, sizeof text, NULL), 1);
    }
    CHECK_IS(mq_notify(q, &event), 0);
    pid_t pid = fork();
    if (pid == 0) /* in the child nothing is pending, and nobody is registered by it */
        _exit(mq_notify(q, NULL) == 0 && mq_send(q, "c", 1, 0) == 0 ? 0 : 1);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    CHECK_IS(sigpending(&pending), 0);
    CHECK(sigismember(&pending, SIGRTMIN + 1));
    CHECK_IS(sigwaitinfo(&set, &info), SIGRTMIN + 1);
    CHECK_IS(info.si_code, SI_MESGQ);
    CHECK_IS(info.si_pid, pid);
    CHECK_IS(info.si_uid, getuid());
    CHECK_IS(mq_receive(q, text, sizeof text, NULL), 1);
    mq_close(q);
}

/* A child that registers, says so and is killed: its copies of our descriptors do not keep the registration. */
static void test_a_killed_process_is_not_registered(void)
{
    int ends[2], status = 0;
    char byte;
    mqd_t q = make(4, 16, 0);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};

    for (int i = 0; i < 3; i++) {
        CHECK_IS(pipe(ends), 0);
        event.sigev_notify = i == 0 ? SIGEV_SIGNAL : i == 1 ? SIGEV_NONE : SIGEV_THREAD;
        event.sigev_notify_function = notified;
        pid_t pid = fork();
        if (pid == 0) {
            byte = (char)mq_notify(q, &event);
            _exit(write(ends[1], &byte, 1) != 1 || pause());
        }
        CHECK_IS(read(ends[0], &byte, 1), 1);
        CHECK_IS(byte, 0);
        CHECK_ERROR(mq_notify(q, &event), EBUSY);
        kill(pid, SIGKILL);
        CHECK_IS(waitpid(pid, &status, 0), pid);
        CHECK_IS(mq_notify(q, &event), 0);
        CHECK_IS(mq_notify(q, NULL), 0);
        close(ends[0]);
        close(ends[1]);
    }
    mq_close(q);
}

/* A process may be registered with several queues; each tells on its own. */
static void test_two_queues(void)
{
    char text[16];
    sigset_t set, pending;
    siginfo_t info;
    struct mq_attr attr = {.mq_maxmsg = 2, .mq_msgsize = sizeof text};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 2},
                    none = event;
    mqd_t q = make(4, sizeof text, 0), other;
    mq_unlink(NAME "2");
    other = mq_open(NAME "2", O_CREAT | O_RDWR, 0600, &attr);
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    none.sigev_notify = SIGEV_NONE;
    event.sigev_value.sival_int = 1;
    CHECK_IS(mq_notify(q, &none), 0);
    CHECK_IS(mq_notify(other, &event), 0);
    CHECK_IS(mq_notify(q, NULL), 0);
    event.sigev_value.sival_int = 2;
    CHECK_IS(mq_notify(q, &event), 0);
    CHECK_IS(mq_send(other, "x", 1, 0), 0);
    CHECK_IS(sigwaitinfo(&set, &info), SIGRTMIN + 2);
    CHECK_IS(info.si_value.sival_int, 1);
    CHECK_IS(sigpending(&pending), 0);
    CHECK(!sigismember(&pending, SIGRTMIN + 2));
    CHECK_IS(mq_send(q, "x", 1, 0), 0);
    CHECK_IS(sigwaitinfo(&set, &info), SIGRTMIN + 2);
    CHECK_IS(info.si_value.sival_int, 2);
    mq_close(q);
    mq_close(other);
    mq_unlink(NAME "2");
}

static void test_whose_close_ends_it(void)
{
    mqd_t q = make(4, 16, 0), other = mq_open(NAME, O_RDWR);
    struct sigevent event = {.sigev_notify = SIGEV_NONE};

    CHECK_IS(mq_notify(q, &event), 0);
    CHECK_ERROR(mq_notify(other, &event), EBUSY);
    CHECK_IS(mq_close(q), 0); /* the one that it registered by */
    CHECK_IS(mq_notify(other, &event), 0);
    CHECK_IS(mq_send(other, "x", 1, 0), 0); /* it is used up */
    CHECK_IS(mq_notify(other, &event), 0);
    event.sigev_notify =
        SIGEV_SIGNAL; /* the null signal is registered as any other, and not sent */
    CHECK_IS(mq_notify(other, NULL), 0);
    CHECK_IS(mq_notify(other, &event), 0);
    CHECK_ERROR(mq_notify(other, &event), EBUSY);
    CHECK_IS(mq_notify(other, NULL), 0);
    event.sigev_signo = 1000;
    CHECK_ERROR(mq_notify(other, &event), EINVAL);
    CHECK_ERROR(mq_notify(-1, NULL), EBADF);
    mq_close(other);
}

static void test_readiness(void)
{
    char text[16];
    mqd_t q = make(1, sizeof text, 0);
    struct pollfd p = {.fd = q, .events = POLLIN | POLLOUT};

    CHECK_IS(poll(&p, 1, 0), 1);
    CHECK_IS(p.revents, POLLOUT);
    CHECK_IS(mq_send(q, "x", 1, 0), 0);
    CHECK_IS(poll(&p, 1, 0), 1);
    CHECK_IS(p.revents, POLLIN);
    mq_close(q);
    mq_unlink(NAME);
}

int main(void)
{
    test_open();
    test_order();
    test_limits();
    test_waiting();
    test_the_signal_comes_with_the_message();
    test_a_killed_process_is_not_registered();
    test_two_queues();
    test_whose_close_ends_it();
    test_readiness();
    test_notification(); /* the last: a thread for SIGEV_THREAD, which blocks no signal, may end a little late */
    return posix_end();
}
