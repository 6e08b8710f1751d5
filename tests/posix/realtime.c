/* realtime.c: policies, priorities and protocols: SCHED_FIFO and SCHED_RR, attributes, inheritance, ceilings. Where the system does not
 * let us use real-time policies (EPERM) only their errors are looked at. */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"

static struct sched_param priority(int value)
{
    return (struct sched_param){.sched_priority = value};
}

/* Does the system let us? */
static int allowed(void)
{
    struct sched_param param = priority(1);
    int got = sched_setscheduler(0, SCHED_FIFO, &param);
    param = priority(0);
    CHECK(got >= 0 || errno == EPERM);
    CHECK(sched_setscheduler(0, SCHED_OTHER, &param) >= 0);
    return got >= 0;
}

static void test_errors(void)
{
    struct sched_param param = priority(10);
    struct timespec interval;
    pthread_attr_t attr;
    int policy;

    CHECK_ERROR(sched_setscheduler(0, SCHED_OTHER, &param), EINVAL);
    CHECK_ERROR(sched_setscheduler(0, 12345, &param), EINVAL);
    CHECK_ERROR(sched_setscheduler(-1, SCHED_FIFO, &param), EINVAL);
    CHECK_ERROR(sched_setscheduler(0x7ffffff0, SCHED_FIFO, &param), ESRCH);
    CHECK_ERROR(sched_setparam(0x7ffffff0, &param), ESRCH);
    CHECK_ERROR(sched_setparam(0, &param), EINVAL); /* SCHED_OTHER has 0 only */
    param = priority(sched_get_priority_max(SCHED_FIFO) + 1);
    CHECK_ERROR(sched_setscheduler(0, SCHED_FIFO, &param), EINVAL);
    param = priority(sched_get_priority_min(SCHED_RR) - 1);
    CHECK_ERROR(sched_setscheduler(0, SCHED_RR, &param), EINVAL);
    CHECK_ERROR(sched_rr_get_interval(0x7ffffff0, &interval), ESRCH);
    CHECK_IS(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param), EINVAL);
    CHECK_IS(pthread_setschedprio(pthread_self(), -1), EINVAL);
    CHECK_IS(pthread_attr_init(&attr), 0);
    CHECK_IS(pthread_attr_getschedpolicy(&attr, &policy), 0);
    CHECK_IS(policy, SCHED_OTHER);
    CHECK_IS(pthread_attr_getschedparam(&attr, &param), 0);
    CHECK_IS(param.sched_priority, 0);
    CHECK_IS(pthread_attr_setschedpolicy(&attr, SCHED_RR), 0);
    CHECK_IS(pthread_attr_getschedpolicy(&attr, &policy), 0);
    CHECK_IS(policy, SCHED_RR);
    param = priority(7);
    CHECK_IS(pthread_attr_setschedparam(&attr, &param), 0);
    param = priority(0);
    CHECK_IS(pthread_attr_getschedparam(&attr, &param), 0);
    CHECK_IS(param.sched_priority, 7);
    param = priority(1000);
    CHECK_IS(pthread_attr_setschedparam(&attr, &param), EINVAL);
    CHECK_IS(pthread_attr_setschedpolicy(&attr, 12345), EINVAL);
    CHECK_IS(pthread_attr_destroy(&attr), 0);
}

static void test_processes(void)
{
    struct sched_param param = priority(5);
    struct timespec interval = {0};
    int status;

    CHECK(sched_setscheduler(0, SCHED_RR, &param) >= 0);
    CHECK_IS(sched_getscheduler(0), SCHED_RR);
    CHECK_IS(sched_getscheduler(getpid()), SCHED_RR);
    CHECK_IS(sched_rr_get_interval(0, &interval), 0);
    CHECK(interval.tv_sec > 0 || interval.tv_nsec > 0);
    param = priority(9);
    CHECK_IS(sched_setparam(getpid(), &param), 0);
    param = priority(0);
    CHECK_IS(sched_getparam(0, &param), 0);
    CHECK_IS(param.sched_priority, 9);
    pid_t pid = fork(); /* a child has its parent's */
    if (pid == 0) {
        sched_getparam(0, &param);
        _exit(sched_getscheduler(0) == SCHED_RR && param.sched_priority == 9 ? 0 : 1);
    }
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    pid = fork(); /* and may be given another */
    if (pid == 0) {
        for (;;)
            pause();
    }
    param = priority(3);
    CHECK(sched_setscheduler(pid, SCHED_FIFO, &param) >= 0);
    CHECK_IS(sched_getscheduler(pid), SCHED_FIFO);
    CHECK_IS(sched_getscheduler(0), SCHED_RR);
    param = priority(4);
    CHECK_IS(sched_setparam(pid, &param), 0);
    param = priority(0);
    CHECK_IS(sched_getparam(pid, &param), 0);
    CHECK_IS(param.sched_priority, 4);
    CHECK_IS(kill(pid, SIGKILL), 0);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_ERROR(sched_getscheduler(pid), ESRCH);
    param = priority(0);
    CHECK(sched_setscheduler(0, SCHED_OTHER, &param) >= 0);
    CHECK_IS(sched_getscheduler(0), SCHED_OTHER);
}

