/* robust.c: mutexes whose holder dies, in this process and in another; attributes of mutexes. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "posix_test.h"
#include "times.h"

static pthread_mutex_t mutex;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void init(pthread_mutex_t *m, int type, int shared)
{
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    CHECK_IS(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST), 0);
    CHECK_IS(pthread_mutexattr_settype(&attr, type), 0);
    CHECK_IS(pthread_mutexattr_setpshared(&attr, shared), 0);
    CHECK_IS(pthread_mutex_init(m, &attr), 0);
    pthread_mutexattr_destroy(&attr);
}

static void test_attributes(void)
{
    pthread_mutexattr_t attr;
    int value = 9;

    CHECK_IS(pthread_mutexattr_init(&attr), 0);
    CHECK_IS(pthread_mutexattr_getrobust(&attr, &value), 0);
    CHECK_IS(value, PTHREAD_MUTEX_STALLED);
    CHECK_IS(pthread_mutexattr_setrobust(&attr, 77), EINVAL);
    CHECK_IS(pthread_mutexattr_setpshared(&attr, 77), EINVAL);
    CHECK_IS(pthread_mutexattr_setprotocol(&attr, 77), EINVAL);
    CHECK_IS(pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT), 0);
    CHECK_IS(pthread_mutexattr_getprotocol(&attr, &value), 0);
    CHECK_IS(value, PTHREAD_PRIO_INHERIT);
    pthread_mutexattr_destroy(&attr);
    pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
    CHECK_IS(pthread_mutex_consistent(&plain), EINVAL);
}

static void *lock_and_end(void *arg)
{
    return (void *)(long)pthread_mutex_lock(arg);
}

static void die_holding(void)
{
    pthread_t thread;
    void *result;
    CHECK_IS(pthread_create(&thread, NULL, lock_and_end, &mutex), 0);
    CHECK_IS(pthread_join(thread, &result), 0);
    CHECK(result == NULL);
}

static void test_thread_ends(int type)
{
    init(&mutex, type, PTHREAD_PROCESS_PRIVATE);
    CHECK_IS(pthread_mutex_lock(&mutex), 0);
    CHECK_IS(pthread_mutex_consistent(&mutex), EINVAL); /* it is */
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    die_holding();
    CHECK_IS(pthread_mutex_lock(&mutex), EOWNERDEAD);
    CHECK_IS(pthread_mutex_consistent(&mutex), 0);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(pthread_mutex_lock(&mutex), 0); /* as ever */
    CHECK_IS(pthread_mutex_unlock(&mutex), 0);
    CHECK_IS(pthread_mutex_unlock(&mutex), EPERM);
    die_holding();
    CHECK_IS(pthread_mutex_trylock(&mutex), EOWNERDEAD);
    CHECK_IS(pthread_mutex_unlock(&mutex), 0); /* not mended */
    CHECK_IS(pthread_mutex_lock(&mutex), ENOTRECOVERABLE);
    CHECK_IS(pthread_mutex_trylock(&mutex), ENOTRECOVERABLE);
    CHECK_IS(pthread_mutex_destroy(&mutex), 0);
}

static int state; /* guarded by mutex: 1: the waiter waits, 2: told */

static void *wait_for_word(void *arg)
{
    (void)arg;
    if (pthread_mutex_lock(&mutex) != 0)
        return (void *)-1L;
    state = 1;
    pthread_cond_signal(&cond);
    int got = 0;
    while (state != 2 && got == 0)
        got = pthread_cond_wait(&cond, &mutex);
    if (got == EOWNERDEAD)
        pthread_mutex_consistent(&mutex);
    pthread_mutex_unlock(&mutex);
    return (void *)(long)got;
}

static void *tell_and_end(void *arg)
{
    (void)arg;
    if (pthread_mutex_lock(&mutex) != 0)
        return (void *)-1L;
    while (state != 1)
        pthread_cond_wait(&cond, &mutex);
    state = 2;
    pthread_cond_broadcast(&cond);
    return NULL; /* with the mutex */
}

/* One that waits for a condition is told as well. */
static void test_condition(void)
{
    pthread_t waiter, teller;
    void *result;

    init(&mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_PROCESS_PRIVATE);
    CHECK_IS(pthread_create(&waiter, NULL, wait_for_word, NULL), 0);
    CHECK_IS(pthread_create(&teller, NULL, tell_and_end, NULL), 0);
    CHECK_IS(pthread_join(teller, &result), 0);
    CHECK(result == NULL);
    CHECK_IS(pthread_join(waiter, &result), 0);
    CHECK_IS((long)result, EOWNERDEAD);
}

