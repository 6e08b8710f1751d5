/* memory.c: <sys/mman.h>: mappings of files and of nothing, protections, what shall fail; locking, advice, synchronising. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/posix/posix_test.h"

#define PAGE 4096L

static sigjmp_buf back;
static volatile sig_atomic_t fault;

static void on_fault(int sig)
{
    fault = sig;
    siglongjmp(back, 1);
}

/* The signal that touching it gives, 0: none. */
static int touch(volatile char *at, bool writes)
{
    fault = 0;
    if (sigsetjmp(back, 1) == 0) {
        if (writes)
            *at = 1;
        else
            (void)*at;
    }
    return fault;
}

static int new_file(long bytes)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/posix_memory.%d", (int)getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0);
    CHECK_IS(ftruncate(fd, bytes), 0);
    unlink(path);
    return fd;
}

static void test_shared_and_private(void)
{
    int fd = new_file(2 * PAGE);
    char byte = 0;
    CHECK_IS(pwrite(fd, "abc", 3, PAGE), 3);
    char *shared = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *private = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, PAGE);
    CHECK(shared != MAP_FAILED && private != MAP_FAILED);
    CHECK(memcmp(private, "abc", 3) == 0 && shared[PAGE + 1] == 'b');
    shared[5] = 'x';
    CHECK_IS(pread(fd, &byte, 1, 5), 1);
    CHECK_IS(byte, 'x');
    private[0] = 'p';
    CHECK_IS(shared[PAGE], 'a');
    CHECK_IS(close(fd), 0); /* the mappings stay */
    pid_t child = fork();
    if (child == 0) {
        shared[6] = 'c', private[1] = 'c';
        _exit(0);
    }
    CHECK_IS(waitpid(child, NULL, 0), child);
    CHECK_IS(shared[6], 'c');
    CHECK_IS(private[1], 'b');
    CHECK_IS(msync(shared, 2 * PAGE, MS_SYNC), 0);
    CHECK_IS(msync(shared, 2 * PAGE, MS_ASYNC | MS_INVALIDATE), 0);
    CHECK_ERROR(msync(shared, PAGE, MS_SYNC | MS_ASYNC), EINVAL);
    CHECK_ERROR(msync(shared + 1, PAGE, MS_SYNC), EINVAL);
    CHECK_IS(munmap(shared, 2 * PAGE), 0);
    CHECK_ERROR(msync(shared, PAGE, MS_SYNC), ENOMEM);
    CHECK_IS(munmap(private, PAGE), 0);
    CHECK_IS(touch(shared, false), SIGSEGV);
}

static void test_beyond_the_end(void)
{
    int fd = new_file(PAGE / 2);
    char *at = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), byte = 7;
    CHECK(at != MAP_FAILED);
    CHECK_IS(at[PAGE - 1], 0); /* the rest of the last page is zero, */
    at[PAGE / 2] = 'y';
    CHECK_IS(pread(fd, &byte, 1, PAGE / 2), 0); /* and is not written */
    CHECK_IS(touch(at + PAGE, false), SIGBUS);
    CHECK_IS(touch(at + 2 * PAGE, true), SIGBUS);
    CHECK_IS(munmap(at, 3 * PAGE), 0);
    close(fd);
}

