/* threads.c: <pthread.h> and <semaphore.h>: life and death of threads, once, keys, barriers, condition variables, spin locks. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"
#include "tests/posix/times.h"

static atomic_int count;
static sem_t sem;

static void *nothing(void *arg)
{
    return arg;
}

static void *waits(void *arg)
{
    while (sem_wait(&sem) < 0) {
    }
    return arg;
}

static pthread_t start(void *(*f)(void *), void *arg)
{
    pthread_t thread;
    CHECK_IS(pthread_create(&thread, NULL, f, arg), 0);
    return thread;
}

static void *joined(pthread_t thread)
{
    void *result = NULL;
    CHECK_IS(pthread_join(thread, &result), 0);
    return result;
}

/* ---- Life ---- */

static void test_an_ended_thread_is_there_until_it_is_joined(void)
{
    pthread_t thread = start(nothing, &count);
    usleep(20000);
    CHECK_IS(pthread_kill(thread, 0), 0);
    CHECK_IS(pthread_kill(thread, SIGURG), 0); /* ignored, should it not have ended yet */
    CHECK_IS(pthread_cancel(thread), 0);
    CHECK(joined(thread) == &count);
}

/* Not asked of a thread by POSIX, but by suites: the id of one that is over is an error, not a crash. */
static void test_an_id_that_is_over(void)
{
#ifdef __dyad__
    pthread_t thread = start(nothing, NULL);
    joined(thread);
    CHECK_IS(pthread_join(thread, NULL), ESRCH);
    CHECK_IS(pthread_detach(thread), ESRCH);
    CHECK_IS(pthread_kill(thread, 0), ESRCH);
    CHECK_IS(pthread_cancel(thread), ESRCH);
    CHECK_IS(pthread_join((pthread_t)0x1000, NULL), ESRCH);
#endif
    pthread_t detached = start(waits, NULL);
    CHECK_IS(pthread_detach(detached), 0);
    CHECK_IS(pthread_join(detached, NULL), EINVAL);
    CHECK_IS(pthread_detach(detached), EINVAL);
    sem_post(&sem);
}

static pthread_t first_thread;

static void *joins_the_first(void *arg)
{
    (void)arg;
    CHECK_IS(pthread_join(first_thread, NULL), 0);
    exit(0);
}

/* The first thread can end and be joined like any other; the process goes on. */
static void test_the_first_thread_may_end(void)
{
    int status = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        first_thread = pthread_self();
        if (pthread_create(&thread, NULL, joins_the_first, NULL) != 0)
            _exit(1);
        pthread_exit(NULL);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
}

static void *forks(void *arg)
{
    int status = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) { /* the only thread, and it can do what threads do */
        pthread_t self = pthread_self(), other;
        if (pthread_kill(self, 0) != 0 || pthread_create(&other, NULL, nothing, arg) != 0 ||
            pthread_join(other, NULL) != 0)
            _exit(1);
        _exit(0);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    return arg;
}

static void test_a_thread_forks(void)
{
    joined(start(forks, NULL));
}

static void at_exit_of_process(void)
{
    _exit(42);
}

static void *ends_last(void *arg)
{
    usleep(5000);
    return arg;
}

