/* sysv_sem.c: semaphores of System V (XSI): semget, semop, semctl. */
#include <limits.h>
#include <signal.h>
#include <sys/sem.h>
#include <time.h>
#include "tests/posix/child.h"

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

static key_t key;

static int value_of(int id, int number)
{
    return semctl(id, number, GETVAL);
}

static int set_value(int id, int number, int value)
{
    return semctl(id, number, SETVAL, (union semun){.val = value});
}

static int op(int id, int number, int change, int flags)
{
    struct sembuf one = {(unsigned short)number, (short)change, (short)flags};
    return semop(id, &one, 1);
}

static int remove_set(int id)
{
    return semctl(id, 0, IPC_RMID);
}

static struct semid_ds state(int id)
{
    struct semid_ds ds = {0};
    CHECK_IS(semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}), 0);
    return ds;
}

static void wait_until_waiting(int id, int number, int command, int count)
{
    while (semctl(id, number, command) != count)
        usleep(1000);
}

static void test_sets(void)
{
    time_t begin = time(NULL);
    CHECK_ERROR(semget(key, 1, 0600), ENOENT);
    CHECK_ERROR(semget(key, 0, 0600 | IPC_CREAT), EINVAL);
    CHECK_ERROR(semget(key, -1, 0600 | IPC_CREAT), EINVAL);
    int id = semget(key, 3, 0640 | IPC_CREAT | IPC_EXCL);
    CHECK(id >= 0);
    CHECK_IS(semget(key, 3, 0600), id);
    CHECK_IS(semget(key, 0, 0), id);
    CHECK_ERROR(semget(key, 4, 0600), EINVAL);
    CHECK_ERROR(semget(key, 3, 0600 | IPC_CREAT | IPC_EXCL), EEXIST);
    struct semid_ds ds = state(id);
    CHECK_IS(ds.sem_nsems, 3);
    CHECK_IS(ds.sem_otime, 0);
    CHECK(ds.sem_ctime >= begin && ds.sem_ctime <= time(NULL));
    CHECK_IS(ds.sem_perm.mode & 0777, 0640);
    CHECK(ds.sem_perm.uid == geteuid() && ds.sem_perm.cuid == geteuid());
    CHECK_IS(op(id, 0, 1, 0), 0);
    CHECK(state(id).sem_otime >= begin);
    CHECK_IS(remove_set(id), 0);
    CHECK_ERROR(remove_set(id), EINVAL);
    CHECK_ERROR(op(id, 0, 1, 0), EINVAL);
    CHECK_ERROR(semget(key, 3, 0600), ENOENT);
    CHECK_ERROR(op(-1, 0, 1, 0), EINVAL);
}

static void test_values(void)
{
    int id = semget(IPC_PRIVATE, 2, 0600);
    unsigned short values[2] = {7, 8}, read[2];
    CHECK_IS(set_value(id, 1, 5), 0);
    CHECK_IS(value_of(id, 1), 5);
    CHECK_IS(semctl(id, 1, GETPID), getpid());
    CHECK_ERROR(set_value(id, 0, -1), ERANGE);
    CHECK_ERROR(set_value(id, 0, 32768), ERANGE);
    CHECK_IS(semctl(id, 0, SETALL, (union semun){.array = values}), 0);
    CHECK_IS(semctl(id, 0, GETALL, (union semun){.array = read}), 0);
    CHECK(read[0] == 7 && read[1] == 8);
    CHECK_ERROR(value_of(id, 2), EINVAL);
    CHECK_ERROR(value_of(id, -1), EINVAL);
    CHECK_ERROR(semctl(id, 0, 12345), EINVAL);
    CHECK_IS(semctl(id, 0, GETNCNT), 0);
    CHECK_IS(semctl(id, 0, GETZCNT), 0);
    CHECK_IS(remove_set(id), 0);
}

