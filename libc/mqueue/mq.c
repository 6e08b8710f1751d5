/* mq.c: message queues: scheme `mqueue:`. A queue's descriptor is an ordinary one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include "abi/mqueue.h"
#include "internal/cancel.h"
#include "internal/files.h"
#include "internal/time_ns.h"

#define SCHEME "mqueue:"
#define PREFIX (sizeof SCHEME - 1)

/* "/name" -> the name; -ERR_*. */
static int64_t check_name(const char *name, const char **out)
{
    if (name[0] != '/')
        return -ERR_INVAL;
    if (name[1] == 0)
        return -ERR_NOENT;
    if (strchr(name + 1, '/'))
        return -ERR_ACCES;
    if (strlen(name + 1) > MQUEUE_NAME_MAX)
        return -ERR_NAMETOOLONG;
    *out = name + 1;
    return 0;
}

static int64_t queue_call(mqd_t queue, uint32_t verb, struct call_args *args)
{
    handle_t h = __fd_handle(queue);
    int64_t result = h == HANDLE_NONE ? -ERR_BADF : __verb_call(h, verb, args);
    return result == -ERR_NOSYS || (result == -ERR_INVAL && verb == MQUEUE_ATTR) ? -ERR_BADF
                                                                                 : result;
}

/* ---- Opening and closing ---- */

static int64_t wire_attr(const struct mq_attr *attr, struct mqueue_attr *out)
{
    if (attr && (attr->mq_maxmsg <= 0 || attr->mq_maxmsg > MQUEUE_MESSAGES_MAX ||
                 attr->mq_msgsize <= 0 || attr->mq_msgsize > MQUEUE_BYTES_MAX))
        return -ERR_INVAL;
    *out = (struct mqueue_attr){.max_messages = attr ? (uint32_t)attr->mq_maxmsg : 10,
                                .message_bytes = attr ? (uint32_t)attr->mq_msgsize : 8192};
    return 0;
}

static int64_t open_queue(const char *name, int flags, mode_t mode, const struct mq_attr *attr)
{
    char path[PREFIX + MQUEUE_NAME_MAX + 1 + sizeof(struct mqueue_attr)] = SCHEME;
    struct mqueue_attr wire;
    int64_t result = check_name(name, &name);
    if (result >= 0 && (flags & O_CREAT))
        result = wire_attr(attr, &wire);
    if (result < 0)
        return result;
    size_t length = PREFIX + strlen(name);
    strcpy(path + PREFIX, name);
    if (flags & O_CREAT) {
        memcpy(path + length + 1, &wire, sizeof wire);
        length += 1 + sizeof wire;
    }
    int known = flags & (O_ACCMODE | O_CREAT | O_EXCL | O_NONBLOCK);
    result = dyad_open(HANDLE_NONE, path, length, __open_flags(known), mode & ~__files.umask, NULL);
    return result == -ERR_NODEV ? -ERR_NOSYS : result;
}

mqd_t mq_open(const char *name, int flags, ...)
{
    mode_t mode = 0;
    const struct mq_attr *attr = NULL;
    if (flags & O_CREAT) {
        va_list list;
        va_start(list, flags);
        mode = va_arg(list, mode_t);
        attr = va_arg(list, const struct mq_attr *);
        va_end(list);
    }
    return (mqd_t)__result(__fd_install(open_queue(name, flags, mode, attr), true, 0));
}

int mq_close(mqd_t queue)
{
    struct call_args args = CALL_ARGS_NONE; /* ends a notification of this process by this queue */
    args.args[1] = 1;
    int64_t result = queue_call(queue, MQUEUE_NOTIFY, &args);
    return result == -ERR_BADF ? (int)__result(result) : close(queue); /* also a dead server's */
}

int mq_unlink(const char *name)
{
    struct call_args args = CALL_ARGS_NONE;
    int64_t result = check_name(name, &name);
    if (result < 0)
        return (int)__result(result == -ERR_INVAL ? -ERR_NOENT : result);
    int64_t root = dyad_open(HANDLE_NONE, SCHEME, PREFIX, FILE_PATH, 0, NULL);
    if (root < 0)
        return (int)__result(root);
    args.in = name;
    args.in_len = (uint32_t)strlen(name);
    result = __verb_call((handle_t)root, MQUEUE_UNLINK, &args);
    dyad_handle_close((handle_t)root);
    return (int)__result(result);
}

/* ---- Attributes ---- */

int mq_getattr(mqd_t queue, struct mq_attr *attr)
{
    struct mqueue_attr wire;
    struct call_args args = CALL_ARGS_NONE;
    args.out = &wire;
    args.out_len = sizeof wire;
    int64_t result = queue_call(queue, MQUEUE_ATTR, &args);
    if (result < 0)
        return (int)__result(result);
    *attr = (struct mq_attr){.mq_flags = fcntl(queue, F_GETFL) & O_NONBLOCK,
                             .mq_maxmsg = wire.max_messages,
                             .mq_msgsize = wire.message_bytes,
                             .mq_curmsgs = wire.messages};
    return 0;
}

int mq_setattr(mqd_t queue, const struct mq_attr *restrict attr, struct mq_attr *restrict old)
{
    struct mq_attr before;
    if (mq_getattr(queue, &before) < 0)
        return -1;
    if (attr && (attr->mq_flags & ~(long)O_NONBLOCK))
        return (int)__result(-ERR_INVAL);
    if (old)
        *old = before;
    if (!attr)
        return 0;
    int flags = fcntl(queue, F_GETFL) & ~O_NONBLOCK;
    return fcntl(queue, F_SETFL, flags | (int)attr->mq_flags);
}

/* ---- Messages ---- */

/* A deadline is looked at only by who has to wait: an invalid one becomes 0, and the end by it -ERR_INVAL. */
static uint64_t deadline_of(const struct timespec *at)
{
    if (!at)
        return DEADLINE_NEVER;
    return __timespec_valid(at) ? __deadline(CLOCK_REALTIME, at) : 0;
}

static int64_t timed_result(int64_t result, const struct timespec *at)
{
    return result == -ERR_TIMEDOUT && at && !__timespec_valid(at) ? -ERR_INVAL : result;
}

int mq_timedsend(mqd_t queue, const char *message, size_t length, unsigned priority,
                 const struct timespec *at)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = priority;
    args.args[1] = deadline_of(at);
    args.in = message;
    args.in_len = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
    if (length > MQUEUE_BYTES_MAX && __fd_handle(queue) != HANDLE_NONE)
        return (int)__result(-ERR_MSGSIZE);
    int64_t result = CANCELLABLE(queue_call(queue, MQUEUE_SEND, &args));
    return (int)__result(timed_result(result, at));
}

int mq_send(mqd_t queue, const char *message, size_t length, unsigned priority)
{
    return mq_timedsend(queue, message, length, priority, NULL);
}

ssize_t mq_timedreceive(mqd_t queue, char *restrict message, size_t size,
                        unsigned *restrict priority, const struct timespec *restrict at)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[1] = deadline_of(at);
    args.out = message;
    args.out_len = size > MQUEUE_BYTES_MAX ? MQUEUE_BYTES_MAX : (uint32_t)size;
    int64_t result = CANCELLABLE(queue_call(queue, MQUEUE_RECEIVE, &args));
    if (result >= 0 && priority)
        *priority = (unsigned)args.values[0];
    return __result(timed_result(result, at));
}

ssize_t mq_receive(mqd_t queue, char *message, size_t size, unsigned *priority)
{
    return mq_timedreceive(queue, message, size, priority, NULL);
}