/* The last thread's end is exit(0): with the handlers. */
static void test_the_last_thread_ends_the_process(void)
{
    int status = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        atexit(at_exit_of_process);
        pthread_create(&thread, NULL, ends_last, NULL);
        pthread_exit(NULL);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

/* ---- Attributes ---- */

static char own_stack[256 * 1024] __attribute__((aligned(4096)));

static void *is_on_own_stack(void *arg)
{
    char here;
    (void)arg;
    return &here >= own_stack && &here < own_stack + sizeof own_stack ? own_stack : NULL;
}

static void test_attributes(void)
{
    pthread_attr_t attr;
    pthread_t thread;
    void *stack = NULL, *result = NULL;
    size_t size = 0;
    int state = -1;
    CHECK_IS(pthread_attr_init(&attr), 0);
    CHECK_IS(pthread_attr_getdetachstate(&attr, &state), 0);
    CHECK_IS(state, PTHREAD_CREATE_JOINABLE);
    CHECK_IS(pthread_attr_getscope(&attr, &state), 0);
    CHECK_IS(state, PTHREAD_SCOPE_SYSTEM);
    CHECK_IS(pthread_attr_setstack(&attr, own_stack, PTHREAD_STACK_MIN - 1), EINVAL);
    CHECK_IS(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN - 1), EINVAL);
    CHECK_IS(pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN), 0);
    CHECK_IS(pthread_create(&thread, &attr, nothing, NULL), 0);
    joined(thread);
    CHECK_IS(pthread_attr_setstack(&attr, own_stack, sizeof own_stack), 0);
    CHECK_IS(pthread_attr_getstack(&attr, &stack, &size), 0);
    CHECK(stack == own_stack && size == sizeof own_stack);
    CHECK_IS(pthread_create(&thread, &attr, is_on_own_stack, NULL), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == own_stack);
    CHECK_IS(pthread_attr_destroy(&attr), 0);
    CHECK_IS(pthread_attr_init(&attr), 0);
    CHECK_IS(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED), 0);
    CHECK_IS(pthread_create(&thread, &attr, waits, NULL), 0);
    CHECK_IS(pthread_join(thread, NULL), EINVAL);
    CHECK_IS(pthread_detach(thread), EINVAL);
    sem_post(&sem);
    CHECK_IS(pthread_attr_destroy(&attr), 0);
}

/* ---- Once ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int runs;

static void init_that_waits(void)
{
    if (runs++ == 0)
        pause();
}

static void *calls_once(void *arg)
{
    pthread_once(&once, init_that_waits);
    return arg;
}

/* Cancelled in the routine: as if it had never been called. */
static void test_once_and_cancellation(void)
{
    pthread_t thread = start(calls_once, NULL);
    while (runs == 0)
        usleep(1000);
    pthread_t second = start(calls_once, NULL); /* waits for the first */
    usleep(5000);
    CHECK_IS(runs, 1);
    CHECK_IS(pthread_cancel(thread), 0);
    CHECK(joined(thread) == PTHREAD_CANCELED);
    CHECK(joined(second) == NULL);
    CHECK_IS(runs, 2);
    CHECK_IS(pthread_once(&once, init_that_waits), 0);
    CHECK_IS(runs, 2);
}

/* ---- Keys ---- */

static pthread_key_t key;

static void sets_again(void *value)
{
    count++;
    CHECK(pthread_getspecific(key) == NULL); /* before the destructor runs */
    pthread_setspecific(key, value);
}

static void *sets(void *arg)
{
    CHECK(pthread_getspecific(key) == NULL);
    CHECK_IS(pthread_setspecific(key, arg), 0);
    CHECK(pthread_getspecific(key) == arg);
    return NULL;
}

static void test_keys(void)
{
    static pthread_key_t keys[PTHREAD_KEYS_MAX + 1];
    int made = 0, error = 0;
    count = 0;
    CHECK_IS(pthread_key_create(&key, sets_again), 0);
    joined(start(sets, &count));
    CHECK(count >= 1 && count <= PTHREAD_DESTRUCTOR_ITERATIONS);
    CHECK_IS(pthread_key_delete(key), 0);
    while (made <= PTHREAD_KEYS_MAX && (error = pthread_key_create(&keys[made], NULL)) == 0)
        made++;
    CHECK_IS(error, EAGAIN);
    CHECK(made >= PTHREAD_KEYS_MAX - 16);
    while (made > 0)
        CHECK_IS(pthread_key_delete(keys[--made]), 0);
    CHECK_IS(pthread_key_delete(keys[0]), EINVAL);
    CHECK_IS(pthread_setspecific(keys[0], &count), EINVAL);
}

/* ---- Barriers ---- */

static pthread_barrier_t *barrier;
static atomic_int serials, comers;

static void *meets(void *arg)
{
    for (int i = 0; i < 20; i++) {
        int result = pthread_barrier_wait(barrier);
        if (result == PTHREAD_BARRIER_SERIAL_THREAD)
            serials++;
        else
            CHECK_IS(result, 0);
    }
    return arg;
}

