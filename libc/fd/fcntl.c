/* fcntl.c: the control of descriptors. */
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/files.h"
#include "abi/file.h"

#define FLAGS_VISIBLE  (FILE_APPEND | FILE_NONBLOCK | FILE_SYNC | FILE_PATH)
#define FLAGS_SETTABLE (FILE_APPEND | FILE_NONBLOCK)

static int64_t duplicate(int fd, int minimum, bool cloexec)
{
    if (minimum < 0 || minimum >= __fd_limit)
        return -ERR_INVAL;
    return __fd_install(dyad_handle_dup(__fd_handle(fd), RIGHT_ALL), cloexec, minimum);
}

static int64_t get_cloexec(int fd)
{
    uint32_t word = (unsigned)fd < OPEN_MAX ? __fd_table[fd] : 0;
    if (word == 0)
        return -ERR_BADF;
    return word & FD_WORD_CLOEXEC ? FD_CLOEXEC : 0;
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

/* l_start from the file's beginning. */
static int64_t lock_start(handle_t h, const struct flock *lock, int64_t *start)
{
    int64_t base = 0;
    if (lock->l_whence == SEEK_CUR) {
        base = dyad_handle_control(h, HANDLE_SEEK_CUR, 0);
    } else if (lock->l_whence == SEEK_END) {
        struct dyad_stat st;
        base = __handle_stat(h, &st);
        if (base >= 0)
            base = (int64_t)st.size;
    } else if (lock->l_whence != SEEK_SET) {
        return -ERR_INVAL;
    }
    if (base < 0)
        return base;
    if (__builtin_add_overflow(base, lock->l_start, start))
        return -ERR_OVERFLOW;
    return *start < 0 ? -ERR_INVAL : 0;
}

/* A lock for reading takes a descriptor that reads, one for writing one that writes. */
static bool may_lock(handle_t h, short type)
{
    int64_t flags = get_flags(h);
    return flags >= 0 && (flags & O_ACCMODE) != (type == F_RDLCK ? O_WRONLY : O_RDONLY);
}

static void end_locks(handle_t h)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = F_SETLK;
    args.args[3] = F_UNLCK;
    __verb_call(h, VERB_lock, &args); /* what is no file has no locks */
}

static int64_t lock_call(handle_t h, int command, struct flock *lock)
{
    struct dyad_lock_reply reply = {0};
    struct call_args args = CALL_ARGS_NONE;
    int64_t start, length = lock->l_len;
    int64_t result = lock_start(h, lock, &start);
    if (result < 0)
        return result;
    if (length < 0) { /* the bytes before start */
        start += length;
        length = -length;
        if (start < 0)
            return -ERR_INVAL;
    }
    if (command != F_GETLK && lock->l_type != F_UNLCK && !may_lock(h, lock->l_type))
        return -ERR_BADF;
    args.args[0] = (uint64_t)command;
    args.args[1] = (uint64_t)start;
    args.args[2] = (uint64_t)length;
    args.args[3] = (uint64_t)lock->l_type;
    args.out = &reply;
    args.out_len = sizeof reply;
    result = __verb_call(h, VERB_lock, &args);
    if (result >= 0 && command != F_GETLK)
        __record_locks_end = end_locks;
    if (result < 0 || command != F_GETLK)
        return result < 0 ? result : 0;
    lock->l_type = (short)reply.type;
    if (reply.type != FILE_LOCK_NONE) {
        lock->l_whence = SEEK_SET;
        lock->l_start = reply.start;
        lock->l_len = reply.length;
        lock->l_pid = (pid_t)reply.pid;
    }
    return 0;
}

static int64_t control(int fd, int command, unsigned long arg)
{
    handle_t h = __fd_handle(fd);
    switch (command) {
    case F_DUPFD: return duplicate(fd, (int)arg, false);
    case F_DUPFD_CLOEXEC: return duplicate(fd, (int)arg, true);
    case F_GETFD: return get_cloexec(fd);
    case F_SETFD: return set_cloexec(fd, arg & FD_CLOEXEC);
    case F_GETFL: return get_flags(h);
    case F_SETFL: return dyad_handle_control(h, HANDLE_SET_FLAGS, arg & FLAGS_SETTABLE);
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW: return lock_call(h, command, (struct flock *)arg);
    case F_GETPIPE_SZ: return 65536;
    default: return -ERR_INVAL;
    }
}

int fcntl(int fd, int command, ...)
{
    va_list list;
    va_start(list, command);
    unsigned long arg = va_arg(list, unsigned long);
    va_end(list);
    if (command == F_SETLKW)
        return (int)__result(CANCELLABLE(control(fd, command, arg)));
    return (int)__result(control(fd, command, arg));
}