/* In a child without privileges: how many of the refusals came. */
static int count_refusals(void)
{
    struct sched_param one = priority(1), none = priority(0);
    int count = 0;
    if (setuid(65534) != 0)
        return 0;
    count += sched_setscheduler(0, SCHED_FIFO, &one) == -1 && errno == EPERM;
    count += sched_setscheduler(getppid(), SCHED_OTHER, &none) == -1 && errno == EPERM;
    count += sched_setparam(getppid(), &none) == -1 && errno == EPERM;
    count += pthread_setschedparam(pthread_self(), SCHED_RR, &one) == EPERM;
    count += sched_getscheduler(getppid()) == SCHED_OTHER; /* to look is allowed */
    count += sched_setscheduler(0, SCHED_OTHER, &none) >= 0;
    return count;
}

static void test_privileges(void)
{
    int status;
    pid_t pid = fork();
    if (pid == 0)
        _exit(count_refusals());
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(WEXITSTATUS(status), 6);
}

/* ---- threads ---- */

static int seen_policy, seen_priority;

static void *look(void *arg)
{
    struct sched_param param;
    pthread_getschedparam(pthread_self(), &seen_policy, &param);
    seen_priority = param.sched_priority;
    return arg;
}

static void run_look(const pthread_attr_t *attr, int expected_policy, int expected_priority)
{
    pthread_t thread;
    CHECK_IS(pthread_create(&thread, attr, look, NULL), 0);
    CHECK_IS(pthread_join(thread, NULL), 0);
    CHECK_IS(seen_policy, expected_policy);
    CHECK_IS(seen_priority, expected_priority);
}

static void test_creation(void)
{
    struct sched_param param = priority(8);
    pthread_attr_t attr;

    CHECK_IS(pthread_attr_init(&attr), 0);
    CHECK_IS(pthread_attr_setschedpolicy(&attr, SCHED_FIFO), 0);
    CHECK_IS(pthread_attr_setschedparam(&attr, &param), 0);
    CHECK_IS(pthread_attr_setinheritsched(&attr, PTHREAD_INHERIT_SCHED), 0);
    run_look(&attr, SCHED_OTHER, 0); /* as its creator */
    CHECK_IS(pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED), 0);
    run_look(&attr, SCHED_FIFO, 8);
    param = priority(6);
    CHECK_IS(pthread_setschedparam(pthread_self(), SCHED_RR, &param), 0);
    run_look(NULL, SCHED_RR, 6);
    CHECK_IS(pthread_setschedprio(pthread_self(), 7), 0);
    look(NULL);
    CHECK_IS(seen_policy, SCHED_RR);
    CHECK_IS(seen_priority, 7);
    param = priority(0);
    CHECK_IS(pthread_setschedparam(pthread_self(), SCHED_OTHER, &param), 0);
    pthread_attr_destroy(&attr);
}

static sem_t gate, held;

static void *wait_at_gate(void *arg)
{
    sem_post(&held);
    while (sem_wait(&gate) != 0)
        continue;
    return arg;
}

static void test_other_thread(void)
{
    pthread_t thread;
    struct sched_param param = priority(11);
    int policy = -1;

    CHECK_IS(pthread_create(&thread, NULL, wait_at_gate, NULL), 0);
    CHECK_IS(pthread_setschedparam(thread, SCHED_FIFO, &param), 0);
    param = priority(0);
    CHECK_IS(pthread_getschedparam(thread, &policy, &param), 0);
    CHECK_IS(policy, SCHED_FIFO);
    CHECK_IS(param.sched_priority, 11);
    CHECK_IS(pthread_setschedprio(thread, 12), 0);
    CHECK_IS(pthread_getschedparam(thread, &policy, &param), 0);
    CHECK_IS(param.sched_priority, 12);
    CHECK_IS(sched_getscheduler(0), SCHED_OTHER); /* of that one only */
    sem_wait(&held);
    sem_post(&gate);
    CHECK_IS(pthread_join(thread, NULL), 0);
}

/* ---- who is woken first ---- */

static int woken[4], woken_count;
static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int go;

static void *wait_in_order(void *arg)
{
    struct sched_param param = priority((int)(long)arg);
    pthread_setschedparam(pthread_self(), SCHED_FIFO, &param);
    sem_post(&held);
    sem_wait(&gate);
    woken[woken_count++] = (int)(long)arg; /* each wakes the next */
    sem_post(&gate);
    return NULL;
}

