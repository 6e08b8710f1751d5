/*
 * rwlocks.c: who gets a read-write lock. Among threads with SCHED_FIFO or SCHED_RR the standard leaves no choice (the option Thread
 * Execution Scheduling): the highest priority first, and of equals a writer. glibc does not keep to it.
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"
#include "tests/posix/times.h"

enum { THREADS = 4, READ = 0, WRITE = 1 };

struct wanter {
    int priority, writes;
    long timeout_ms; /* 0: waits as long as it takes */
    int result;
    pthread_t thread;
};

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t begun, got, release;
static const struct wanter *order[THREADS]; /* as they got the lock */
static atomic_int order_count;

static int set_priority(int priority)
{
    struct sched_param param = {.sched_priority = priority};
    return pthread_setschedparam(pthread_self(), priority ? SCHED_FIFO : SCHED_OTHER, &param);
}

static void pause_ms(long ms)
{
    struct timespec t = {.tv_nsec = ms * 1000000};
    while (nanosleep(&t, &t) != 0)
        continue;
}

static int lock_it(const struct wanter *w)
{
    struct timespec until = in_ms(CLOCK_REALTIME, w->timeout_ms);
    if (w->timeout_ms && w->writes)
        return pthread_rwlock_timedwrlock(&lock, &until);
    if (w->timeout_ms)
        return pthread_rwlock_timedrdlock(&lock, &until);
    return w->writes ? pthread_rwlock_wrlock(&lock) : pthread_rwlock_rdlock(&lock);
}

static void *want(void *arg)
{
    struct wanter *w = arg;
    CHECK_IS(set_priority(w->priority), 0);
    sem_post(&begun);
    w->result = lock_it(w);
    if (w->result == 0) {
        order[order_count++] = w;
        sem_post(&got);
        sem_wait(&release);
        CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    }
    return NULL;
}

/* It waits for the lock when this returns, or has got it. */
static void start(struct wanter *w)
{
    CHECK_IS(pthread_create(&w->thread, NULL, want, w), 0);
    sem_wait(&begun);
    pause_ms(20);
}

static void finish(struct wanter *w)
{
    CHECK_IS(pthread_join(w->thread, NULL), 0);
}