/* All operations are done, or none is. */
static void test_operations(void)
{
    int id = semget(IPC_PRIVATE, 2, 0600);
    struct sembuf take[] = {{0, -1, IPC_NOWAIT}, {1, -2, IPC_NOWAIT}};
    struct sembuf zero[] = {{0, 0, IPC_NOWAIT}, {0, 3, 0}, {1, 0, IPC_NOWAIT}};
    struct sembuf many[] = {{0, 1, 0}, {2, 1, 0}};
    set_value(id, 0, 1);
    set_value(id, 1, 1);
    CHECK_ERROR(semop(id, take, 2), EAGAIN);
    CHECK_IS(value_of(id, 0), 1);
    CHECK_IS(op(id, 1, 1, 0), 0);
    CHECK_IS(semop(id, take, 2), 0);
    CHECK_IS(value_of(id, 0), 0);
    CHECK_IS(value_of(id, 1), 0);
    CHECK_IS(semop(id, zero, 3), 0);
    CHECK_IS(value_of(id, 0), 3);
    CHECK_ERROR(semop(id, zero, 3), EAGAIN);
    CHECK_ERROR(semop(id, many, 2), EFBIG);
    CHECK_IS(value_of(id, 0), 3);
    CHECK_IS(op(id, 0, 32767 - 3, 0), 0);
    CHECK_ERROR(op(id, 0, 1, 0), ERANGE);
    CHECK_ERROR(semop(id, many, 1000000), E2BIG);
    CHECK_IS(remove_set(id), 0);
}

static void test_waiting(void)
{
    int id = semget(IPC_PRIVATE, 2, 0600);
    set_value(id, 1, 1);
    pid_t child = fork_child();
    if (child == 0) {
        CHECK_IS(op(id, 0, -2, 0), 0);
        CHECK_IS(op(id, 1, 0, 0), 0);
        CHECK_ERROR(op(id, 0, -1, 0), EIDRM);
        exit(posix_failures);
    }
    wait_until_waiting(id, 0, GETNCNT, 1);
    CHECK_IS(op(id, 0, 1, 0), 0); /* not yet */
    wait_until_waiting(id, 0, GETNCNT, 1);
    CHECK_IS(op(id, 0, 1, 0), 0);
    wait_until_waiting(id, 1, GETZCNT, 1);
    CHECK_IS(value_of(id, 0), 0);
    CHECK_IS(op(id, 1, -1, 0), 0);
    wait_until_waiting(id, 0, GETNCNT, 1);
    CHECK_IS(remove_set(id), 0);
    CHECK_IS(result_of(child), 0);
}

static void on_signal(int sig)
{
    (void)sig;
}

/* Even a handler with SA_RESTART ends the wait. */
static void test_signal(void)
{
    int id = semget(IPC_PRIVATE, 1, 0600);
    pid_t child = fork_child();
    if (child == 0) {
        struct sigaction action = {.sa_flags = SA_RESTART};
        action.sa_handler = on_signal;
        sigaction(SIGUSR1, &action, NULL);
        CHECK_ERROR(op(id, 0, -1, 0), EINTR);
        exit(posix_failures);
    }
    wait_until_waiting(id, 0, GETNCNT, 1);
    do { /* until one has met the wait */
        CHECK_IS(kill(child, SIGUSR1), 0);
        usleep(1000);
    } while (semctl(id, 0, GETNCNT) != 0);
    CHECK_IS(result_of(child), 0);
    CHECK_IS(remove_set(id), 0);
}

/* What a process has done with SEM_UNDO is undone at its end, however it comes. */
static void test_undo(int killed)
{
    int id = semget(IPC_PRIVATE, 2, 0600);
    set_value(id, 0, 1);
    set_value(id, 1, 0);
    pid_t child = fork_child();
    if (child == 0) {
        CHECK_IS(op(id, 0, -1, SEM_UNDO), 0);
        CHECK_IS(op(id, 1, 3, SEM_UNDO), 0);
        CHECK_IS(op(id, 1, -1, SEM_UNDO), 0);
        CHECK_IS(op(id, 1, 5, 0), 0);
        if (killed)
            kill(getpid(), SIGKILL);
        exit(posix_failures);
    }
    CHECK_IS(op(id, 1, -5, 0), 0);
    CHECK_IS(op(id, 0, -1, 0),
             0); /* it waits for the end of the child, which nobody has waited for yet */
    CHECK_IS(value_of(id, 1), 0);
    CHECK_IS(result_of(child), killed ? -1 : 0);
    CHECK_IS(remove_set(id), 0);
}

