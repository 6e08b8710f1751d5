/* system.c: the system that the fuzzed library runs on: files of the target's, nothing else. Results and errno are those of Dyad's calls. */
#include "fuzz_libc.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { FILES_MAX = 8, OPEN_MAX_HERE = 8, DESCRIPTOR_BASE = 1000 };

static struct {
    const char *path;
    const uint8_t *bytes;
    size_t size;
} files[FILES_MAX];

static struct {
    bool used;
    int file;
    size_t at;
} opened[OPEN_MAX_HERE];

char **dy_environ;
char *dy_program_invocation_short_name = "fuzz";

void fuzz_file(const char *path, const void *bytes, size_t size)
{
    int at = 0;
    while (at < FILES_MAX && files[at].path && strcmp(files[at].path, path) != 0)
        at++;
    EXPECT(at < FILES_MAX);
    files[at].path = path;
    files[at].bytes = bytes;
    files[at].size = size;
}

bool fuzz_files_closed(void)
{
    for (int i = 0; i < OPEN_MAX_HERE; i++) {
        if (opened[i].used)
            return false;
    }
    return true;
}

int dy_open(const char *path, int flags, ...)
{
    int file = 0, slot = 0;
    while (file < FILES_MAX &&
           (!files[file].path || !files[file].bytes || strcmp(files[file].path, path) != 0))
        file++;
    while (slot < OPEN_MAX_HERE && opened[slot].used)
        slot++;
    if (file == FILES_MAX || slot == OPEN_MAX_HERE) {
        errno = file == FILES_MAX ? ENOENT : EMFILE;
        return -1;
    }
    opened[slot].used = true;
    opened[slot].file = file;
    opened[slot].at = 0;
    return DESCRIPTOR_BASE + slot;
}

/* The slot of an open descriptor; -1 and EBADF. */
static int slot_of(int fd)
{
    if (fd >= DESCRIPTOR_BASE && fd < DESCRIPTOR_BASE + OPEN_MAX_HERE &&
        opened[fd - DESCRIPTOR_BASE].used)
        return fd - DESCRIPTOR_BASE;
    errno = EBADF;
    return -1;
}

ssize_t dy_read(int fd, void *buf, size_t n)
{
    int slot = slot_of(fd);
    if (slot < 0)
        return -1;
    size_t left = files[opened[slot].file].size - opened[slot].at;
    n = n < left ? n : left;
    memcpy(buf, files[opened[slot].file].bytes + opened[slot].at, n);
    opened[slot].at += n;
    return (ssize_t)n;
}

/* Messages go nowhere. */
ssize_t dy_write(int fd, const void *buf, size_t n)
{
    return (ssize_t)n;
}

off_t dy_lseek(int fd, off_t at, int whence)
{
    int slot = slot_of(fd);
    if (slot < 0)
        return -1;
    size_t size = files[opened[slot].file].size;
    off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)opened[slot].at : (off_t)size;
    if (base + at < 0 || (size_t)(base + at) > size) {
        errno = EINVAL;
        return -1;
    }
    opened[slot].at = (size_t)(base + at);
    return base + at;
}

int dy_close(int fd)
{
    int slot = slot_of(fd);
    if (slot >= 0)
        opened[slot].used = false;
    return slot >= 0 ? 0 : -1;
}

int dy_isatty(int fd)
{
    return 0;
}
int dy_fcntl(int fd, int command, ...)
{
    return 0;
}
pid_t dy_getpid(void)
{
    return 42;
}
uid_t dy_getuid(void)
{
    return 1000;
}
int dy_clock_gettime(clockid_t clock, struct timespec *now)
{
    *now = (struct timespec){1700000000, 0};
    return 0;
}
int dy_setgroups(size_t count, const gid_t *groups)
{
    return 0;
}

/* One thread: nobody waits. */
int dy___futex_wait(_Atomic int *addr, int expected, uint64_t deadline_ns)
{
    FAIL("a lock is taken twice");
}
int dy___futex_wake(_Atomic int *addr, int count)
{
    return 0;
}