static void *meets_and_destroys(void *arg)
{
    comers++;
    pthread_barrier_wait(barrier);
    if (count++ == 0 && pthread_barrier_destroy(barrier) == 0)
        memset(barrier, 0xff, sizeof *barrier); /* whoever leaves first may do so */
    return arg;
}

static void test_barriers(void)
{
    pthread_barrierattr_t attr;
    pthread_t threads[5];
    int shared = -1;
    barrier = malloc(sizeof *barrier);
    CHECK_IS(pthread_barrierattr_init(&attr), 0);
    CHECK_IS(pthread_barrierattr_getpshared(&attr, &shared), 0);
    CHECK_IS(shared, PTHREAD_PROCESS_PRIVATE);
    CHECK_IS(pthread_barrierattr_setpshared(&attr, 77), EINVAL);
    CHECK_IS(pthread_barrier_init(barrier, &attr, 0), EINVAL);
    CHECK_IS(pthread_barrier_init(barrier, &attr, 5), 0);
    for (int i = 0; i < 5; i++)
        threads[i] = start(meets, NULL);
    for (int i = 0; i < 5; i++)
        joined(threads[i]);
    CHECK_IS(serials, 20); /* one a meeting */
    CHECK_IS(pthread_barrier_destroy(barrier), 0);
    CHECK_IS(pthread_barrierattr_destroy(&attr), 0);
    for (int round = 0; round < 50; round++) {
        count = 0;
        CHECK_IS(pthread_barrier_init(barrier, NULL, 5), 0);
        for (int i = 0; i < 5; i++)
            threads[i] = start(meets_and_destroys, NULL);
        for (int i = 0; i < 5; i++)
            joined(threads[i]);
    }
    free(barrier);
}

static void meets_in_handler(int sig)
{
    (void)sig;
    CHECK_IS(pthread_barrier_wait(barrier), PTHREAD_BARRIER_SERIAL_THREAD);
}

/* The last to arrive does not wait for those whom it releases: here one of them cannot go on before it. */
static void test_a_handler_may_be_the_last_at_a_barrier(void)
{
    barrier = &(pthread_barrier_t){0};
    signal(SIGUSR2, meets_in_handler);
    CHECK_IS(pthread_barrier_init(barrier, NULL, 2), 0);
    count = 1, comers = 0;
    pthread_t thread = start(meets_and_destroys, NULL);
    while (comers == 0)
        usleep(1000);
    usleep(300000);
    CHECK_IS(pthread_kill(thread, SIGUSR2), 0);
    joined(thread);
    CHECK_IS(pthread_barrier_destroy(barrier), 0);
}

/* ---- Condition variables ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int waiting, released;

static void *waits_for_cond(void *arg)
{
    pthread_mutex_lock(&mutex);
    waiting++;
    int ticket = released;
    while (released == ticket)
        pthread_cond_wait(&cond, &mutex);
    waiting--;
    pthread_mutex_unlock(&mutex);
    return arg;
}

static void until_waiting(int n)
{
    pthread_mutex_lock(&mutex);
    while (waiting < n) {
        pthread_mutex_unlock(&mutex);
        usleep(1000);
        pthread_mutex_lock(&mutex);
    }
}

static void test_condition_variables(void)
{
    pthread_condattr_t attr;
    pthread_cond_t own;
    clockid_t clock = -1;
    int shared = -1;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        threads[i] = start(waits_for_cond, NULL);
    until_waiting(4);
    released++;
    CHECK_IS(pthread_cond_broadcast(&cond), 0);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < 4; i++)
        joined(threads[i]);
    CHECK_IS(pthread_condattr_init(&attr), 0);
    CHECK_IS(pthread_condattr_getclock(&attr, &clock), 0);
    CHECK_IS(clock, CLOCK_REALTIME);
    CHECK_IS(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), 0);
    CHECK_IS(pthread_condattr_getclock(&attr, &clock), 0);
    CHECK_IS(clock, CLOCK_MONOTONIC);
    CHECK_IS(pthread_condattr_setclock(&attr, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
    CHECK_IS(pthread_condattr_setclock(&attr, 12345), EINVAL);
    CHECK_IS(pthread_condattr_getpshared(&attr, &shared), 0);
    CHECK_IS(shared, PTHREAD_PROCESS_PRIVATE);
    CHECK_IS(pthread_condattr_setpshared(&attr, 77), EINVAL);
    CHECK_IS(pthread_cond_init(&own, &attr), 0);
    struct timespec deadline = in_ms(CLOCK_MONOTONIC, 20), invalid = {0, 1000000000}, now;
    pthread_mutex_lock(&mutex);
    CHECK_IS(pthread_cond_timedwait(&own, &mutex, &deadline), ETIMEDOUT);
    clock_gettime(CLOCK_MONOTONIC, &now);
    CHECK(now.tv_sec > deadline.tv_sec ||
          (now.tv_sec == deadline.tv_sec && now.tv_nsec >= deadline.tv_nsec));
    CHECK_IS(pthread_cond_timedwait(&own, &mutex, &invalid), EINVAL);
    invalid.tv_nsec = -1;
    CHECK_IS(pthread_cond_timedwait(&own, &mutex, &invalid), EINVAL);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(pthread_cond_destroy(&own), 0);
    CHECK_IS(pthread_condattr_destroy(&attr), 0);
    pthread_mutexattr_t kind;
    pthread_mutex_t checking;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&checking, &kind);
    CHECK_IS(pthread_cond_wait(&cond, &checking), EPERM); /* not its holder */
    pthread_mutex_destroy(&checking);
}

