/*
 * stress_threads.c [ROUNDS [THREADS]]: 64 threads at once use everything of <pthread.h>; what they count must add up. Built for the
 * host as well, where a sanitizer may watch.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

#define THREADS_MAX 64
#define KINDS       5

static int rounds = 40, threads = THREADS_MAX;
static atomic_int errors;

/* CHECK counts without atomics: threads use this one. */
#define MUST(e)                                                 \
    do {                                                        \
        if (!(e)) {                                             \
            printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #e); \
            errors++;                                           \
        }                                                       \
    } while (0)

/* ---- What is shared ---- */

static pthread_mutex_t mutexes[KINDS];
static long under_mutex[KINDS]; /* guarded by the mutex of the same index */
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static long under_rwlock[2]; /* equal whenever nobody writes */
static pthread_spinlock_t spin;
static long under_spin;
static sem_t tokens; /* at most four at once */
static atomic_int inside, most_inside;
static pthread_barrier_t barrier;
static atomic_int met, serials;
static pthread_key_t key;
static atomic_int destroyed;
static pthread_mutex_t queue_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER,
                      queue_emptied = PTHREAD_COND_INITIALIZER;
static int queued; /* 0 to 8; guarded by queue_mutex */
static long put_in, taken_out;
static atomic_int cancelled, cleaned;

/* ---- What each does ---- */

static struct timespec in_a_minute(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 60;
    return t;
}

static void use_mutexes(unsigned round)
{
    struct timespec later = in_a_minute();
    int kind = (int)(round % KINDS);
    pthread_mutex_t *mutex = &mutexes[kind];
    if (round % 3 == 0)
        MUST(pthread_mutex_timedlock(mutex, &later) == 0);
    else if (pthread_mutex_trylock(mutex) != 0)
        MUST(pthread_mutex_lock(mutex) == 0);
    under_mutex[kind]++;
    if (kind == 1) { /* recursive */
        MUST(pthread_mutex_lock(mutex) == 0);
        MUST(pthread_mutex_unlock(mutex) == 0);
    } else if (kind == 2) { /* checking */
        MUST(pthread_mutex_lock(mutex) == EDEADLK);
    }
    MUST(pthread_mutex_unlock(mutex) == 0);
}

static void use_rwlock(unsigned round)
{
    struct timespec later = in_a_minute();
    if (round % 4 == 0) {
        MUST(pthread_rwlock_timedwrlock(&rwlock, &later) == 0);
        under_rwlock[0]++;
        under_rwlock[1]++;
    } else {
        MUST(pthread_rwlock_rdlock(&rwlock) == 0);
        MUST(under_rwlock[0] == under_rwlock[1]);
    }
    MUST(pthread_rwlock_unlock(&rwlock) == 0);
}

static void use_spin_and_semaphore(void)
{
    MUST(pthread_spin_lock(&spin) == 0);
    under_spin++;
    MUST(pthread_spin_unlock(&spin) == 0);
    while (sem_wait(&tokens) < 0) {
    }
    int now = ++inside, most = most_inside;
    while (now > most && !atomic_compare_exchange_weak(&most_inside, &most, now)) {
    }
    inside--;
    MUST(sem_post(&tokens) == 0);
}

static void unlock_queue(void *unused)
{
    (void)unused;
    pthread_mutex_unlock(&queue_mutex);
}

static void use_queue(unsigned who)
{
    pthread_mutex_lock(&queue_mutex);
    pthread_cleanup_push(unlock_queue, NULL);
    if (who % 2) {
        while (queued == 8)
            pthread_cond_wait(&queue_emptied, &queue_mutex);
        queued++;
        put_in++;
        pthread_cond_signal(&queue_filled);
    } else {
        struct timespec later = in_a_minute();
        while (queued == 0)
            MUST(pthread_cond_timedwait(&queue_filled, &queue_mutex, &later) == 0);
        queued--;
        taken_out++;
        pthread_cond_signal(&queue_emptied);
    }
    pthread_cleanup_pop(1);
}

static void *short_life(void *arg)
{
    MUST(pthread_getspecific(key) == NULL);
    MUST(pthread_setspecific(key, arg) == 0);
    return arg;
}

static void on_destroy(void *value)
{
    (void)value;
    destroyed++;
}

static void on_cleanup(void *unused)
{
    (void)unused;
    cleaned++;
}

