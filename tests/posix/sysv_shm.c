/* sysv_shm.c: shared memory of System V (XSI): shmget, shmat, shmdt, shmctl. */
#include <fcntl.h>
#include <limits.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>
#include "tests/posix/child.h"

#define FAILED ((void *)-1)

static key_t key;

static struct shmid_ds state(int id)
{
    struct shmid_ds ds = {0};
    CHECK_IS(shmctl(id, IPC_STAT, &ds), 0);
    return ds;
}

static void test_a_private_segment(void)
{
    time_t begin = time(NULL);
    int id = shmget(IPC_PRIVATE, 100, 0640), other = shmget(IPC_PRIVATE, 100, 0640);
    CHECK(id >= 0 && other >= 0 && id != other);
    CHECK_IS(shmctl(other, IPC_RMID, NULL), 0);
    struct shmid_ds ds = state(id);
    CHECK_IS(ds.shm_segsz, 100);
    CHECK_IS(ds.shm_nattch, 0);
    CHECK_IS(ds.shm_cpid, getpid());
    CHECK_IS(ds.shm_lpid, 0);
    CHECK_IS(ds.shm_atime, 0);
    CHECK_IS(ds.shm_dtime, 0);
    CHECK(ds.shm_ctime >= begin && ds.shm_ctime <= time(NULL));
    CHECK_IS(ds.shm_perm.mode & 0777, 0640);
    CHECK(ds.shm_perm.uid == geteuid() && ds.shm_perm.cuid == geteuid());
    CHECK(ds.shm_perm.gid == getegid() && ds.shm_perm.cgid == getegid());
    char *data = shmat(id, NULL, 0);
    CHECK(data != FAILED);
    for (int i = 0; i < 100; i++)
        CHECK_IS(data[i], 0);
    memset(data, 7, 100);
    ds = state(id);
    CHECK_IS(ds.shm_nattch, 1);
    CHECK_IS(ds.shm_lpid, getpid());
    CHECK(ds.shm_atime >= begin);
    CHECK_IS(shmdt(data), 0);
    CHECK_ERROR(shmdt(data), EINVAL);
    ds = state(id);
    CHECK_IS(ds.shm_nattch, 0);
    CHECK(ds.shm_dtime >= begin);
    data = shmat(id, NULL, 0); /* what was written stays */
    CHECK(data != FAILED && data[99] == 7);
    CHECK_IS(shmctl(id, IPC_RMID, NULL), 0);
    CHECK_IS(data[99], 7); /* until the last detaches */
    CHECK_IS(shmdt(data), 0);
    CHECK_ERROR(shmctl(id, IPC_RMID, NULL), EINVAL);
    CHECK(shmat(id, NULL, 0) == FAILED && errno == EINVAL);
}

static void test_a_key(void)
{
    CHECK_ERROR(shmget(key, 100, 0600), ENOENT);
    CHECK_ERROR(shmget(key, 0, 0600 | IPC_CREAT), EINVAL);
    int id = shmget(key, 5000, 0600 | IPC_CREAT | IPC_EXCL);
    CHECK(id >= 0);
    CHECK_IS(shmget(key, 5000, 0600 | IPC_CREAT), id);
    CHECK_IS(shmget(key, 0, 0), id);
    CHECK_IS(shmget(key, 100, 0400), id);
    CHECK_ERROR(shmget(key, 5001, 0600), EINVAL);
    CHECK_ERROR(shmget(key, 5000, 0600 | IPC_CREAT | IPC_EXCL), EEXIST);
    CHECK_IS(shmctl(id, IPC_RMID, NULL), 0);
    CHECK_ERROR(shmget(key, 100, 0600), ENOENT);
}

/* A child has what its parent had attached; another process attaches the same. */
static void test_processes(void)
{
    int id = shmget(key, sizeof(int), 0600 | IPC_CREAT);
    volatile int *word = shmat(id, NULL, 0);
    pid_t child = fork_child();
    if (child == 0) {
        CHECK_IS(state(id).shm_nattch, 2);
        volatile int *again = shmat(shmget(key, sizeof(int), 0600), NULL, 0);
        CHECK(again != word);
        CHECK_IS(state(id).shm_nattch, 3);
        *again = 4711;
        CHECK_IS(*word, 4711);
        CHECK_IS(shmdt((void *)word), 0);
        exit(posix_failures);
    }
    CHECK_IS(result_of(child), 0);
    CHECK_IS(*word, 4711);
    CHECK_IS(state(id).shm_nattch, 1); /* its end detached the other one */
    CHECK_IS(state(id).shm_lpid, child);
    CHECK_IS(shmdt((void *)word), 0);
    CHECK_IS(shmctl(id, IPC_RMID, NULL), 0);
}