static void on_signal(int sig)
{
    (void)sig;
    count++;
}

static void *locks(void *arg)
{
    pthread_mutex_lock(arg);
    pthread_mutex_unlock(arg);
    return NULL;
}

static void *reads(void *arg)
{
    pthread_rwlock_rdlock(arg);
    pthread_rwlock_unlock(arg);
    return NULL;
}

static void *joins(void *arg)
{
    return (void *)(long)pthread_join(*(pthread_t *)arg, NULL);
}

/* None of these ends because a handler has run. */
static void test_handlers_do_not_end_waits(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
    pthread_rwlock_t written = PTHREAD_RWLOCK_INITIALIZER;
    pthread_t threads[4], sleeper = start(waits, NULL);
    sigaction(SIGUSR1, &action, NULL);
    pthread_mutex_lock(&held);
    pthread_rwlock_wrlock(&written);
    waiting = 0;
    threads[0] = start(locks, &held);
    threads[1] = start(reads, &written);
    threads[2] = start(joins, &sleeper);
    threads[3] = start(waits_for_cond, NULL);
    until_waiting(1);
    pthread_mutex_unlock(&mutex);
    usleep(5000);
    count = 0;
    for (int i = 0; i < 4; i++)
        CHECK_IS(pthread_kill(threads[i], SIGUSR1), 0);
    while (count < 4)
        usleep(1000);
    pthread_mutex_unlock(&held);
    pthread_rwlock_unlock(&written);
    sem_post(&sem);
    pthread_mutex_lock(&mutex);
    released++;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < 4; i++)
        CHECK(joined(threads[i]) == NULL);
    signal(SIGUSR1, SIG_DFL);
}

/* ---- Semaphores ---- */