static void pause_ms(long ms)
{
    struct timespec t = {.tv_nsec = ms * 1000000};
    while (nanosleep(&t, &t) != 0)
        continue;
}

/* sem_post wakes the one with the highest priority. */
static void test_order(void)
{
    static const long priorities[] = {5, 20, 10};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        CHECK_IS(pthread_create(&threads[i], NULL, wait_in_order, (void *)priorities[i]), 0);
        sem_wait(&held);
        pause_ms(20); /* it is waiting by now */
    }
    sem_post(&gate);
    for (int i = 0; i < 3; i++)
        CHECK_IS(pthread_join(threads[i], NULL), 0);
    sem_wait(&gate);
    CHECK_IS(woken[0], 20);
    CHECK_IS(woken[1], 10);
    CHECK_IS(woken[2], 5);
}

/* ---- protocols ---- */

static void init(pthread_mutex_t *mutex, int protocol, int type, int ceiling, int robust)
{
    pthread_mutexattr_t attr;
    int value = -1;
    CHECK_IS(pthread_mutexattr_init(&attr), 0);
    CHECK_IS(pthread_mutexattr_setprotocol(&attr, protocol), 0);
    CHECK_IS(pthread_mutexattr_getprotocol(&attr, &value), 0);
    CHECK_IS(value, protocol);
    CHECK_IS(pthread_mutexattr_settype(&attr, type), 0);
    CHECK_IS(pthread_mutexattr_setrobust(&attr, robust), 0);
    if (ceiling) {
        CHECK_IS(pthread_mutexattr_setprioceiling(&attr, ceiling), 0);
        CHECK_IS(pthread_mutexattr_getprioceiling(&attr, &value), 0);
        CHECK_IS(value, ceiling);
    }
    CHECK_IS(pthread_mutex_init(mutex, &attr), 0);
    pthread_mutexattr_destroy(&attr);
}

static pthread_mutex_t mutex;

static void *try_other(void *arg)
{
    (void)arg;
    return (void *)(long)pthread_mutex_trylock(&mutex);
}

static long other_trylock(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, try_other, NULL);
    pthread_join(thread, &result);
    return (long)result;
}

/* What holds for every mutex holds for one with a protocol. */
static void test_kinds(int protocol)
{
    struct timespec past = {0};

    init(&mutex, protocol, PTHREAD_MUTEX_ERRORCHECK, protocol == PTHREAD_PRIO_PROTECT ? 30 : 0,
         PTHREAD_MUTEX_STALLED);
    CHECK_IS(pthread_mutex_unlock(&mutex), EPERM);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_mutex_lock(&mutex), EDEADLK);
    CHECK_IS(other_trylock(), EBUSY);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(pthread_mutex_unlock(&mutex), EPERM);
    CHECK_IS(pthread_mutex_destroy(&mutex), 0);

    init(&mutex, protocol, PTHREAD_MUTEX_RECURSIVE, protocol == PTHREAD_PRIO_PROTECT ? 30 : 0,
         PTHREAD_MUTEX_STALLED);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(other_trylock(), EBUSY);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(pthread_mutex_destroy(&mutex), 0);

    init(&mutex, protocol, PTHREAD_MUTEX_NORMAL, protocol == PTHREAD_PRIO_PROTECT ? 30 : 0,
         PTHREAD_MUTEX_STALLED);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_mutex_timedlock(&mutex, &past), ETIMEDOUT);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(other_trylock(), 0); /* and is gone with it */
}

