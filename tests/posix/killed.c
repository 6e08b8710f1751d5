/*
 * killed.c: processes killed at any instruction, by SIGKILL, again and again: what they share is right afterwards. How many kills of each kind: argv[1].
 */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <time.h>
#include "tests/posix/child.h"

#define PROCESSES 5

union semun {
    int val;
};

static struct shared {
    pthread_mutex_t mutex;
    volatile pid_t inside; /* guarded by mutex, or by the semaphores */
    volatile long rounds, two_inside, errors;
} *shared;

static void come_in(void)
{
    pid_t own = getpid();
    shared->two_inside += shared->inside != 0;
    shared->inside = own;
    for (volatile int i = 0; i < 100; i++)
        continue;
    shared->two_inside += shared->inside != own;
    shared->inside = 0;
    shared->rounds++;
}

/* Run `work` in PROCESSES processes, and kill one after the other while others go on. */
static void kill_many(int kills, void (*work)(void))
{
    pid_t children[PROCESSES];
    shared->rounds = shared->two_inside = shared->errors = 0;
    shared->inside = 0;
    for (int i = 0; i < PROCESSES + kills; i++) {
        pid_t *child = &children[i % PROCESSES];
        if (i >= PROCESSES) {
            nanosleep(&(struct timespec){.tv_nsec = 37000L * (i % 61)}, NULL);
            CHECK_IS(kill(*child, SIGKILL), 0);
            CHECK_IS(result_of(*child), -1);
        }
        if ((*child = fork()) == 0) {
            for (;;)
                work();
        }
        CHECK(*child > 0);
    }
    for (int i = 0; i < PROCESSES; i++) {
        CHECK_IS(kill(children[i], SIGKILL), 0);
        CHECK_IS(result_of(children[i]), -1);
    }
    CHECK(shared->rounds > 0);
    CHECK_IS(shared->two_inside, 0);
    CHECK_IS(shared->errors, 0);
}

static int lock(void)
{
    int got = pthread_mutex_lock(&shared->mutex);
    if (got != EOWNERDEAD)
        return got;
    shared->inside = 0;
    return pthread_mutex_consistent(&shared->mutex);
}

static void work_with_mutex(void)
{
    int got = lock();
    if (got == 0) {
        come_in();
        got = pthread_mutex_unlock(&shared->mutex);
    }
    if (got != 0)
        __atomic_add_fetch(&shared->errors, 1, __ATOMIC_SEQ_CST);
}

static void test_robust_mutex(int kills)
{
    pthread_mutexattr_t attr;
    CHECK_IS(pthread_mutexattr_init(&attr), 0);
    CHECK_IS(pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED), 0);
    CHECK_IS(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST), 0);
    CHECK_IS(pthread_mutex_init(&shared->mutex, &attr), 0);
    kill_many(kills, work_with_mutex);
    CHECK_IS(lock(), 0);
    CHECK_IS(pthread_mutex_unlock(&shared->mutex), 0);
}

static int set;

/* One with -1 and two with -2 of 3: as long as the values are right one process has both. */
static void work_with_semaphores(void)
{
    struct sembuf take[] = {{0, -1, SEM_UNDO}, {1, -2, SEM_UNDO}};
    struct sembuf give[] = {{0, 1, SEM_UNDO}, {1, 2, SEM_UNDO}};
    if (semop(set, take, 2) != 0)
        __atomic_add_fetch(&shared->errors, 1, __ATOMIC_SEQ_CST);
    shared->inside = 0; /* who was before may have died inside */
    come_in();
    if (semop(set, give, 2) != 0)
        __atomic_add_fetch(&shared->errors, 1, __ATOMIC_SEQ_CST);
}

static void test_undo(int kills)
{
    set = semget(IPC_PRIVATE, 2, 0600);
    CHECK(set >= 0);
    CHECK_IS(semctl(set, 0, SETVAL, (union semun){.val = 1}), 0);
    CHECK_IS(semctl(set, 1, SETVAL, (union semun){.val = 3}), 0);
    kill_many(kills, work_with_semaphores);
    CHECK_IS(semctl(set, 0, GETVAL), 1);
    CHECK_IS(semctl(set, 1, GETVAL), 3);
    CHECK_IS(semctl(set, 0, GETNCNT), 0); /* of those who were killed waiting */
    CHECK_IS(semctl(set, 1, GETNCNT), 0);
    CHECK_IS(semctl(set, 0, IPC_RMID), 0);
}

int main(int argc, char **argv)
{
    int kills = argc > 1 ? atoi(argv[1]) : 300;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    test_robust_mutex(kills);
    test_undo(kills);
    return posix_end();
}
