/*
 * sysv_msg.c: System V message queues (internal/sysv.h). The messages stand one behind the other, in the order in which they came. A
 * message is added and taken by one store each, and what has been taken makes room when the others are copied to the second area: a
 * process killed meanwhile leaves a queue whose numbers have to be counted again, no more.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <time.h>
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/gate.h"
#include "internal/sysv.h"
#include "internal/time_ns.h"

#define SIZE_MOST  8192  /* of a message */
#define BYTES_MOST 16384 /* of a queue's texts */
#define ROOM       (4 * BYTES_MOST)

struct message {
    _Atomic int64_t type; /* 0: taken */
    uint64_t size;
    char text[];
};

struct area {
    _Atomic uint64_t start, used; /* all before start have been taken */
    char data[ROOM];
};

struct queue {
    struct sysv_head head;
    uint64_t limit, bytes, count; /* of the texts; messages */
    int64_t sent, received;       /* when */
    int32_t sender, receiver;
    _Atomic unsigned current; /* the area in use */
    struct area areas[2];
};

static int make(int fd, key_t key, size_t size, int flags)
{
    (void)size;
    if (ftruncate(fd, sizeof(struct queue)) < 0)
        return -1;
    struct queue *queue = mmap(NULL, sizeof *queue, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (queue == MAP_FAILED)
        return -1;
    __sysv_head_init(&queue->head, key, flags);
    queue->limit = BYTES_MOST;
    munmap(queue, sizeof *queue);
    return fchmod(fd, __sysv_file_mode((unsigned)flags));
}

static int check(const char *path, const struct stat *st, size_t size, int flags)
{
    (void)st, (void)size;
    return __sysv_check_head(path, flags);
}

static const struct sysv_kind kind = {"msg", make, check};

int msgget(key_t key, int flags)
{
    return __sysv_get(&kind, key, 0, flags);
}

static size_t room_of(size_t size)
{
    return (sizeof(struct message) + size + _Alignof(struct message) - 1) &
           ~(_Alignof(struct message) - 1);
}

static struct area *area_of(struct queue *queue)
{
    return &queue->areas[queue->current];
}

/* The first at this place or behind it that has not been taken; NULL: none. */
static struct message *message_from(struct area *area, uint64_t at)
{
    while (at < area->used) {
        struct message *message = (struct message *)(area->data + at);
        if (message->type != 0)
            return message;
        at += room_of(message->size);
    }
    return NULL;
}

static struct message *first_of(struct area *area)
{
    return message_from(area, area->start);
}

/* NULL after the last. */
static struct message *next_of(struct area *area, const struct message *message)
{
    return message_from(area, (uint64_t)((char *)message - area->data) + room_of(message->size));
}

/* After a process was killed in here. */
static void repair(struct queue *queue)
{
    struct area *area = area_of(queue);
    if (!queue->head.left_behind)
        return;
    queue->bytes = queue->count = 0;
    for (struct message *m = first_of(area); m; m = next_of(area, m)) {
        queue->bytes += m->size;
        queue->count++;
    }
    queue->head.left_behind = false;
}

/* ---- msgsnd ---- */

static void compact(struct queue *queue)
{
    struct area *from = area_of(queue), *to = &queue->areas[queue->current ^ 1];
    uint64_t used = 0;
    for (struct message *m = first_of(from); m; m = next_of(from, m)) {
        memcpy(to->data + used, m, room_of(m->size));
        used += room_of(m->size);
    }
    to->start = 0;
    to->used = used;
    queue->current ^= 1;
}

static bool has_room(struct queue *queue, size_t size)
{
    repair(queue);
    if (queue->bytes + size > queue->limit)
        return false;
    if (area_of(queue)->used + room_of(size) > ROOM)
        compact(queue);
    return area_of(queue)->used + room_of(size) <= ROOM;
}

static void append(struct queue *queue, int64_t type, const void *text, size_t size)
{
    struct area *area = area_of(queue);
    struct message *message = (struct message *)(area->data + area->used);
    __sysv_wake(&queue->head);
    message->type = type;
    message->size = size;
    memcpy(message->text, text, size);
    area->used += room_of(size);
    queue->bytes += size;
    queue->count++;
    queue->sender = getpid();
    queue->sent = time(NULL);
}

static int64_t send(int id, int64_t type, const void *text, size_t size, int flags)
{
    struct sysv_object *object;
    void *memory;
    if (type < 1 || size > SIZE_MOST)
        return -EINVAL;
    int64_t result = __sysv_enter(&kind, id, SYSV_WRITE, &object, &memory);
    if (result < 0)
        return result;
    struct queue *queue = memory;
    while (result == 0 && !has_room(queue, size))
        result = flags & IPC_NOWAIT ? -EAGAIN : __sysv_wait(&queue->head, DEADLINE_NEVER);
    if (result == 0)
        append(queue, type, text, size);
    __sysv_leave(object);
    return result;
}

int msgsnd(int id, const void *message, size_t size, int flags)
{
    const long *type = message;
    return (int)__result(CANCELLABLE(send(id, *type, type + 1, size, flags)));
}

/* ---- msgrcv ---- */

/* The first; the first of a type, or of another one; the first of the lowest type up to one. */
static struct message *choose(struct queue *queue, int64_t type, int flags)
{
    repair(queue);
    struct area *area = area_of(queue);
    struct message *message = first_of(area), *lowest = NULL;
    for (; message; message = next_of(area, message)) {
        bool same = message->type == type;
        if (type == 0 || (type > 0 && same == !(flags & MSG_EXCEPT)))
            return message;
        if (type < 0 && -message->type >= type && (!lowest || message->type < lowest->type))
            lowest = message;
    }
    return lowest;
}

static void take_away(struct queue *queue, struct message *message)
{
    struct area *area = area_of(queue);
    __sysv_wake(&queue->head);
    message->type = 0;
    queue->bytes -= message->size;
    queue->count--;
    message = first_of(area);
    area->start = message ? (uint64_t)((char *)message - area->data) : area->used;
    queue->receiver = getpid();
    queue->received = time(NULL);
}

static int64_t receive(int id, long *type, size_t size, long wanted, int flags)
{
    struct sysv_object *object;
    void *memory;
    if (size > PTRDIFF_MAX)
        return -EINVAL;
    int64_t result = __sysv_enter(&kind, id, SYSV_READ, &object, &memory);
    if (result < 0)
        return result;
    struct queue *queue = memory;
    struct message *message;
    while (!(message = choose(queue, wanted, flags)) && result == 0)
        result = flags & IPC_NOWAIT ? -ENOMSG : __sysv_wait(&queue->head, DEADLINE_NEVER);
    if (result == 0 && message->size > size && !(flags & MSG_NOERROR))
        result = -E2BIG;
    if (result == 0) {
        result = (int64_t)(message->size < size ? message->size : size);
        *type = message->type;
        memcpy(type + 1, message->text, (size_t)result);
        take_away(queue, message);
    }
    __sysv_leave(object);
    return result;
}

ssize_t msgrcv(int id, void *message, size_t size, long type, int flags)
{
    return __result(CANCELLABLE(receive(id, message, size, type, flags)));
}

/* ---- msgctl ---- */

static int64_t tell(int id, const struct queue *queue, struct msqid_ds *data)
{
    *data = (struct msqid_ds){.msg_perm = __sysv_perm(&queue->head, id),
                              .msg_stime = queue->sent,
                              .msg_rtime = queue->received,
                              .msg_ctime = queue->head.changed,
                              .msg_qnum = queue->count,
                              .msg_qbytes = queue->limit,
                              .msg_lspid = queue->sender,
                              .msg_lrpid = queue->receiver};
    return 0;
}

/* Only root may raise the limit. */
static int64_t set(int id, struct queue *queue, const struct msqid_ds *data)
{
    if (__sysv_may_change(&queue->head) && data->msg_qbytes > queue->limit &&
        (geteuid() != 0 || data->msg_qbytes > BYTES_MOST))
        return geteuid() != 0 ? -EPERM : -EINVAL;
    __sysv_wake(&queue->head);
    int64_t result = __sysv_set(&kind, id, &queue->head, &data->msg_perm);
    if (result == 0)
        queue->limit = data->msg_qbytes;
    return result;
}

int msgctl(int id, int command, struct msqid_ds *data)
{
    struct sysv_object *object;
    void *memory;
    if (command != IPC_STAT && command != IPC_SET && command != IPC_RMID)
        return (int)__result(-ERR_INVAL);
    int64_t result = __sysv_enter(&kind, id, command == IPC_STAT ? SYSV_READ : 0, &object, &memory);
    if (result < 0)
        return (int)__result(result);
    struct queue *queue = memory;
    repair(queue);
    if (command == IPC_STAT)
        result = tell(id, queue, data);
    else if (command == IPC_SET)
        result = set(id, queue, data);
    else
        result = __sysv_destroy(&kind, id, &queue->head);
    __sysv_leave(object);
    return (int)__result(result);
}