static void *count_up(void *arg)
{
    for (int i = 0; i < 500; i++) {
        pthread_mutex_lock(&mutex);
        ++*(volatile int *)arg;
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void test_exclusion(int protocol)
{
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    int count = 0;
    init(&mutex, protocol, PTHREAD_MUTEX_NORMAL, protocol == PTHREAD_PRIO_PROTECT ? 30 : 0,
         PTHREAD_MUTEX_STALLED);
    for (int i = 0; i < THREADS; i++)
        CHECK_IS(pthread_create(&threads[i], NULL, count_up, &count), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_IS(pthread_join(threads[i], NULL), 0);
    CHECK_IS(count, THREADS * 500);
    CHECK_IS(pthread_mutex_destroy(&mutex), 0);
}

static void *wait_for_go(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&mutex);
    while (!go)
        pthread_cond_wait(&cond, &mutex);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void test_condition(int protocol)
{
    pthread_t thread;
    go = 0;
    init(&mutex, protocol, PTHREAD_MUTEX_NORMAL, protocol == PTHREAD_PRIO_PROTECT ? 30 : 0,
         PTHREAD_MUTEX_STALLED);
    CHECK_IS(pthread_create(&thread, NULL, wait_for_go, NULL), 0);
    pthread_mutex_lock(&mutex);
    go = 1;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
    CHECK_IS(pthread_join(thread, NULL), 0);
}

static void *die_with_it(void *arg)
{
    return (void *)(long)pthread_mutex_lock(arg);
}

static void test_robust(int protocol)
{
    pthread_t thread;
    init(&mutex, protocol, PTHREAD_MUTEX_NORMAL, 0, PTHREAD_MUTEX_ROBUST);
    CHECK_IS(pthread_create(&thread, NULL, die_with_it, &mutex), 0);
    CHECK_IS(pthread_join(thread, NULL), 0);
    CHECK_IS(pthread_mutex_lock(&mutex), EOWNERDEAD);
    CHECK_IS(pthread_mutex_consistent(&mutex), 0);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(pthread_create(&thread, NULL, die_with_it, &mutex), 0);
    CHECK_IS(pthread_join(thread, NULL), 0);
    CHECK_IS(pthread_mutex_trylock(&mutex), EOWNERDEAD);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(pthread_mutex_lock(&mutex), ENOTRECOVERABLE);
    CHECK_IS(pthread_mutex_destroy(&mutex), 0);
}

static void test_ceiling(void)
{
    struct sched_param param = priority(40);
    int ceiling = -1, old = -1;
    pthread_mutexattr_t attr;

    pthread_mutexattr_init(&attr);
    CHECK_IS(pthread_mutexattr_setprioceiling(&attr, 0), EINVAL);
    CHECK_IS(pthread_mutexattr_setprioceiling(&attr, 1000), EINVAL);
    pthread_mutexattr_destroy(&attr);
    CHECK_IS(pthread_mutex_getprioceiling(&plain, &ceiling), EINVAL);
    init(&mutex, PTHREAD_PRIO_PROTECT, PTHREAD_MUTEX_NORMAL, 30, PTHREAD_MUTEX_STALLED);
    CHECK_IS(pthread_mutex_getprioceiling(&mutex, &ceiling), 0);
    CHECK_IS(ceiling, 30);
    CHECK_IS(pthread_mutex_setprioceiling(&mutex, 50, &old), 0);
    CHECK_IS(old, 30);
    CHECK_IS(pthread_mutex_getprioceiling(&mutex, &ceiling), 0);
    CHECK_IS(ceiling, 50);
    CHECK_IS(pthread_mutex_setprioceiling(&mutex, 1000, &old), EINVAL);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param), 0);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    param = priority(60);
    CHECK_IS(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param), 0);
    CHECK_IS(pthread_mutex_lock(&mutex), EINVAL); /* above the ceiling */
    CHECK_IS(pthread_mutex_trylock(&mutex), EINVAL);
    CHECK_IS(pthread_mutex_destroy(&mutex), 0);
}

/* ---- posix_spawn ---- */

static void test_spawn(const char *self)
{
    posix_spawnattr_t attr;
    struct sched_param param = priority(13);
    char *argv[] = {(char *)self, "check-spawned", NULL}, *envp[] = {NULL};
    pid_t pid;
    int status = -1;

    CHECK_IS(posix_spawnattr_init(&attr), 0);
    CHECK_IS(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSCHEDULER), 0);
    CHECK_IS(posix_spawnattr_setschedpolicy(&attr, SCHED_FIFO), 0);
    CHECK_IS(posix_spawnattr_setschedparam(&attr, &param), 0);
    CHECK_IS(posix_spawn(&pid, self, NULL, &attr, argv, envp), 0);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    posix_spawnattr_destroy(&attr);
}

/* In the spawned process. */
static int check_spawned(void)
{
    struct sched_param param;
    return sched_getparam(0, &param) == 0 && param.sched_priority == 13 &&
                   sched_getscheduler(0) == SCHED_FIFO
               ? 0
               : 1;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return check_spawned();
    sem_init(&gate, 0, 0);
    sem_init(&held, 0, 0);
    test_errors();
    test_kinds(PTHREAD_PRIO_INHERIT);
    test_exclusion(PTHREAD_PRIO_INHERIT);
    test_condition(PTHREAD_PRIO_INHERIT);
    test_robust(PTHREAD_PRIO_INHERIT);
    test_robust(PTHREAD_PRIO_NONE);
    if (!allowed())
        return posix_end();
    test_processes();
    test_privileges();
    test_creation();
    test_other_thread();
    test_order();
    struct sched_param param = priority(1); /* glibc gives ceilings to real-time threads only */
    CHECK_IS(pthread_setschedparam(pthread_self(), SCHED_FIFO, &param), 0);
    test_kinds(PTHREAD_PRIO_PROTECT);
    test_exclusion(PTHREAD_PRIO_PROTECT);
    test_condition(PTHREAD_PRIO_PROTECT);
    test_ceiling();
    test_spawn(argv[0]);
    return posix_end();
}