static void test_process_dies(void)
{
    pthread_mutex_t *shared =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int ends[2], status;
    char byte;

    CHECK(shared != MAP_FAILED);
    init(shared, PTHREAD_MUTEX_NORMAL, PTHREAD_PROCESS_SHARED);
    CHECK_IS(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (pthread_mutex_lock(shared) != 0)
            _exit(1);
        (void)!write(ends[1], "l", 1);
        for (;;)
            pause();
    }
    CHECK_IS(read(ends[0], &byte, 1), 1);
    CHECK_IS(pthread_mutex_trylock(shared), EBUSY);
    struct timespec soon = in_ms(CLOCK_REALTIME, 60);
    CHECK_IS(pthread_mutex_timedlock(shared, &soon), ETIMEDOUT);
    CHECK_IS(kill(pid, SIGKILL), 0); /* not waited for: a zombie holds nothing */
    CHECK_IS(pthread_mutex_lock(shared), EOWNERDEAD);
    CHECK_IS(pthread_mutex_consistent(shared), 0);
    CHECK_IS(pthread_mutex_unlock(shared), 0);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    pid = fork(); /* and it still works between processes */
    if (pid == 0)
        _exit(pthread_mutex_lock(shared) == 0 && pthread_mutex_unlock(shared) == 0 ? 0 : 1);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    CHECK_IS(pthread_mutex_lock(shared), 0);
    CHECK_IS(pthread_mutex_unlock(shared), 0);
    close(ends[0]);
    close(ends[1]);
}

/* No time to wait is no reason not to hear of it. */
static void test_who_only_tries_hears_of_the_death(void)
{
    static const struct timespec past = {1, 0};
    int status;
    pthread_mutex_t *m =
        mmap(NULL, sizeof *m, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int timed = 0; timed < 2; timed++) {
        init(m, PTHREAD_MUTEX_NORMAL, PTHREAD_PROCESS_SHARED);
        pid_t pid = fork();
        if (pid == 0) {
            pthread_mutex_lock(m);
            raise(SIGKILL);
        }
        CHECK_IS(waitpid(pid, &status, 0), pid);
        CHECK_IS(timed ? pthread_mutex_timedlock(m, &past) : pthread_mutex_trylock(m), EOWNERDEAD);
        CHECK_IS(pthread_mutex_consistent(m), 0);
        CHECK_IS(pthread_mutex_unlock(m), 0);
        CHECK_IS(pthread_mutex_destroy(m), 0);
    }
    munmap(m, sizeof *m);
}

/* Threads of two processes may have the same address: a holder is known by its process, too. */
static void test_shared_holder(void)
{
    pthread_mutexattr_t attr;
    pthread_mutex_t *shared =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    CHECK_IS(pthread_mutex_init(shared, &attr), 0);
    CHECK_IS(pthread_mutex_lock(shared), 0);
    CHECK_IS(pthread_mutex_lock(shared), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(pthread_mutex_trylock(shared) == EBUSY && pthread_mutex_unlock(shared) == EPERM ? 0
                                                                                              : 1);
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    CHECK_IS(pthread_mutex_unlock(shared), 0);
    CHECK_IS(pthread_mutex_unlock(shared), 0);
    CHECK_IS(pthread_mutex_destroy(shared), 0);
}

/* A normal one does not look at who frees it: programs hand it to another process, as to another thread. */
static void test_shared_handover(void)
{
    pthread_mutexattr_t attr;
    pthread_mutex_t *shared =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    CHECK_IS(pthread_mutex_init(shared, &attr), 0);
    CHECK_IS(pthread_mutex_lock(shared), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(pthread_mutex_unlock(shared));
    CHECK_IS(pthread_mutex_lock(shared), 0); /* wakes at the child's unlock */
    CHECK_IS(waitpid(pid, &status, 0), pid);
    CHECK_IS(status, 0);
    CHECK_IS(pthread_mutex_unlock(shared), 0);
    CHECK_IS(pthread_mutex_destroy(shared), 0);
    CHECK_IS(munmap(shared, 4096), 0);
}

int main(void)
{
    test_attributes();
    test_thread_ends(PTHREAD_MUTEX_NORMAL);
    test_thread_ends(PTHREAD_MUTEX_ERRORCHECK);
    test_thread_ends(PTHREAD_MUTEX_RECURSIVE);
    test_condition();
    test_process_dies();
    test_who_only_tries_hears_of_the_death();
    test_shared_holder();
    test_shared_handover();
    return posix_end();
}