static void check_other_user(int id)
{
    struct semid_ds ds = {0};
    CHECK_IS(setuid(65534), 0);
    CHECK_IS(value_of(id, 0), 1);
    CHECK_ERROR(op(id, 0, 1, 0), EACCES);
    CHECK_ERROR(set_value(id, 0, 1), EACCES);
    CHECK_IS(semget(key, 1, 0444), id);
    CHECK_ERROR(semget(key, 1, 0666), EACCES);
    CHECK_IS(semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}), 0);
    CHECK_ERROR(semctl(id, 0, IPC_SET, (union semun){.buf = &ds}), EPERM);
    CHECK_ERROR(remove_set(id), EPERM);
    exit(posix_failures);
}

/* What is to be undone has a range, as the value has. */
static void test_undo_range(void)
{
    int id = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf both[] = {{0, 1, 0}, {0, 1, SEM_UNDO}};
    CHECK_IS(op(id, 0, 32767, SEM_UNDO), 0);
    CHECK_IS(op(id, 0, -32767, 0), 0);
    CHECK_IS(op(id, 0, 1, SEM_UNDO), 0);
    CHECK_ERROR(op(id, 0, 1, SEM_UNDO), ERANGE);
    CHECK_ERROR(semop(id, both, 2), ERANGE);
    CHECK_IS(value_of(id, 0), 1); /* nothing has been done */
    CHECK_IS(op(id, 0, -1, SEM_UNDO), 0);
    CHECK_IS(remove_set(id), 0);
}

/* Who waits is counted, until it is killed. */
static void test_killed_waiters(void)
{
    int id = semget(IPC_PRIVATE, 2, 0600), count;
    pid_t children[3];
    CHECK_IS(set_value(id, 0, 0), 0);
    CHECK_IS(set_value(id, 1, 1), 0);
    for (count = 0; count < 3; count++) {
        children[count] = fork_child();
        if (children[count] == 0)
            exit(count < 2 ? op(id, 0, -1, 0) : op(id, 1, 0, 0));
    }
    wait_until_waiting(id, 0, GETNCNT, 2);
    wait_until_waiting(id, 1, GETZCNT, 1);
    CHECK_IS(value_of(id, 1), 1);
    for (count = 3; count-- > 0;) {
        CHECK_IS(kill(children[count], SIGKILL), 0);
        CHECK_IS(result_of(children[count]), -1);
        CHECK_IS(semctl(id, 0, GETNCNT), count < 2 ? count : 2);
        CHECK_IS(semctl(id, 1, GETZCNT), 0);
    }
    CHECK_IS(semctl(id, 1, GETNCNT), 0);
    CHECK_IS(remove_set(id), 0);
}

static void test_permissions(void)
{
    int id = semget(key, 1, 0600 | IPC_CREAT);
    struct semid_ds ds = state(id);
    set_value(id, 0, 1);
    ds.sem_perm.mode = 0644;
    CHECK_IS(semctl(id, 0, IPC_SET, (union semun){.buf = &ds}), 0);
    CHECK_IS(state(id).sem_perm.mode & 0777, 0644);
    pid_t child = fork_child();
    if (child == 0)
        check_other_user(id);
    CHECK_IS(result_of(child), 0);
    CHECK_IS(remove_set(id), 0);
}

/* A lock: nobody is in it twice. */
static void test_exclusion(void)
{
    enum { PROCESSES = 4, ROUNDS = 200 };
    int id = semget(IPC_PRIVATE, 2, 0600);
    pid_t children[PROCESSES];
    set_value(id, 0, 1);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork_child();
        if (children[i] != 0)
            continue;
        for (int round = 0; round < ROUNDS; round++) {
            CHECK_IS(op(id, 0, -1, SEM_UNDO), 0);
            CHECK_IS(op(id, 1, 1, 0), 0);
            CHECK_IS(value_of(id, 1), 1);
            CHECK_IS(op(id, 1, -1, 0), 0);
            CHECK_IS(op(id, 0, 1, SEM_UNDO), 0);
        }
        exit(posix_failures != 0);
    }
    for (int i = 0; i < PROCESSES; i++)
        CHECK_IS(result_of(children[i]), 0);
    CHECK_IS(value_of(id, 0), 1);
    CHECK_IS(remove_set(id), 0);
}

int main(void)
{
    key = (key_t)(getpid() << 8 | 2);
    test_sets();
    test_values();
    test_operations();
    test_waiting();
    test_signal();
    test_undo(0);
    test_undo(1);
    if (geteuid() == 0)
        test_undo_range();
    test_killed_waiters();
    test_permissions();
    test_exclusion();
    return posix_end();
}
