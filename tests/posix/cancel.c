/* cancel.c: XSH 2.9.5, thread cancellation. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static sem_t never;
static int pipe_ends[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static atomic_int cleanups, mutex_was_held, ready;
static pthread_t sleeper;

static void count_cleanup(void *arg)
{
    (void)arg;
    cleanups++;
}

static void unlock_cleanup(void *arg)
{
    mutex_was_held = pthread_mutex_trylock(arg) == EBUSY;
    pthread_mutex_unlock(arg);
}

static void *in_read(void *arg)
{
    char byte;
    pthread_cleanup_push(count_cleanup, NULL);
    read(pipe_ends[0], &byte, 1);
    pthread_cleanup_pop(0);
    return arg;
}

static void *in_sem_wait(void *arg)
{
    sem_wait(&never);
    return arg;
}

static void *in_nanosleep(void *arg)
{
    nanosleep(&(struct timespec){.tv_sec = 100}, NULL);
    return arg;
}

static void *in_poll(void *arg)
{
    poll(&(struct pollfd){.fd = pipe_ends[0], .events = POLLIN}, 1, -1);
    return arg;
}

static void *in_pause(void *arg)
{
    pause();
    return arg;
}

static void *in_sigwait(void *arg)
{
    sigset_t set;
    int sig;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigwait(&set, &sig);
    return arg;
}

static void *in_join(void *arg)
{
    pthread_join(sleeper, NULL);
    return arg;
}

static void *in_cond_wait(void *arg)
{
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlock_cleanup, &mutex);
    for (;;)
        pthread_cond_wait(&cond, &mutex);
    pthread_cleanup_pop(0);
    return arg;
}

static void *in_testcancel(void *arg)
{
    for (;;)
        pthread_testcancel();
    return arg;
}

static void *in_loop_asynchronous(void *arg)
{
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    ready = 1;
    for (volatile unsigned long n = 0;; n++) {
    }
    return arg;
}

/* Disabled, a request stays pending; it is acted upon at the next point after enabling. */
static void *in_disabled(void *arg)
{
    int old = -1;
    CHECK_IS(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old), 0);
    CHECK_IS(old, PTHREAD_CANCEL_ENABLE);
    ready = 1;
    while (ready != 2)
        usleep(1000);
    atomic_fetch_add(&cleanups, 100);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    pthread_testcancel();
    return arg;
}

static void cancelled(void *(*start)(void *), int delay_us)
{
    pthread_t thread;
    void *result = NULL;
    CHECK_IS(pthread_create(&thread, NULL, start, NULL), 0);
    if (delay_us)
        usleep((useconds_t)delay_us);
    CHECK_IS(pthread_cancel(thread), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
}

static void test_a_blocked_thread_is_cancelled(void)
{
    static void *(*const starts[])(void *) = {in_read, in_sem_wait,  in_nanosleep,
                                              in_poll, in_pause,     in_sigwait,
                                              in_join, in_cond_wait, in_testcancel};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        cancelled(starts[i], 5000);
    CHECK_IS(cleanups, 1);
    CHECK(mutex_was_held);
    CHECK_IS(pthread_mutex_trylock(&mutex), 0);
    pthread_mutex_unlock(&mutex);
}

/* Whatever the moment is at which the request comes, none is lost. */
static void test_no_request_is_lost(void)
{
    cleanups = 0;
    for (int i = 0; i < 300; i++)
        cancelled(in_read, i % 3 ? 0 : i);
    CHECK(cleanups <= 300);
}

static void test_asynchronous_cancellation_needs_no_point(void)
{
    pthread_t thread;
    void *result = NULL;
    ready = 0;
    CHECK_IS(pthread_create(&thread, NULL, in_loop_asynchronous, NULL), 0);
    while (!ready)
        usleep(1000);
    CHECK_IS(pthread_cancel(thread), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
}

static void test_disabled_requests_stay_pending(void)
{
    pthread_t thread;
    void *result = NULL;
    ready = cleanups = 0;
    CHECK_IS(pthread_create(&thread, NULL, in_disabled, NULL), 0);
    while (!ready)
        usleep(1000);
    CHECK_IS(pthread_cancel(thread), 0);
    ready = 2;
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_IS(cleanups, 100);
}

static void *that_takes_no_notice(void *arg)
{
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    while (!ready)
        usleep(1000);
    return arg;
}

/* There is no limit: ESRCH is the only error. */
static void test_requests_without_end(void)
{
    pthread_t thread;
    int failed = 0;
    ready = 0;
    CHECK_IS(pthread_create(&thread, NULL, that_takes_no_notice, NULL), 0);
    for (int i = 0; i < 5000; i++)
        failed += pthread_cancel(thread) != 0;
    CHECK_IS(failed, 0);
    ready = 1;
    CHECK_IS(pthread_join(thread, NULL), 0);
}

static void test_bad_arguments(void)
{
    CHECK_IS(pthread_setcancelstate(77, NULL), EINVAL);
    CHECK_IS(pthread_setcanceltype(77, NULL), EINVAL);
}

int main(void)
{
    sem_init(&never, 0, 0);
    CHECK_IS(pipe(pipe_ends), 0);
    CHECK_IS(pthread_create(&sleeper, NULL, in_sem_wait, NULL), 0);
    test_a_blocked_thread_is_cancelled();
    test_no_request_is_lost();
    test_asynchronous_cancellation_needs_no_point();
    test_disabled_requests_stay_pending();
    test_requests_without_end();
    test_bad_arguments();
    return posix_end();
}
