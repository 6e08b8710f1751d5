/*
 * record_lock.c: fcntl's locks. The server lets a process's locks go when it ends; it is shown a handle of the process for that, the
 * first time it asks for one.
 */
#include <fcntl.h>
#include <unistd.h>
#include "internal/files.h"
#include "internal/record_lock.h"

struct lock_command {
    uint32_t wire; /* enum dyad_lock_command */
    bool query, by_file;
};

static struct lock_command decode(int command)
{
    switch (command) {
    case F_GETLK: return (struct lock_command){FILE_LOCK_QUERY, true, false};
    case F_SETLK: return (struct lock_command){FILE_LOCK_SET, false, false};
    case F_SETLKW: return (struct lock_command){FILE_LOCK_SET_WAIT, false, false};
    case F_OFD_GETLK: return (struct lock_command){FILE_LOCK_FILE_QUERY, true, true};
    case F_OFD_SETLK: return (struct lock_command){FILE_LOCK_FILE_SET, false, true};
    default: return (struct lock_command){FILE_LOCK_FILE_SET_WAIT, false, true};
    }
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

/* The range in bytes; *length 0: to the end, however far. */
static int64_t lock_range(handle_t h, const struct flock *lock, int64_t *start, int64_t *length)
{
    int64_t last, result = lock_start(h, lock, start);
    if (result < 0)
        return result;
    *length = lock->l_len;
    if (*length < 0) { /* the bytes before start */
        if (*start + *length < 0)
            return -ERR_INVAL;
        *start += *length;
        *length = -*length;
    } else if (*length > 0 && __builtin_add_overflow(*start, *length - 1, &last)) {
        return -ERR_OVERFLOW;
    }
    return 0;
}

/* A lock for reading takes a descriptor that reads, one for writing one that writes. */
static bool may_lock(handle_t h, short type)
{
    int64_t flags = dyad_handle_control(h, HANDLE_GET_FLAGS, 0);
    return flags >= 0 && (flags & (type == F_RDLCK ? FILE_READ : FILE_WRITE));
}

/* The same call once more, with a handle of this process. */
static int64_t call_as_process(handle_t h, struct call_args *args)
{
    int64_t self = dyad_process_control(HANDLE_NONE, PROCESS_SELF, 0, 0);
    if (self < 0)
        return -ERR_NOLCK;
    int64_t shown = dyad_handle_dup((handle_t)self, RIGHT_PASS | RIGHT_WATCH);
    dyad_handle_close((handle_t)self);
    if (shown < 0)
        return -ERR_NOLCK;
    args->send = (handle_t)shown;
    int64_t result = __verb_call(h, VERB_lock, args);
    dyad_handle_close((handle_t)shown);
    return result;
}

static void tell(const struct dyad_lock_reply *reply, struct flock *lock)
{
    lock->l_type = (short)reply->type;
    if (reply->type == FILE_LOCK_NONE)
        return;
    lock->l_whence = SEEK_SET;
    lock->l_start = reply->start;
    lock->l_len = reply->length;
    lock->l_pid = (pid_t)reply->pid; /* -1 for FILE_LOCK_NO_PID */
}

int64_t __record_lock(handle_t h, int command, struct flock *lock)
{
    struct lock_command wanted = decode(command);
    struct dyad_lock_reply reply = {0};
    struct call_args args = CALL_ARGS_NONE;
    int64_t start, length;
    if (dyad_handle_control(h, HANDLE_INFO, 0) < 0)
        return -ERR_BADF;
    if (lock->l_type < F_RDLCK || lock->l_type > F_UNLCK || (wanted.by_file && lock->l_pid != 0))
        return -ERR_INVAL;
    if (!wanted.query && lock->l_type != F_UNLCK && !may_lock(h, lock->l_type))
        return -ERR_BADF;
    int64_t result = lock_range(h, lock, &start, &length);
    if (result < 0)
        return result;
    args.args[0] = wanted.wire;
    args.args[1] = (uint64_t)start;
    args.args[2] = (uint64_t)length;
    args.args[3] = (uint64_t)lock->l_type;
    args.out = &reply;
    args.out_len = sizeof reply;
    result = __verb_call(h, VERB_lock, &args);
    if (result == -ERR_SRCH)
        result = call_as_process(h, &args);
    if (result == -ERR_NOSYS)
        result = -ERR_INVAL; /* nothing that can be locked */
    if (result >= 0 && !wanted.query && !wanted.by_file)
        __record_locks_end = __record_locks_drop;
    if (result >= 0 && wanted.query)
        tell(&reply, lock);
    return result < 0 ? result : 0;
}
