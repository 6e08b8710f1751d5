/* scheme.c: the scheme `mqueue:`: names of queues, opening and removing, and what each verb asks of one. */
#include <stdlib.h>
#include <string.h>

#include "servers/mqueue/mqueue.h"

#define DEVICE_NUMBER 9

static struct mqueue_server *host_of(const struct server_request *request)
{
    return request->server->context;
}

static struct queue *queue_of(const struct server_request *request)
{
    return ((struct mqueue_file *)request->file)->queue;
}

static struct queue *find(struct mqueue_server *host, const char *name, size_t length)
{
    struct queue *q = host->queues;

    while (q && (strlen(q->name) != length || memcmp(q->name, name, length) != 0))
        q = q->next;
    return q;
}

static void unlink_from(struct queue **list, const struct queue *q)
{
    while (*list != q)
        list = &(*list)->next;
    *list = q->next;
}

static void free_unused(struct mqueue_server *host, struct queue *q)
{
    if (!q->unlinked || q->files > 0)
        return;
    unlink_from(&host->unlinked, q);
    queue_free_messages(q);
    host->count--;
    free(q);
}

/* ---- Opening -------------------------------------------------------------------------------------------------- */

static int create(struct mqueue_server *host, const struct server_request *request,
                  size_t name_length, struct queue **out)
{
    const struct cred *cred = &request->wire.cred;
    struct mqueue_attr attr;

    if (request->data_len != name_length + 1 + sizeof attr)
        return -ERR_INVAL;
    memcpy(&attr, (const char *)request->data + name_length + 1, sizeof attr);
    if (attr.max_messages == 0 || attr.max_messages > MQUEUE_MESSAGES_MAX ||
        attr.message_bytes == 0 || attr.message_bytes > MQUEUE_BYTES_MAX)
        return -ERR_INVAL;
    if (host->count >= MQUEUE_QUEUES_MAX)
        return -ERR_NOSPC;
    struct queue *q = calloc(1, sizeof *q);
    if (!q)
        return -ERR_NOMEM;
    memcpy(q->name, request->data, name_length);
    q->mode = (uint32_t)request->wire.args[1] & 0777;
    q->uid = cred->euid;
    q->gid = cred->egid;
    q->attr = attr;
    q->attr.messages = 0;
    q->next = host->queues;
    host->queues = q;
    host->count++;
    *out = q;
    return 0;
}

/* The queue of the request's path. 0 or -ERR_*; *out NULL: the root. */
static int find_or_create(struct server_request *request, uint32_t flags, struct queue **out)
{
    struct mqueue_server *host = host_of(request);
    const char *name = request->data;
    size_t length = request->data_len ? strnlen(name, request->data_len) : 0;
    unsigned want = (flags & FILE_READ ? 4u : 0) | (flags & FILE_WRITE ? 2u : 0);

    *out = NULL;
    if (length == 0)
        return flags & FILE_PATH ? 0 : -ERR_NOENT;
    if (length > MQUEUE_NAME_MAX)
        return -ERR_NAMETOOLONG;
    if (memchr(name, '/', length))
        return -ERR_ACCES;
    struct queue *q = find(host, name, length);
    if (!q)
        return flags & FILE_CREATE ? create(host, request, length, out) : -ERR_NOENT;
    if ((flags & FILE_CREATE) && (flags & FILE_EXCL))
        return -ERR_EXIST;
    if (!server_may_access(&request->wire.cred, q->mode, q->uid, q->gid, want))
        return -ERR_ACCES;
    *out = q;
    return 0;
}

static void handle_open(struct server_request *request)
{
    uint32_t flags = (uint32_t)request->wire.args[0];
    struct queue *q = NULL;
    int error = request->file ? -ERR_NOTDIR : find_or_create(request, flags, &q);

    if (error < 0) {
        server_reply(request, error);
        return;
    }
    struct mqueue_file *file = calloc(1, sizeof *file);
    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    file->queue = q;
    server_file_init(&file->file, request->server, NULL, flags);
    if (q) {
        q->files++;
        file->file.ready = queue_level(q);
    }
    server_reply_open(request, &file->file, 0);
}

