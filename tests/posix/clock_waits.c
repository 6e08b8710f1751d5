/* clock_waits.c: waits until a time of the clock that the caller names (POSIX.1-2024: the functions with clock in their names). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"
#include "tests/posix/times.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, held_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t sem;

/* Each waits for what does not come: an error number. */
static int wait_mutex(clockid_t clock, const struct timespec *until)
{
    return pthread_mutex_clocklock(&held_mutex, clock, until);
}

static int wait_cond(clockid_t clock, const struct timespec *until)
{
    pthread_mutex_lock(&mutex);
    int error;
    do
        error = pthread_cond_clockwait(&cond, &mutex, clock, until);
    while (error == 0);
    pthread_mutex_unlock(&mutex);
    return error;
}

static int wait_read(clockid_t clock, const struct timespec *until)
{
    return pthread_rwlock_clockrdlock(&lock, clock, until);
}

static int wait_write(clockid_t clock, const struct timespec *until)
{
    return pthread_rwlock_clockwrlock(&lock, clock, until);
}

static int wait_sem(clockid_t clock, const struct timespec *until)
{
    return sem_clockwait(&sem, clock, until) == 0 ? 0 : errno;
}

typedef int wait_function(clockid_t, const struct timespec *);
static wait_function *const waits[] = {wait_mutex, wait_cond, wait_read, wait_write, wait_sem};

static int is_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

static void test_wait(wait_function *wait, clockid_t clock)
{
    struct timespec past = {0, 1}, bad = {0, 1000000000}, soon = in_ms(clock, 15), now;
    CHECK_IS(wait(clock, &past), ETIMEDOUT);
    CHECK_IS(wait(clock, &bad), EINVAL);
    CHECK_IS(wait(clock, &soon), ETIMEDOUT);
    clock_gettime(clock, &now);
    CHECK(!is_before(&now, &soon));
}

/* Other clocks than these two need not do, and that of CPU time does not. */
static void test_bad_clock(wait_function *wait)
{
    struct timespec past = {0, 1};
    CHECK_IS(wait(CLOCK_PROCESS_CPUTIME_ID, &past), EINVAL);
}

static void *wait_for_all(void *arg)
{
    (void)arg;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        test_wait(waits[i], CLOCK_MONOTONIC);
        test_wait(waits[i], CLOCK_REALTIME);
        test_bad_clock(waits[i]);
    }
    return NULL;
}

/* What is free is taken, however late it is; but not with a clock that does not do. */
static void test_free(void)
{
    struct timespec past = {0, 1};
    test_bad_clock(wait_mutex);
    test_bad_clock(wait_read);
    test_bad_clock(wait_write);
    CHECK_IS(sem_post(&sem), 0);
    test_bad_clock(wait_sem);
    CHECK_IS(sem_trywait(&sem), 0);
    CHECK_IS(wait_mutex(CLOCK_MONOTONIC, &past), 0);
    CHECK_IS(pthread_mutex_unlock(&held_mutex), 0);
    CHECK_IS(wait_read(CLOCK_MONOTONIC, &past), 0);
    CHECK_IS(wait_read(CLOCK_MONOTONIC, &past), 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    CHECK_IS(wait_write(CLOCK_MONOTONIC, &past), 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    CHECK_IS(sem_post(&sem), 0);
    CHECK_IS(wait_sem(CLOCK_MONOTONIC, &past), 0);
}

int main(void)
{
    pthread_t thread;
    sem_init(&sem, 0, 0);
    pthread_mutex_lock(&held_mutex);
    pthread_rwlock_wrlock(&lock);
    CHECK_IS(pthread_create(&thread, NULL, wait_for_all, NULL), 0);
    CHECK_IS(pthread_join(thread, NULL), 0);
    pthread_rwlock_unlock(&lock);
    pthread_mutex_unlock(&held_mutex);
    test_free();
    return posix_end();
}
