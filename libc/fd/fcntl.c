/* fcntl.c: the control of descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/files.h"
#include "internal/record_lock.h"

#define FLAGS_VISIBLE  (FILE_APPEND | FILE_NONBLOCK | FILE_SYNC | FILE_PATH)
#define FLAGS_SETTABLE (FILE_APPEND | FILE_NONBLOCK)
#define PIPE_BYTES     65536

static int64_t duplicate(int fd, int minimum, int flags)
{
    if (minimum < 0 || minimum >= __fd_limit)
        return -ERR_INVAL;
    return __fd_install_flags(dyad_handle_dup(__fd_handle(fd), RIGHT_ALL), flags, minimum);
}

static int64_t get_fd_flags(int fd)
{
    uint32_t word = (unsigned)fd < OPEN_MAX ? __fd_table[fd] : 0;
    if (word == 0)
        return -ERR_BADF;
    return (word & FD_WORD_CLOEXEC ? FD_CLOEXEC : 0) | (__clofork_get(fd) ? FD_CLOFORK : 0);
}

static int64_t set_cloexec(int fd, bool cloexec)
{
    uint32_t word = (unsigned)fd < OPEN_MAX ? __fd_table[fd] : 0;
    uint32_t wanted;
    do {
        if (word == 0)
            return -ERR_BADF;
        wanted = (word & ~FD_WORD_CLOEXEC) | (cloexec ? FD_WORD_CLOEXEC : 0);
    } while (!__c11_atomic_compare_exchange_weak(&__fd_table[fd], &word, wanted, __ATOMIC_RELAXED,
                                                 __ATOMIC_RELAXED));
    return 0;
}

static int64_t set_fd_flags(int fd, unsigned long flags)
{
    int64_t result = set_cloexec(fd, flags & FD_CLOEXEC);
    bool on = flags & FD_CLOFORK;
    if (result < 0 || on == __clofork_get(fd))
        return result;
    uint64_t mask = __clofork_begin();
    __clofork_set_locked(fd, on);
    __clofork_end(mask);
    return 0;
}

static int64_t get_flags(handle_t h)
{
    int64_t flags = dyad_handle_control(h, HANDLE_GET_FLAGS, 0);
    if (flags < 0)
        return flags;
    int access = (flags & FILE_RDWR) == FILE_RDWR ? O_RDWR
                 : flags & FILE_WRITE             ? O_WRONLY
                                                  : O_RDONLY;
    return (flags & FLAGS_VISIBLE) | access;
}

static bool is_pipe(handle_t h)
{
    struct dyad_stat st;
    return __handle_stat(h, &st) >= 0 && (st.mode & MODE_TYPE) == MODE_FIFO;
}

/* Every pipe and fifo has this size; asking for less gives more, which is allowed. */
static int64_t pipe_size(handle_t h, unsigned long wanted)
{
    if (!is_pipe(h))
        return -ERR_BADF;
    return wanted <= PIPE_BYTES ? PIPE_BYTES : -ERR_PERM;
}

/*
 * Who is told of urgent data: only kept, as there is none. An entry counts while its descriptor is what it was (handles are not
 * used twice).
 */
static struct {
    _Atomic uint32_t word;
    _Atomic pid_t owner;
} owners[OPEN_MAX];

static int64_t set_owner(int fd, int owner)
{
    if (__fd_handle(fd) == HANDLE_NONE)
        return -ERR_BADF;
    if (owner == INT_MIN)
        return -ERR_INVAL;
    if (owner != 0 && kill(owner, 0) < 0 && errno == ESRCH)
        return -ERR_SRCH;
    owners[fd].owner = owner;
    owners[fd].word = __fd_table[fd] & ~FD_WORD_CLOEXEC;
    return 0;
}

/* A group's is negative, which is not to be taken for an error: the caller does not pass it through __result. */
static pid_t get_owner(int fd)
{
    return owners[fd].word == (__fd_table[fd] & ~FD_WORD_CLOEXEC) ? owners[fd].owner : 0;
}

static int64_t control(int fd, int command, unsigned long arg)
{
    handle_t h = __fd_handle(fd);
    switch (command) {
    case F_DUPFD: return duplicate(fd, (int)arg, 0);
    case F_DUPFD_CLOEXEC: return duplicate(fd, (int)arg, O_CLOEXEC);
    case F_DUPFD_CLOFORK: return duplicate(fd, (int)arg, O_CLOFORK);
    case F_GETFD: return get_fd_flags(fd);
    case F_SETFD: return set_fd_flags(fd, arg);
    case F_GETFL: return get_flags(h);
    case F_SETFL: return dyad_handle_control(h, HANDLE_SET_FLAGS, arg & FLAGS_SETTABLE);
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW: return __record_lock(h, command, (struct flock *)arg);
    case F_GETPIPE_SZ: return pipe_size(h, 0);
    case F_SETPIPE_SZ: return pipe_size(h, arg);
    case F_SETOWN: return set_owner(fd, (int)arg);
    default: return h == HANDLE_NONE ? -ERR_BADF : -ERR_INVAL;
    }
}

int fcntl(int fd, int command, ...)
{
    va_list list;
    va_start(list, command);
    unsigned long arg = va_arg(list, unsigned long);
    va_end(list);
    if (command == F_GETOWN && __fd_handle(fd) != HANDLE_NONE)
        return get_owner(fd);
    if (command == F_SETLKW || command == F_OFD_SETLKW)
        return (int)__result(CANCELLABLE(control(fd, command, arg)));
    return (int)__result(control(fd, command, arg));
}
