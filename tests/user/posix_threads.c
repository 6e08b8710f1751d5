/* posix_threads.c: do threads, locks and thread-local storage work when many run at once? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "tests/posix/times.h"

#define THREADS 4
#define ROUNDS  2000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static sem_t items, room;
static long counter, once_runs;
static atomic_int serial, destroyed;
static _Thread_local int local = 7;
static _Thread_local char local_room[3000];

static void run_all(void *(*body)(void *))
{
    pthread_t threads[THREADS];
    for (long i = 0; i < THREADS; i++)
        CHECK_IS(pthread_create(&threads[i], NULL, body, (void *)i), 0);
    for (long i = 0; i < THREADS; i++) {
        void *result;
        CHECK_IS(pthread_join(threads[i], &result), 0);
        CHECK_IS((long)result, i);
    }
}

static void *count_body(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

static void *local_body(void *arg)
{
    if (local != 7 || local_room[2999] != 0)
        return NULL;
    local = (int)(long)arg;
    local_room[2999] = 1;
    errno = (int)(long)arg + 1000;
    for (int i = 0; i < 50; i++)
        sched_yield();
    return local == (int)(long)arg && errno == (int)(long)arg + 1000 ? arg : NULL;
}

static void run_once(void)
{
    once_runs++;
}

static void *once_body(void *arg)
{
    pthread_once(&once, run_once);
    return once_runs == 1 ? arg : NULL;
}

static void *barrier_body(void *arg)
{
    for (int i = 0; i < 200; i++) {
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
            serial++;
    }
    return arg;
}

static void *rwlock_body(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (i % 4 == 0) {
            pthread_rwlock_wrlock(&rwlock);
            counter++;
            pthread_rwlock_unlock(&rwlock);
        } else {
            pthread_rwlock_rdlock(&rwlock);
            volatile long seen = counter;
            (void)seen;
            pthread_rwlock_unlock(&rwlock);
        }
    }
    return arg;
}

/* Half of the threads produce, half consume. */
static void *semaphore_body(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        if ((long)arg % 2) {
            sem_wait(&room);
            sem_post(&items);
        } else {
            sem_wait(&items);
            sem_post(&room);
        }
    }
    return arg;
}

static int turn;

static void *turn_body(void *arg)
{
    for (int i = 0; i < 300; i++) {
        pthread_mutex_lock(&mutex);
        while (turn != (int)(long)arg)
            pthread_cond_wait(&cond, &mutex);
        turn = (turn + 1) % THREADS;
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

static void *malloc_body(void *arg)
{
    void *blocks[32] = {0};
    unsigned seed = (unsigned)(long)arg;
    for (int i = 0; i < ROUNDS * 2; i++) {
        unsigned slot = (unsigned)rand_r(&seed) % 32;
        size_t size = (size_t)rand_r(&seed) % 3000 + 1;
        free(blocks[slot]);
        blocks[slot] = malloc(size);
        if (blocks[slot])
            memset(blocks[slot], (int)slot, size);
    }
    for (int i = 0; i < 32; i++)
        free(blocks[i]);
    return arg;
}

static void destroy(void *value)
{
    destroyed++;
    free(value);
}

static void *key_body(void *arg)
{
    if (pthread_getspecific(key) != NULL)
        return NULL;
    pthread_setspecific(key, malloc(8));
    return arg;
}

static void *detached_body(void *arg)
{
    sem_post(arg);
    return NULL;
}

static void *exit_body(void *arg)
{
    pthread_exit(arg);
}

static void test_mutual_exclusion(void)
{
    counter = 0;
    run_all(count_body);
    CHECK_IS(counter, THREADS * ROUNDS);
    counter = 0;
    run_all(rwlock_body);
    CHECK_IS(counter, THREADS * ROUNDS / 4);
}

static void test_mutex_kinds(void)
{
    pthread_mutexattr_t attr;
    pthread_mutex_t m;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&m, &attr);
    CHECK_IS(pthread_mutex_unlock(&m), EPERM);
    CHECK_IS(pthread_mutex_lock(&m), 0);
    CHECK_IS(pthread_mutex_lock(&m), 0);
    CHECK_IS(pthread_mutex_unlock(&m), 0);
    CHECK_IS(pthread_mutex_unlock(&m), 0);
    CHECK_IS(pthread_mutex_destroy(&m), 0);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&m, &attr);
    CHECK_IS(pthread_mutex_lock(&m), 0);
    CHECK_IS(pthread_mutex_lock(&m), EDEADLK);
    CHECK_IS(pthread_mutex_trylock(&m), EBUSY);
    CHECK_IS(pthread_mutex_destroy(&m), EBUSY);
    CHECK_IS(pthread_mutex_unlock(&m), 0);
    pthread_mutex_init(&m, NULL);
    pthread_mutex_lock(&m);
    struct timespec deadline = in_ms(CLOCK_REALTIME, 5);
    CHECK_IS(pthread_mutex_timedlock(&m, &deadline), ETIMEDOUT);
}