static void test_protections(void)
{
    char *at = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(at != MAP_FAILED);
    CHECK_IS(touch(at, false), SIGSEGV);
    CHECK_IS(mprotect(at, PAGE, PROT_READ), 0);
    CHECK_IS(touch(at, false), 0);
    CHECK_IS(touch(at, true), SIGSEGV);
    CHECK_IS(mprotect(at, PAGE, PROT_READ | PROT_WRITE), 0);
    CHECK_IS(touch(at, true), 0);
    CHECK_IS(touch(at + PAGE, false), SIGSEGV);
    CHECK_ERROR(mprotect(at + 1, PAGE, PROT_READ), EINVAL);
    CHECK_IS(munmap(at + PAGE, PAGE), 0); /* a hole */
    CHECK_ERROR(mprotect(at, 3 * PAGE, PROT_READ), ENOMEM);
    CHECK_IS(munmap(at, 3 * PAGE), 0);
    CHECK_IS(munmap(at, 3 * PAGE), 0); /* nothing there: no error */
    int fd = new_file(PAGE), readonly;
    char path[64];
    snprintf(path, sizeof path, "/tmp/posix_memory.r%d", (int)getpid());
    readonly = open(path, O_RDONLY | O_CREAT, 0600);
    unlink(path);
    CHECK_IS((long)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, readonly, 0), -1);
    CHECK_IS(errno, EACCES);
    at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, readonly, 0);
    CHECK(at != MAP_FAILED);
    CHECK_IS(munmap(at, PAGE), 0);
    at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
    CHECK(at != MAP_FAILED);
    CHECK_IS(touch(at, true), SIGSEGV);
    CHECK_IS(munmap(at, PAGE), 0);
    close(fd), close(readonly);
}

static void test_a_fixed_place(void)
{
    char *at = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(at != MAP_FAILED);
    memset(at, 'o', 4 * PAGE);
    char *again = mmap(at + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(again == at + PAGE);
    CHECK(at[PAGE - 1] == 'o' && at[PAGE] == 0 && at[2 * PAGE] == 'o');
    CHECK_IS((long)mmap(at + 1, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
             -1);
    CHECK_IS(errno, EINVAL);
    CHECK_IS(munmap(at, 4 * PAGE), 0);
}

static void test_what_shall_fail(void)
{
    int fd = new_file(PAGE), writeonly, ends[2];
    char path[64];
    static const struct {
        long length, offset;
        int prot, flags, error;
        bool bad_fd;
    } rows[] = {
        {0, 0, PROT_READ, MAP_PRIVATE, EINVAL, false},
        {PAGE, 1, PROT_READ, MAP_PRIVATE, EINVAL, false},
        {PAGE, 0, PROT_READ, 0, EINVAL, false},
        {PAGE, 0, PROT_READ, MAP_PRIVATE, EBADF, true},
        {PAGE, 0, PROT_READ, MAP_SHARED, EBADF, true},
        {0x7fffffffffff0000, 0, PROT_READ, MAP_PRIVATE, ENOMEM, false},
        {4 * PAGE, 0x7ffffffffffff000, PROT_READ, MAP_SHARED, EOVERFLOW, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        errno = 0;
        CHECK(mmap(NULL, (size_t)rows[i].length, rows[i].prot, rows[i].flags,
                   rows[i].bad_fd ? -1 : fd, rows[i].offset) == MAP_FAILED);
        if (errno != rows[i].error) {
            printf("row %zu: ", i);
            CHECK_IS(errno, rows[i].error);
        }
    }
    CHECK_IS(pipe(ends), 0);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ends[0], 0) == MAP_FAILED);
    CHECK_IS(errno, ENODEV);
    snprintf(path, sizeof path, "/tmp/posix_memory.w%d", (int)getpid());
    writeonly = open(path, O_WRONLY | O_CREAT, 0600);
    unlink(path);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, writeonly, 0) == MAP_FAILED);
    CHECK_IS(errno, EACCES);
    CHECK_ERROR(munmap((void *)1, PAGE), EINVAL);
    CHECK_ERROR(munmap((void *)PAGE, 0), EINVAL);
    close(fd), close(ends[0]), close(ends[1]), close(writeonly);
}