static void test_semaphores(void)
{
    sem_t own;
    int value = -1;
    char name[64], longest[NAME_MAX + 64];
    struct timespec past = {1, 0}, invalid = {1, 1000000000}, soon;
    CHECK_ERROR(sem_init(&own, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
    CHECK_IS(sem_init(&own, 0, 2), 0);
    CHECK_IS(sem_wait(&own), 0);
    CHECK_IS(sem_timedwait(&own, &past), 0); /* there is no need to wait */
    CHECK_ERROR(sem_trywait(&own), EAGAIN);
    CHECK_ERROR(sem_timedwait(&own, &past), ETIMEDOUT);
    CHECK_ERROR(sem_timedwait(&own, &invalid), EINVAL);
    soon = in_ms(CLOCK_REALTIME, 10);
    CHECK_ERROR(sem_timedwait(&own, &soon), ETIMEDOUT);
    CHECK_IS(sem_getvalue(&own, &value), 0);
    CHECK_IS(value, 0);
    CHECK_IS(sem_destroy(&own), 0);
    CHECK_IS(sem_init(&own, 0, SEM_VALUE_MAX), 0);
    CHECK_ERROR(sem_post(&own), EOVERFLOW);
    CHECK_IS(sem_destroy(&own), 0);
    snprintf(name, sizeof name, "/posix_threads.%d", (int)getpid());
    memset(longest, 'x', sizeof longest);
    longest[0] = '/', longest[sizeof longest - 1] = 0;
    errno = 0;
    CHECK(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
    CHECK(sem_open(longest, O_CREAT, 0600, 1) == SEM_FAILED);
    CHECK(errno == ENAMETOOLONG || errno == EINVAL); /* POSIX, glibc */
    CHECK(sem_open(name, O_CREAT, 0600, (unsigned)SEM_VALUE_MAX + 1) == SEM_FAILED &&
          errno == EINVAL);
    sem_t *a = sem_open(name, O_CREAT | O_EXCL, 0600, 1), *b = sem_open(name, O_CREAT, 0600, 9);
    CHECK(a != SEM_FAILED && a == b);
    CHECK_IS(sem_getvalue(b, &value), 0);
    CHECK_IS(value, 1);
    CHECK(sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED && errno == EEXIST);
    CHECK_IS(sem_close(b), 0);
    CHECK_IS(sem_wait(a), 0);
    CHECK_IS(sem_unlink(name), 0);
    CHECK_ERROR(sem_unlink(name), ENOENT);
    CHECK_IS(sem_unlink(longest), -1);
    CHECK_IS(sem_post(a), 0); /* it lives until it is closed */
    CHECK_IS(sem_close(a), 0);
}

static void test_spin_locks(void)
{
    pthread_spinlock_t lock;
    CHECK_IS(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE), 0);
    CHECK_IS(pthread_spin_lock(&lock), 0);
    CHECK_IS(pthread_spin_trylock(&lock), EBUSY);
    CHECK_IS(pthread_spin_unlock(&lock), 0);
    CHECK_IS(pthread_spin_trylock(&lock), 0);
    CHECK_IS(pthread_spin_unlock(&lock), 0);
    CHECK_IS(pthread_spin_destroy(&lock), 0);
}

static void *asks_cpu_clock(void *arg)
{
    clockid_t *clock = arg;
    for (volatile int i = 0; i < 3000000; i++) {
    }
    CHECK_IS(pthread_getcpuclockid(pthread_self(), clock), 0);
    struct timespec used;
    CHECK_IS(clock_gettime(*clock, &used), 0);
    CHECK(used.tv_sec > 0 || used.tv_nsec > 0);
    return NULL;
}

static void test_cpu_clocks(void)
{
    clockid_t clock;
    struct timespec used;
    joined(start(asks_cpu_clock, &clock));
    CHECK_IS(clock_getcpuclockid(getpid(), &clock), 0);
    CHECK_IS(clock_gettime(clock, &used), 0);
    CHECK_IS(clock_getcpuclockid(0, &clock), 0);
    CHECK_IS(clock_getcpuclockid(0x7ffffff0, &clock), ESRCH);
}

static void test_concurrency(void)
{
    CHECK_IS(pthread_setconcurrency(7), 0);
    CHECK_IS(pthread_getconcurrency(), 7);
    CHECK_IS(pthread_setconcurrency(-1), EINVAL);
    CHECK_IS(pthread_getconcurrency(), 7);
    CHECK_IS(pthread_setconcurrency(0), 0);
}

int main(void)
{
    test_concurrency();
    sem_init(&sem, 0, 0);
    test_an_ended_thread_is_there_until_it_is_joined();
    test_an_id_that_is_over();
    test_the_first_thread_may_end();
    test_a_thread_forks();
    test_the_last_thread_ends_the_process();
    test_attributes();
    test_once_and_cancellation();
    test_keys();
    test_barriers();
    test_a_handler_may_be_the_last_at_a_barrier();
    test_condition_variables();
    test_handlers_do_not_end_waits();
    test_semaphores();
    test_spin_locks();
    test_cpu_clocks();
    return posix_end();
}