static void test_a_reader_may_lock_again_while_a_writer_waits(void)
{
    struct wanter writer = {0, WRITE, 0, -1, 0};
    order_count = 0;
    CHECK_IS(pthread_rwlock_rdlock(&lock), 0);
    start(&writer);
    CHECK_IS(pthread_rwlock_rdlock(&lock), 0);
    CHECK_IS(order_count, 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    sem_wait(&got);
    CHECK_IS(pthread_rwlock_tryrdlock(&lock), EBUSY);
    sem_post(&release);
    finish(&writer);
    CHECK_IS(writer.result, 0);
    CHECK_IS(pthread_rwlock_destroy(&lock), 0);
}

#ifdef __dyad__
/* A reader comes while another one holds the lock and a writer waits. */
static void test_reader_and_waiting_writer(int writer_priority, int reader_priority, int waits)
{
    struct wanter writer = {writer_priority, WRITE, 0, -1, 0},
                  reader = {reader_priority, READ, 0, -1, 0};
    order_count = 0;
    CHECK_IS(pthread_rwlock_rdlock(&lock), 0);
    start(&writer);
    start(&reader);
    if (!waits)
        sem_wait(&got);
    CHECK_IS(order_count, !waits);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    sem_post(&release);
    sem_wait(&got);
    sem_post(&release);
    finish(&writer);
    finish(&reader);
    if (waits)
        sem_wait(&got);
    CHECK(order[0] == (waits ? &writer : &reader));
    CHECK(order[1] == (waits ? &reader : &writer));
}

static void test_order(void)
{
    struct wanter wanters[THREADS] = {
        {5, READ, 0, -1, 0}, {9, READ, 0, -1, 0}, {7, WRITE, 0, -1, 0}, {9, WRITE, 0, -1, 0}};
    order_count = 0;
    CHECK_IS(pthread_rwlock_wrlock(&lock), 0);
    for (int i = 0; i < THREADS; i++)
        start(&wanters[i]);
    CHECK_IS(order_count, 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    for (int i = 0; i < THREADS; i++) {
        sem_wait(&got);
        CHECK_IS(order_count, i + 1); /* none goes with another */
        sem_post(&release);
    }
    for (int i = 0; i < THREADS; i++)
        finish(&wanters[i]);
    CHECK(order[0] == &wanters[3]);
    CHECK(order[1] == &wanters[1]);
    CHECK(order[2] == &wanters[2]);
    CHECK(order[3] == &wanters[0]);
}

/* Nobody waits for a writer that has given up. */
static void test_writer_that_gives_up(void)
{
    struct wanter writer = {9, WRITE, 60, -1, 0}, reader = {5, READ, 0, -1, 0};
    order_count = 0;
    CHECK_IS(pthread_rwlock_rdlock(&lock), 0);
    start(&writer);
    start(&reader);
    sem_wait(&got);
    finish(&writer);
    CHECK_IS(writer.result, ETIMEDOUT);
    sem_post(&release);
    finish(&reader);
    CHECK_IS(reader.result, 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
}

/* tryrdlock fails when rdlock would wait, trywrlock only when the lock is held. */
static void test_try(void)
{
    struct wanter writer = {9, WRITE, 0, -1, 0};
    order_count = 0;
    CHECK_IS(pthread_rwlock_rdlock(&lock), 0);
    start(&writer);
    CHECK_IS(pthread_rwlock_tryrdlock(&lock), EBUSY);
    CHECK_IS(set_priority(10), 0);
    CHECK_IS(pthread_rwlock_tryrdlock(&lock), 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    CHECK_IS(pthread_rwlock_trywrlock(&lock), EBUSY);
    CHECK_IS(set_priority(1), 0);
    pid_t child = fork(); /* has no writer that waits */
    if (child == 0)
        _exit(pthread_rwlock_tryrdlock(&lock) || pthread_rwlock_unlock(&lock) ||
              pthread_rwlock_unlock(&lock) || pthread_rwlock_wrlock(&lock));
    int status = -1;
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
    sem_wait(&got);
    sem_post(&release);
    finish(&writer);
    CHECK_IS(pthread_rwlock_trywrlock(&lock), 0);
    CHECK_IS(pthread_rwlock_unlock(&lock), 0);
}

static void test_priorities(void)
{
    if (set_priority(1) == EPERM)
        return;
    test_reader_and_waiting_writer(9, 8, 1);
    test_reader_and_waiting_writer(9, 9, 1);
    test_reader_and_waiting_writer(8, 9, 0);
    test_reader_and_waiting_writer(8, 0, 1);
    test_order();
    test_writer_that_gives_up();
    test_try();
    CHECK_IS(set_priority(0), 0);
}
#endif

/* ---- all at once ---- */

static long protected[2];
static atomic_int wrong;

static void *hurry(void *arg)
{
    int who = (int)(long)arg;
    set_priority(who % 3); /* EPERM: without */
    for (int i = 0; i < 2000; i++) {
        struct timespec soon = in_ms(CLOCK_REALTIME, i % 8 == 0 ? 0 : 1000);
        if ((i + who) % 4 == 0) {
            if (pthread_rwlock_timedwrlock(&lock, &soon) != 0)
                continue;
            protected[0]++;
            protected[1]++;
        } else {
            if (pthread_rwlock_timedrdlock(&lock, &soon) != 0)
                continue;
            wrong += protected[0] != protected[1];
        }
        wrong += pthread_rwlock_unlock(&lock) != 0;
    }
    return NULL;
}

static void test_writers_exclude_everybody(void)
{
    pthread_t threads[6];
    for (long i = 0; i < 6; i++)
        CHECK_IS(pthread_create(&threads[i], NULL, hurry, (void *)i), 0);
    for (int i = 0; i < 6; i++)
        CHECK_IS(pthread_join(threads[i], NULL), 0);
    CHECK_IS(wrong, 0);
    CHECK(protected[0] > 0);
    CHECK_IS(protected[0], protected[1]);
    CHECK_IS(pthread_rwlock_destroy(&lock), 0);
}

int main(void)
{
    sem_init(&begun, 0, 0);
    sem_init(&got, 0, 0);
    sem_init(&release, 0, 0);
    test_a_reader_may_lock_again_while_a_writer_waits();
#ifdef __dyad__
    test_priorities();
#endif
    test_writers_exclude_everybody();
    return posix_end();
}