static void release(struct server_file *server_file)
{
    struct mqueue_file *file = (struct mqueue_file *)server_file;

    if (file->queue) {
        queue_file_closed(file->queue, server_file);
        file->queue->files--;
        free_unused(server_file->server->context, file->queue);
    }
    free(file);
}

/* ---- Verbs ---------------------------------------------------------------------------------------------------- */

static void handle_unlink(struct server_request *request)
{
    struct mqueue_server *host = host_of(request);
    const struct cred *cred = &request->wire.cred;
    struct queue *q = request->data_len ? find(host, request->data, request->data_len) : NULL;
    int result = 0;

    if (!q)
        result = -ERR_NOENT;
    else if (cred->euid != 0 && cred->euid != q->uid)
        result = -ERR_ACCES;
    if (result == 0) {
        unlink_from(&host->queues, q);
        q->unlinked = true;
        q->next = host->unlinked;
        host->unlinked = q;
        free_unused(host, q);
    }
    server_reply(request, result);
}

static void handle_clock_set(struct server_request *request)
{
    bool allowed = request->wire.cred.euid == 0;

    if (allowed)
        queue_clock_set(host_of(request));
    server_reply(request, allowed ? 0 : -ERR_PERM);
}

static void reply_attr(struct server_request *request)
{
    const struct mqueue_attr *attr = &queue_of(request)->attr;

    if (request->wire.out_len < sizeof *attr)
        server_reply(request, -ERR_INVAL);
    else
        server_reply_data(request, 0, attr, sizeof *attr);
}

static void handle_private(struct server_request *request)
{
    struct queue *q = queue_of(request);

    if (request->wire.verb == MQUEUE_UNLINK) {
        handle_unlink(request);
        return;
    }
    if (request->wire.verb == MQUEUE_CLOCK_SET) {
        handle_clock_set(request);
        return;
    }
    if (!q) {
        server_reply(request, -ERR_BADF);
        return;
    }
    switch (request->wire.verb) {
    case MQUEUE_SEND: queue_send(q, request); break;
    case MQUEUE_RECEIVE: queue_receive(q, request); break;
    case MQUEUE_ATTR: reply_attr(request); break;
    case MQUEUE_NOTIFY: queue_notify(q, request); break;
    case MQUEUE_WAIT: queue_wait(q, request); break;
    default: server_reply(request, -ERR_NOSYS); break;
    }
}

static void handle_stat(struct server_request *request)
{
    const struct queue *q = queue_of(request);
    struct dyad_stat stat = {
        .dev = DEVICE_NUMBER, .ino = 1, .mode = MODE_DIR | 0777, .nlink = 1, .block_size = 4096};

    if (q) {
        stat.ino = (uint64_t)(uintptr_t)q;
        stat.mode = MODE_FILE | q->mode;
        stat.nlink = !q->unlinked;
        stat.uid = q->uid;
        stat.gid = q->gid;
    }
    server_reply_stat(request, &stat);
}

/* Reading and writing is for messages; a descriptor of a queue has no bytes. */
static void handle_bytes(struct server_request *request)
{
    server_reply(request, -ERR_BADF);
}

static void undelivered(struct server_request *request, const struct reply *reply)
{
    if (request->wire.verb == MQUEUE_RECEIVE && reply->result >= 0)
        queue_put_back(host_of(request), queue_of(request), (uint32_t)(uintptr_t)request->context,
                       reply->data, (size_t)reply->result);
}

static uint32_t ready(struct server_file *file)
{
    const struct queue *q = ((const struct mqueue_file *)file)->queue;
    return q ? queue_level(q) : 0;
}

#define FIRST         ((int)MQUEUE_SEND - (int)VERB_PRIVATE)
#define PRIVATE_COUNT ((int)MQUEUE_CLOCK_SET - (int)VERB_PRIVATE + 1)

static server_handler_fn *const private_handlers[PRIVATE_COUNT] = {
    [FIRST... PRIVATE_COUNT - 1] = handle_private,
};

const struct server_ops mqueue_server_ops = {
    .handler =
        {
            [VERB_open] = handle_open,
            [VERB_read] = handle_bytes,
            [VERB_write] = handle_bytes,
            [VERB_stat] = handle_stat,
        },
    .private_handler = private_handlers,
    .private_count = PRIVATE_COUNT,
    .release = release,
    .undelivered = undelivered,
    .ready = ready,
};