static void *waits_for_ever(void *arg)
{
    sem_t never;
    sem_init(&never, 0, 0);
    pthread_cleanup_push(on_cleanup, NULL);
    while (sem_wait(&never) < 0) {
    }
    pthread_cleanup_pop(0);
    return arg;
}

static void use_threads(unsigned round)
{
    pthread_t thread;
    void *result = NULL;
    MUST(pthread_create(&thread, NULL, short_life, &errors) == 0);
    MUST(pthread_join(thread, &result) == 0);
    MUST(result == &errors);
    if (round % 4 == 1) {
        MUST(pthread_create(&thread, NULL, short_life, &errors) == 0);
        MUST(pthread_detach(thread) == 0);
    } else if (round % 4 == 2) {
        MUST(pthread_create(&thread, NULL, waits_for_ever, NULL) == 0);
        MUST(pthread_cancel(thread) == 0);
        MUST(pthread_join(thread, &result) == 0);
        MUST(result == PTHREAD_CANCELED);
        cancelled++;
    }
}

static void meet(void)
{
    met++;
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
        serials++;
}

static void *worker(void *arg)
{
    unsigned who = (unsigned)(uintptr_t)arg;
    for (unsigned round = 0; round < (unsigned)rounds; round++) {
        use_mutexes(who + round);
        use_rwlock(who + round);
        use_spin_and_semaphore();
        use_queue(who);
        if (round % 8 == 0)
            use_threads(who + round / 8);
        if (round % 16 == 0)
            meet();
    }
    return NULL;
}

/* ---- The whole ---- */

static void prepare(void)
{
    static const int types[KINDS] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE,
                                     PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_NORMAL,
                                     PTHREAD_MUTEX_DEFAULT};
    for (int i = 0; i < KINDS; i++) {
        pthread_mutexattr_t attr;
        pthread_mutexattr_init(&attr);
        pthread_mutexattr_settype(&attr, types[i]);
        if (i == 3)
            pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
        if (i == 4)
            pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
        CHECK_IS(pthread_mutex_init(&mutexes[i], &attr), 0);
        pthread_mutexattr_destroy(&attr);
    }
    CHECK_IS(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
    CHECK_IS(sem_init(&tokens, 0, 4), 0);
    CHECK_IS(pthread_barrier_init(&barrier, NULL, (unsigned)threads), 0);
    CHECK_IS(pthread_key_create(&key, on_destroy), 0);
}

static void check_sums(void)
{
    long all = (long)threads * rounds, sum = 0, meetings = (rounds + 15) / 16, lives = 0;
    for (int i = 0; i < KINDS; i++)
        sum += under_mutex[i];
    for (int who = 0; who < threads; who++) {
        for (int round = 0; round < rounds; round += 8)
            lives += (who + round / 8) % 4 == 1 ? 2 : 1;
    }
    CHECK_IS(sum, all);
    CHECK_IS(under_rwlock[0], under_rwlock[1]);
    CHECK_IS(under_spin, all);
    CHECK(most_inside >= 1 && most_inside <= 4);
    CHECK_IS(put_in, taken_out);
    CHECK_IS(put_in + taken_out, all);
    CHECK_IS(serials, meetings);
    CHECK_IS(met, meetings * threads);
    CHECK_IS(cleaned <= cancelled, 1);
    for (int i = 0; i < 1000 && destroyed < lives; i++) /* the detached end when they end */
        usleep(10000);
    CHECK_IS(destroyed, lives);
    CHECK_IS(errors, 0);
}

int main(int argc, char **argv)
{
    pthread_t all[THREADS_MAX];
    rounds = argc > 1 ? atoi(argv[1]) : rounds;
    threads = argc > 2 ? atoi(argv[2]) : threads;
    if (rounds <= 0 || threads <= 0 || threads > THREADS_MAX || threads % 2) {
        printf("usage: stress_threads [ROUNDS [THREADS, even, at most %d]]\n", THREADS_MAX);
        return 2;
    }
    prepare();
    for (long i = 0; i < threads; i++)
        CHECK_IS(pthread_create(&all[i], NULL, worker, (void *)i), 0);
    for (int i = 0; i < threads; i++)
        CHECK_IS(pthread_join(all[i], NULL), 0);
    check_sums();
    return posix_end();
}
