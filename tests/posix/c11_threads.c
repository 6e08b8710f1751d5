/* c11_threads.c: <threads.h>, and what threads of both kinds owe each other. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"

#define THREADS 8
#define ROUNDS  2000

static mtx_t mutex;
static cnd_t cond;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static int counter, initialised, destroyed;
static thread_local int own = 7;

static struct timespec in_ms(long ms)
{
    struct timespec ts;
    CHECK_IS(timespec_get(&ts, TIME_UTC), TIME_UTC);
    ts.tv_nsec += ms * 1000000;
    ts.tv_sec += ts.tv_nsec / 1000000000;
    ts.tv_nsec %= 1000000000;
    return ts;
}

static void initialise(void)
{
    initialised++;
}

static void destroy(void *value)
{
    destroyed += *(int *)value;
}

static int count(void *arg)
{
    static int one = 1;
    call_once(&flag, initialise);
    CHECK_IS(tss_set(key, &one), thrd_success);
    CHECK(tss_get(key) == &one);
    own += (int)(intptr_t)arg;
    for (int i = 0; i < ROUNDS; i++) {
        mtx_lock(&mutex);
        counter++;
        mtx_unlock(&mutex);
    }
    thrd_yield();
    return own;
}

static void test_threads(void)
{
    thrd_t threads[THREADS];
    int result;
    CHECK_IS(mtx_init(&mutex, mtx_plain), thrd_success);
    CHECK_IS(tss_create(&key, destroy), thrd_success);
    for (int i = 0; i < THREADS; i++)
        CHECK_IS(thrd_create(&threads[i], count, (void *)(intptr_t)-i), thrd_success);
    for (int i = 0; i < THREADS; i++) {
        CHECK_IS(thrd_join(threads[i], &result), thrd_success);
        CHECK_IS(result, 7 - i);
    }
    CHECK_IS(counter, THREADS * ROUNDS);
    CHECK_IS(initialised, 1);
    CHECK_IS(destroyed, THREADS);
    CHECK_IS(own, 7);
    CHECK(tss_get(key) == NULL);
    tss_delete(key);
    mtx_destroy(&mutex);
    CHECK(thrd_equal(thrd_current(), thrd_current()));
}

static int leave(void *arg)
{
    (void)arg;
    thrd_exit(-3);
}

static int wait_for_it(void *arg)
{
    (void)arg;
    mtx_lock(&mutex);
    while (counter == 0)
        CHECK_IS(cnd_wait(&cond, &mutex), thrd_success);
    CHECK_IS(mtx_trylock(&mutex), thrd_success); /* it is recursive */
    mtx_unlock(&mutex);
    mtx_unlock(&mutex);
    return 0;
}

static int hold(void *arg)
{
    CHECK_IS(mtx_trylock(arg), thrd_busy);
    struct timespec soon = in_ms(20);
    CHECK_IS(mtx_timedlock(arg, &soon), thrd_timedout);
    return 0;
}

static void test_waiting(void)
{
    thrd_t thread;
    int result;
    CHECK_IS(thrd_create(&thread, leave, NULL), thrd_success);
    CHECK_IS(thrd_join(thread, &result), thrd_success);
    CHECK_IS(result, -3);

    CHECK_IS(mtx_init(&mutex, mtx_timed | mtx_recursive), thrd_success);
    CHECK_IS(cnd_init(&cond), thrd_success);
    counter = 0;
    CHECK_IS(thrd_create(&thread, wait_for_it, NULL), thrd_success);
    mtx_lock(&mutex);
    counter = 1;
    CHECK_IS(cnd_broadcast(&cond), thrd_success);
    struct timespec soon = in_ms(20);
    CHECK_IS(cnd_timedwait(&cond, &mutex, &soon), thrd_timedout);
    mtx_unlock(&mutex);
    CHECK_IS(thrd_join(thread, NULL), thrd_success);
    mtx_lock(&mutex);
    CHECK_IS(thrd_create(&thread, hold, &mutex), thrd_success);
    CHECK_IS(thrd_join(thread, NULL), thrd_success);
    mtx_unlock(&mutex);
    cnd_destroy(&cond);
    mtx_destroy(&mutex);
}

static volatile sig_atomic_t handled;

static void handler(int sig)
{
    handled = sig;
}

static int interrupt(void *arg)
{
    struct timespec a_while = {0, 30000000};
    CHECK_IS(thrd_sleep(&a_while, NULL), 0);
    CHECK_IS(pthread_kill(*(pthread_t *)arg, SIGUSR1), 0);
    return 0;
}

/* Another thread can signal the first one, which has never asked for its own id; blocked signals wait for the mask. */
static void test_signal_to_the_first(void)
{
    sigset_t set, pending;
    thrd_t thread;
    pthread_t first = pthread_self();
    struct timespec left, much = {20, 0};
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    CHECK_IS(thrd_create(&thread, interrupt, &first), thrd_success);
    CHECK_IS(thrd_sleep(&much, &left), -1);
    CHECK(left.tv_sec > 0 && left.tv_sec < 20);
    CHECK_IS(handled, SIGUSR1);
    CHECK_IS(thrd_join(thread, NULL), thrd_success);

    handled = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK_IS(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
    CHECK_IS(thrd_create(&thread, interrupt, &first), thrd_success);
    CHECK_IS(thrd_join(thread, NULL), thrd_success);
    CHECK_IS(sigpending(&pending), 0);
    CHECK(sigismember(&pending, SIGUSR1));
    CHECK_IS(handled, 0);
    CHECK_IS(pthread_sigmask(SIG_UNBLOCK, &set, NULL), 0);
    CHECK_IS(handled, SIGUSR1);
}

int main(void)
{
    test_signal_to_the_first();
    test_threads();
    test_waiting();
    return posix_end();
}
