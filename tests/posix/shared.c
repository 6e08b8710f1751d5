/* shared.c: shared memory objects and named semaphores. */
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

static char memory_name[64], semaphore_name[64];

static void test_memory_is_shared_with_who_opens_the_name(void)
{
    int status, fd = shm_open(memory_name, O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(fd >= 0);
    CHECK_IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_IS(ftruncate(fd, 8192), 0);
    volatile int *words = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(words != MAP_FAILED);
    CHECK_IS(words[2047], 0);
    pid_t child = fork();
    if (child == 0) {
        int other = shm_open(memory_name, O_RDWR, 0);
        volatile int *same = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, other, 0);
        same[2047] = 1234;
        _exit(0);
    }
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(words[2047], 1234);
    CHECK_ERROR(shm_open(memory_name, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK_IS(shm_unlink(memory_name), 0);
    CHECK_ERROR(shm_unlink(memory_name), ENOENT);
    CHECK_ERROR(shm_open(memory_name, O_RDWR, 0), ENOENT);
    CHECK_IS(words[2047], 1234); /* until the last mapping goes */
    CHECK_IS(munmap((void *)words, 8192), 0);
    close(fd);
}

static void test_named_semaphore_wakes_another_process(void)
{
    int status, value = -1;
    struct timespec soon;
    sem_t *sem = sem_open(semaphore_name, O_CREAT | O_EXCL, 0600, 0);
    CHECK(sem != SEM_FAILED);
    CHECK(sem_open(semaphore_name, 0) == sem);
    CHECK_IS(sem_close(sem), 0); /* opened twice, closed once */
    CHECK_ERROR(sem_trywait(sem), EAGAIN);
    clock_gettime(CLOCK_REALTIME, &soon);
    CHECK_ERROR(sem_timedwait(sem, &soon), ETIMEDOUT);
    pid_t child = fork();
    if (child == 0) {
        sem_t *same = sem_open(semaphore_name, 0);
        usleep(5000);
        _exit(same == SEM_FAILED || sem_post(same) != 0 || sem_post(same) != 0);
    }
    CHECK_IS(sem_wait(sem), 0);
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK_IS(sem_getvalue(sem, &value), 0);
    CHECK_IS(value, 1);
    CHECK(sem_open(semaphore_name, O_CREAT | O_EXCL, 0600, 0) == SEM_FAILED && errno == EEXIST);
    CHECK_IS(sem_unlink(semaphore_name), 0);
    CHECK_IS(sem_post(sem), 0); /* who has it open keeps it */
    CHECK_IS(sem_close(sem), 0);
    CHECK(sem_open(semaphore_name, 0) == SEM_FAILED && errno == ENOENT);
    CHECK_ERROR(sem_unlink(semaphore_name), ENOENT);
}

/* Who makes a semaphore may use it, whatever its mode lets others do. */
static void test_mode_is_for_others(void)
{
    sem_t *sem = sem_open(semaphore_name, O_CREAT | O_EXCL, 0, 1);
    CHECK(sem != SEM_FAILED && sem_wait(sem) == 0);
    CHECK(sem_open(semaphore_name, 0) == SEM_FAILED && errno == EACCES);
    CHECK(sem_open(semaphore_name, O_CREAT, 0666, 1) == SEM_FAILED && errno == EACCES);
    CHECK_IS(sem_unlink(semaphore_name), 0);
    CHECK_IS(sem_close(sem), 0);
}

/* As another user: the number of what went wrong. */
static int check_as_another_user(void)
{
    if (setuid(65534) != 0)
        return 1;
    errno = 0;
    if (sem_unlink(semaphore_name) == 0 || errno != EACCES)
        return 2;
    errno = 0;
    if (shm_unlink(memory_name) == 0 || errno != EACCES)
        return 3;
    snprintf(semaphore_name, sizeof semaphore_name, "/dyad-other-%d", (int)getpid());
    test_mode_is_for_others();
    return posix_failures ? 4 : 0;
}

static void test_others_may_not_remove(void)
{
    int status = -1, fd = shm_open(memory_name, O_RDWR | O_CREAT, 0666);
    sem_t *sem = sem_open(semaphore_name, O_CREAT, 0666, 0);
    CHECK(fd >= 0 && sem != SEM_FAILED);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        exit(check_as_another_user());
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK_IS(sem_unlink(semaphore_name), 0);
    CHECK_IS(shm_unlink(memory_name), 0);
    CHECK_IS(sem_close(sem), 0);
    close(fd);
}

static void test_names(void)
{
    char name[NAME_MAX + 2];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    CHECK_ERROR(shm_open(name, O_RDWR | O_CREAT, 0600), ENAMETOOLONG);
    CHECK(sem_open(name, O_CREAT, 0600, 0) == SEM_FAILED); /* glibc: EINVAL */
    name[NAME_MAX - 4] = 0;                                /* as long as there is room for "sem." */
    CHECK(sem_open(name, O_CREAT, 0600, 0) != SEM_FAILED);
    CHECK_IS(sem_unlink(name), 0);
    name[10] = '/';
    CHECK_ERROR(shm_open(name, O_RDWR | O_CREAT, 0600), EINVAL);
    CHECK_ERROR(shm_open("/", O_RDWR | O_CREAT, 0600), EINVAL);
    CHECK_ERROR(shm_open("..", O_RDWR | O_CREAT, 0600), EINVAL);
}

int main(void)
{
    snprintf(memory_name, sizeof memory_name, "/dyad-memory-%d", (int)getpid());
    snprintf(semaphore_name, sizeof semaphore_name, "/dyad-semaphore-%d", (int)getpid());
    test_memory_is_shared_with_who_opens_the_name();
    test_named_semaphore_wakes_another_process();
    test_names();
    if (geteuid() == 0)
        test_others_may_not_remove();
    return posix_end();
}
