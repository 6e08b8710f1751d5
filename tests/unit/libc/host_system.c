/* host_system.c: the system part of the library, played by the host. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "dy.h"

static _Thread_local int our_errno;

int *dy___errno_location(void)
{
    return &our_errno;
}

/* The result of a host call, with errno carried over: the numbers are the same. */
#define CARRY(call)                     \
    ({                                  \
        __typeof__(call) result = call; \
        if ((intptr_t)result == -1)     \
            our_errno = errno;          \
        result;                         \
    })

extern char **environ;
char **dy_environ;
char *dy_program_invocation_short_name = "test";
size_t test_pages_mapped;

ssize_t dy_read(int fd, void *buf, size_t n)
{
    return CARRY(read(fd, buf, n));
}
ssize_t dy_write(int fd, const void *buf, size_t n)
{
    return CARRY(write(fd, buf, n));
}
int dy_close(int fd)
{
    return CARRY(close(fd));
}
off_t dy_lseek(int fd, off_t at, int whence)
{
    return CARRY(lseek(fd, at, whence));
}
int dy_isatty(int fd)
{
    return isatty(fd);
}
int dy_unlink(const char *path)
{
    return CARRY(unlink(path));
}
int dy_rmdir(const char *path)
{
    return CARRY(rmdir(path));
}
int dy_mkdir(const char *path, mode_t mode)
{
    return CARRY(mkdir(path, mode));
}
ssize_t dy_readlink(const char *path, char *buf, size_t n)
{
    return CARRY(readlink(path, buf, n));
}
pid_t dy_getpid(void)
{
    return getpid();
}
uid_t dy_getuid(void)
{
    return getuid();
}
int dy_raise(int sig)
{
    return raise(sig);
}
int dy_clock_gettime(clockid_t clock, struct timespec *ts)
{
    return clock_gettime(clock, ts);
}
struct passwd *dy_getpwnam(const char *name)
{
    return getpwnam(name);
}
struct passwd *dy_getpwuid(uid_t uid)
{
    return getpwuid(uid);
}
void (*dy_signal(int sig, void (*fn)(int)))(int)
{
    return signal(sig, fn);
}
int dy_sigprocmask(int how, const void *set, void *old)
{
    (void)how;
    (void)set;
    (void)old;
    return 0;
}
int dy_sigemptyset(void *set)
{
    (void)set;
    return 0;
}
int dy_sigaddset(void *set, int sig)
{
    (void)set;
    (void)sig;
    return 0;
}
_Noreturn void dy__Exit(int status)
{
    _exit(status);
}

char *dy_getcwd(char *buf, size_t n)
{
    char *cwd = getcwd(buf, n);
    if (!cwd)
        our_errno = errno;
    return cwd;
}

/* Our open flags (libc/include/fcntl.h) to the host's. */
static int host_flags(int flags)
{
    static const int map[][2] = {
        {0x40, O_CREAT}, {0x80, O_EXCL}, {0x200, O_TRUNC}, {0x400, O_APPEND}, {0x80000, O_CLOEXEC}};
    int host = flags & 3;
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++)
        host |= flags & map[i][0] ? map[i][1] : 0;
    return host;
}

int dy_open(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    int mode = flags & 0x40 ? va_arg(ap, int) : 0;
    va_end(ap);
    return CARRY(open(path, host_flags(flags), mode));
}

int dy_fcntl(int fd, int command, ...)
{
    int flags = CARRY(fcntl(fd, F_GETFL));
    if (flags < 0)
        return -1;
    return command == F_GETFL ? flags & O_ACCMODE : 0;
}

int dy_dup3(int from, int to, int flags)
{
    return CARRY(dup3(from, to, host_flags(flags)));
}

/* struct stat of ours: what matters is the mode, after three 8-byte fields. */
struct our_stat {
    uint64_t dev, ino, nlink;
    uint32_t mode, uid, gid;
    uint64_t rest[12];
};

static int fill_stat(int result, const struct stat *host, struct our_stat *ours)
{
    if (result < 0) {
        our_errno = errno;
        return -1;
    }
    memset(ours, 0, offsetof(struct our_stat, rest));
    ours->mode = host->st_mode;
    return 0;
}

int dy_lstat(const char *path, struct our_stat *st)
{
    struct stat host;
    return fill_stat(lstat(path, &host), &host, st);
}

int dy_stat(const char *path, struct our_stat *st)
{
    struct stat host;
    return fill_stat(stat(path, &host), &host, st);
}

/* struct dirent is laid out alike, so the host's is handed on. */
DIR *dy_opendir(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        our_errno = errno;
    return dir;
}

struct dirent *dy_readdir(DIR *dir)
{
    return readdir(dir);
}
int dy_closedir(DIR *dir)
{
    return closedir(dir);
}

void *dy___pages_map(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    __atomic_add_fetch(&test_pages_mapped, bytes / 4096, __ATOMIC_RELAXED);
    return p;
}

void *dy___pages_resize(void *p, size_t old, size_t bytes)
{
    void *to = mremap(p, old, bytes, MREMAP_MAYMOVE);
    if (to == MAP_FAILED)
        return NULL;
    __atomic_add_fetch(&test_pages_mapped, bytes / 4096 - old / 4096, __ATOMIC_RELAXED);
    return to;
}

void dy___pages_unmap(void *p, size_t bytes)
{
    munmap(p, bytes);
    __atomic_sub_fetch(&test_pages_mapped, bytes / 4096, __ATOMIC_RELAXED);
}

int dy___futex_wait(_Atomic int *addr, int expected, uint64_t deadline_ns)
{
    (void)deadline_ns;
    return (int)syscall(SYS_futex, addr, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

int dy___futex_wake(_Atomic int *addr, int count)
{
    return (int)syscall(SYS_futex, addr, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

int test_in_child(void (*fn)(void))
{
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(2);
        fn();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}