static void test_locking_and_advice(void)
{
    char *at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(at != MAP_FAILED);
    CHECK_IS(mlock(at, PAGE), 0);
    CHECK_IS(mlock(at + 100, 10), 0);
    CHECK_IS(munlock(at, PAGE), 0);
    CHECK_ERROR(mlockall(0), EINVAL);
    CHECK_ERROR(mlockall(0x1000), EINVAL);
    CHECK_IS(munlockall(), 0);
    for (int advice = POSIX_MADV_NORMAL; advice <= POSIX_MADV_DONTNEED; advice++)
        CHECK_IS(posix_madvise(at, 2 * PAGE, advice), 0);
    CHECK_IS(posix_madvise(at, PAGE, 12345), EINVAL);
    CHECK_IS(posix_madvise(at + 1, PAGE, POSIX_MADV_NORMAL), EINVAL);
    CHECK_IS(munmap(at, 2 * PAGE), 0);
    CHECK_ERROR(mlock(at, PAGE), ENOMEM);
    CHECK_ERROR(munlock(at, PAGE), ENOMEM);
    CHECK_IS(posix_madvise(at, PAGE, POSIX_MADV_NORMAL), ENOMEM);
}

/* msync: EBUSY when pages are locked and MS_INVALIDATE is set. A child has no locks. */
static void test_locked_pages_are_busy(void)
{
    int flags = MS_SYNC | MS_INVALIDATE, status;
    char *at = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK_IS(mlock(at + PAGE, 1), 0);
    CHECK_ERROR(msync(at, 3 * PAGE, flags), EBUSY);
    CHECK_IS(msync(at, 3 * PAGE, MS_SYNC), 0);
    CHECK_IS(msync(at, PAGE, flags), 0);
    CHECK_IS(msync(at + 2 * PAGE, PAGE, flags), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(msync(at, 3 * PAGE, flags) != 0);
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
    CHECK_IS(munlock(at, 3 * PAGE), 0);
    CHECK_IS(msync(at, 3 * PAGE, flags), 0);

    CHECK_IS(mlockall(MCL_CURRENT), 0);
    char *later = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK_ERROR(msync(at, PAGE, flags), EBUSY);
    CHECK_IS(msync(later, PAGE, flags), 0);
    CHECK_IS(munlockall(), 0);
    CHECK_IS(msync(at, PAGE, flags), 0);
    CHECK_IS(munmap(later, PAGE), 0);
    CHECK_IS(mlockall(MCL_FUTURE), 0);
    later = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK_IS(msync(at, PAGE, flags), 0);
    CHECK_ERROR(msync(later, PAGE, flags), EBUSY);
    CHECK_IS(munlockall(), 0);
    CHECK_IS(munmap(later, PAGE), 0);
    CHECK_IS(munmap(at, 3 * PAGE), 0);
}

/* In a child, since it gives privileges up. */
static void lock_with_a_limit(void)
{
    struct rlimit two = {2 * PAGE, 2 * PAGE}, none = {0, 0};
    char *at = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK_IS(mlockall(MCL_FUTURE), 0);
    CHECK_IS(setrlimit(RLIMIT_MEMLOCK, &two), 0);
    CHECK_IS(seteuid(65534), 0);
    CHECK(mmap(NULL, 8 * PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    CHECK_IS(errno, EAGAIN);
    CHECK_ERROR(mlockall(MCL_CURRENT), ENOMEM);
    CHECK_IS(munlockall(), 0);
    CHECK_ERROR(mlock(at, 3 * PAGE), ENOMEM);
    CHECK_IS(mlock(at, 2 * PAGE), 0);
    CHECK_IS(mlock(at + PAGE, PAGE), 0); /* it is already */
    CHECK_ERROR(mlock(at + 2 * PAGE, PAGE), ENOMEM);
    CHECK_IS(munlock(at, PAGE), 0);
    CHECK_IS(mlock(at + 2 * PAGE, PAGE), 0);
    CHECK_IS(munmap(at, 3 * PAGE), 0);
    CHECK_IS(setrlimit(RLIMIT_MEMLOCK, &none), 0);
    CHECK_ERROR(mlockall(MCL_FUTURE), EPERM);
}

static void test_how_much_may_be_locked(void)
{
    int status;
    fflush(stdout);
    pid_t child = geteuid() == 0 ? fork() : -1;
    if (child == 0) {
        posix_failures = 0;
        lock_with_a_limit();
        fflush(stdout);
        _exit(posix_failures != 0);
    }
    if (child < 0)
        return;
    CHECK_IS(waitpid(child, &status, 0), child);
    CHECK_IS(status, 0);
}

static bool is_later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

/* The times are marked between the write and the next msync, also when the descriptor is long closed. */
static void test_msync_tells_of_writes(void)
{
    char path[64];
    struct stat before, after;
    struct timespec tick = {.tv_nsec = 30000000};
    snprintf(path, sizeof path, "/tmp/posix_memory.m%d", (int)getpid());
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    CHECK_IS(ftruncate(fd, 2 * PAGE), 0);
    char *at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(at != MAP_FAILED);
    close(fd);
    for (int flags = 0; flags < 2; flags++) {
        CHECK_IS(stat(path, &before), 0);
        nanosleep(&tick, NULL);
        at[PAGE] = (char)(flags + 1);
        CHECK_IS(msync(at + PAGE, PAGE, flags ? MS_ASYNC : MS_SYNC), 0);
        CHECK_IS(stat(path, &after), 0);
        CHECK(is_later(&after.st_mtim, &before.st_mtim));
        CHECK(is_later(&after.st_ctim, &before.st_ctim));
    }
    /* What lies there now is no part of the file. */
    char *other =
        mmap(at, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(other == at);
    nanosleep(&tick, NULL);
    CHECK_IS(msync(other, PAGE, MS_SYNC), 0);
    CHECK_IS(stat(path, &before), 0);
    CHECK_IS(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    CHECK_IS(munmap(at, 2 * PAGE), 0);
    unlink(path);
}

static void test_shared_memory_objects(void)
{
    char name[64], longest[512];
    struct stat st;
    snprintf(name, sizeof name, "/posix_memory.%d", (int)getpid());
    memset(longest, 'x', sizeof longest);
    longest[0] = '/', longest[sizeof longest - 1] = 0;
    CHECK_ERROR(shm_open(name, O_RDWR, 0), ENOENT);
    CHECK_ERROR(shm_unlink(name), ENOENT);
    CHECK_IS(shm_open(longest, O_RDWR | O_CREAT, 0600), -1);
    CHECK(errno == ENAMETOOLONG || errno == EINVAL); /* POSIX, glibc */
    CHECK_IS(shm_unlink(longest), -1);
    mode_t mask = umask(027);
    int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0666);
    umask(mask);
    CHECK(fd >= 0);
    CHECK_IS(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    CHECK_IS(fstat(fd, &st), 0);
    CHECK_IS(st.st_mode & 0777, 0640);
    CHECK_IS(st.st_size, 0);
    CHECK_IS(st.st_uid, geteuid());
    CHECK_ERROR(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK_IS(ftruncate(fd, PAGE), 0);
    char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(at != MAP_FAILED);
    at[0] = 's';
    int other = shm_open(name, O_RDONLY, 0);
    CHECK(other >= 0);
    const char *seen = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, other, 0);
    CHECK(seen != MAP_FAILED && seen[0] == 's');
    CHECK(mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, other, 0) == MAP_FAILED && errno == EACCES);
    CHECK_IS(shm_unlink(name), 0);
    CHECK_ERROR(shm_open(name, O_RDWR, 0), ENOENT);
    at[1] = 't'; /* it lives as long as it is mapped */
    CHECK_IS(seen[1], 't');
    close(fd), close(other);
    fd = shm_open(name, O_RDWR | O_CREAT, 0600);
    CHECK_IS(ftruncate(fd, 100), 0);
    close(fd);
    fd = shm_open(name, O_RDWR | O_TRUNC, 0600);
    CHECK_IS(fstat(fd, &st), 0);
    CHECK_IS(st.st_size, 0);
    close(fd);
    CHECK_IS(shm_unlink(name), 0);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_fault};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    test_shared_and_private();
    test_beyond_the_end();
    test_protections();
    test_a_fixed_place();
    test_what_shall_fail();
    test_locking_and_advice();
    test_locked_pages_are_busy();
    test_how_much_may_be_locked();
    test_msync_tells_of_writes();
    test_shared_memory_objects();
    return posix_end();
}