static void test_addresses(void)
{
    int id = shmget(IPC_PRIVATE, SHMLBA, 0600);
    char *data = shmat(id, NULL, 0);
    CHECK_IS(shmdt(data), 0);
    CHECK(shmat(id, data + 1, 0) == FAILED && errno == EINVAL);
    CHECK(shmat(id, data + 1, SHM_RND) == data);
    CHECK(shmat(id, data, 0) == FAILED && errno == EINVAL); /* something is there */
    CHECK_IS(shmdt(data), 0);
    CHECK(shmat(id, data, 0) == data);
    CHECK_IS(shmdt(data), 0);
    CHECK_ERROR(shmdt(data), EINVAL);
    CHECK_IS(shmctl(id, IPC_RMID, NULL), 0);
}

static void test_errors(void)
{
    struct shmid_ds ds;
    CHECK_ERROR(shmctl(-1, IPC_STAT, &ds), EINVAL);
    CHECK_ERROR(shmctl(INT_MAX, IPC_STAT, &ds), EINVAL);
    CHECK(shmat(-1, NULL, 0) == FAILED && errno == EINVAL);
    CHECK_ERROR(shmget(IPC_PRIVATE, 0, 0600), EINVAL);
    int id = shmget(IPC_PRIVATE, 1, 0600);
    CHECK_ERROR(shmctl(id, 12345, &ds), EINVAL);
    CHECK_IS(shmctl(id, IPC_RMID, NULL), 0);
}

/* As somebody else: a segment that all may read. */
static void check_other_user(int id)
{
    struct shmid_ds ds = {0};
    CHECK_IS(setuid(65534), 0);
    CHECK(shmat(id, NULL, 0) == FAILED && errno == EACCES);
    CHECK_IS(shmget(key, 10, 0444), id);
    CHECK_ERROR(shmget(key, 10, 0666), EACCES);
    const char *data = shmat(id, NULL, SHM_RDONLY);
    CHECK(data != FAILED && data[3] == 'd');
    CHECK_IS(shmctl(id, IPC_STAT, &ds), 0);
    CHECK_ERROR(shmctl(id, IPC_SET, &ds), EPERM);
    CHECK_ERROR(shmctl(id, IPC_RMID, NULL), EPERM);
    int own = shmget(IPC_PRIVATE, 1, 0); /* of no use, but to be removed */
    CHECK(shmat(own, NULL, 0) == FAILED && errno == EACCES);
    CHECK_ERROR(shmctl(own, IPC_STAT, &ds), EACCES);
    CHECK_IS(shmctl(own, IPC_RMID, NULL), 0);
    exit(posix_failures);
}

static void test_permissions(void)
{
    int id = shmget(key, 10, 0600 | IPC_CREAT);
    struct shmid_ds ds = state(id);
    strcpy(shmat(id, NULL, 0), "abcd");
    ds.shm_perm.mode = 0644;
    CHECK_IS(shmctl(id, IPC_SET, &ds), 0);
    CHECK_IS(state(id).shm_perm.mode & 0777, 0644);
    pid_t child = fork_child();
    if (child == 0)
        check_other_user(id);
    CHECK_IS(result_of(child), 0);
    ds.shm_perm.uid = 65534;
    CHECK_IS(shmctl(id, IPC_SET, &ds), 0);
    CHECK_IS(state(id).shm_perm.uid, 65534);
    CHECK_IS(state(id).shm_perm.cuid, 0);
    CHECK_IS(shmctl(id, IPC_RMID, NULL), 0);
}

/* However many ask for a key at once, one of them makes it. */
static void test_many_create(void)
{
    enum { MANY = 8, ROUNDS = 20 };
    int counts = shmget(IPC_PRIVATE, ROUNDS, 0600);
    char *made = shmat(counts, NULL, 0);
    pid_t children[MANY];
    for (int i = 0; i < MANY; i++) {
        children[i] = fork_child();
        if (children[i] != 0)
            continue;
        for (int round = 0; round < ROUNDS; round++) {
            int id = shmget(key + round, 1, 0600 | IPC_CREAT | IPC_EXCL);
            CHECK(id >= 0 || errno == EEXIST);
            if (id >= 0)
                __atomic_fetch_add(&made[round], 1, __ATOMIC_SEQ_CST);
        }
        exit(posix_failures);
    }
    for (int i = 0; i < MANY; i++)
        CHECK_IS(result_of(children[i]), 0);
    for (int round = 0; round < ROUNDS; round++) {
        CHECK_IS(made[round], 1);
        CHECK_IS(shmctl(shmget(key + round, 1, 0600), IPC_RMID, NULL), 0);
    }
    CHECK_IS(shmctl(counts, IPC_RMID, NULL), 0);
}

int main(void)
{
    umask(077); /* which does not matter */
    key = (key_t)(getpid() << 8 | 1);
    test_a_private_segment();
    test_a_key();
    test_processes();
    test_addresses();
    test_errors();
    if (geteuid() == 0)
        test_permissions();
    test_many_create();
    return posix_end();
}