static void test_waiting_with_deadline(void)
{
    struct timespec deadline = in_ms(CLOCK_REALTIME, 5);
    pthread_mutex_lock(&mutex);
    CHECK_IS(pthread_cond_timedwait(&cond, &mutex, &deadline), ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
    sem_t sem;
    sem_init(&sem, 0, 0);
    deadline = in_ms(CLOCK_REALTIME, 5);
    CHECK_IS(sem_timedwait(&sem, &deadline), -1);
    CHECK_IS(errno, ETIMEDOUT);
    CHECK_IS(sem_trywait(&sem), -1);
    CHECK_IS(errno, EAGAIN);
    deadline = in_ms(CLOCK_REALTIME, 5);
    pthread_rwlock_wrlock(&rwlock);
    CHECK_IS(pthread_rwlock_timedrdlock(&rwlock, &deadline), EDEADLK);
    CHECK_IS(pthread_rwlock_trywrlock(&rwlock), EBUSY);
    pthread_rwlock_unlock(&rwlock);
}

static void test_ends_of_threads(void)
{
    pthread_t thread;
    void *result;
    pthread_attr_t attr;
    sem_t done;
    CHECK_IS(pthread_create(&thread, NULL, exit_body, (void *)5), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK_IS((long)result, 5);
    CHECK_IS(pthread_join(pthread_self(), NULL), EDEADLK);
    sem_init(&done, 0, 0);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < 200; i++) {
        CHECK_IS(pthread_create(&thread, &attr, detached_body, &done), 0);
        sem_wait(&done);
        CHECK_IS(pthread_create(&thread, NULL, detached_body, &done), 0);
        CHECK_IS(pthread_detach(thread), 0);
        sem_wait(&done);
    }
    char *stack = malloc(64 << 10);
    pthread_attr_init(&attr);
    CHECK_IS(pthread_attr_setstack(&attr, stack, 64 << 10), 0);
    CHECK_IS(pthread_create(&thread, &attr, exit_body, (void *)6), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK_IS((long)result, 6);
    free(stack);
}

int main(void)
{
    test_mutual_exclusion();
    test_mutex_kinds();
    run_all(local_body);
    CHECK_IS(local, 7);
    run_all(once_body);
    CHECK_IS(pthread_barrier_init(&barrier, NULL, THREADS), 0);
    run_all(barrier_body);
    CHECK_IS(serial, 200);
    CHECK_IS(pthread_barrier_destroy(&barrier), 0);
    sem_init(&items, 0, 0);
    sem_init(&room, 0, 3);
    run_all(semaphore_body);
    run_all(turn_body);
    run_all(malloc_body);
    CHECK_IS(pthread_key_create(&key, destroy), 0);
    run_all(key_body);
    CHECK_IS(destroyed, THREADS);
    CHECK_IS(pthread_key_delete(key), 0);
    test_waiting_with_deadline();
    test_ends_of_threads();
    return check_end();
}
