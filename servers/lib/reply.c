/* reply.c: answers, and requests that wait for theirs. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/internal.h"

/* ---- Queues and the table of deferred requests ----------------------------------------------- */

static struct server_request **deferred_bucket(struct server *server, uint32_t tag)
{
    return &server->deferred[tag % SERVER_DEFERRED_BUCKETS];
}

static void queue_append(struct server_queue *queue, struct server_request *request)
{
    request->queue = queue;
    request->queue_next = NULL;
    request->queue_prev = queue->last;
    if (queue->last)
        queue->last->queue_next = request;
    else
        queue->first = request;
    queue->last = request;
}

static void queue_remove(struct server_request *request)
{
    struct server_queue *queue = request->queue;
    if (!queue)
        return;
    if (request->queue_prev)
        request->queue_prev->queue_next = request->queue_next;
    else
        queue->first = request->queue_next;
    if (request->queue_next)
        request->queue_next->queue_prev = request->queue_prev;
    else
        queue->last = request->queue_prev;
    request->queue = NULL;
    request->queue_next = request->queue_prev = NULL;
}

static void deferred_remove(struct server_request *request)
{
    struct server *server = request->server;
    struct server_request **link = deferred_bucket(server, request->wire.tag);
    while (*link != request)
        link = &(*link)->next;
    *link = request->next;
    server->deferred_count--;
}

struct server_request *server_queue_first(const struct server_queue *queue)
{
    return queue->first;
}

struct server_request *server_queue_next(const struct server_request *request)
{
    return request->queue_next;
}

void server_queue_reply_all(struct server_queue *queue, int64_t result)
{
    while (queue->first)
        server_reply(queue->first, result);
}

struct server_request *server_deferred_find(struct server *server, uint32_t tag)
{
    struct server_request *request = *deferred_bucket(server, tag);
    while (request && request->wire.tag != tag)
        request = request->next;
    return request;
}

/* Two requests must remain for receiving and answering while this one is kept. */
static bool ensure_spares(struct server *server)
{
    if (server->spare && server->spare->next)
        return true;
    struct server_request *request = calloc(1, sizeof(*request));
    if (!request)
        return false;
    request->server = server;
    request->next = server->spare;
    server->spare = request;
    return true;
}

bool server_defer(struct server_request *request, struct server_queue *queue)
{
    struct server *server = request->server;
    assert(request->state == SERVER_REQUEST_ACTIVE &&
           "only the request being handled can be deferred");
    if (!ensure_spares(server)) {
        server_reply(request, -ERR_NOMEM);
        return false;
    }
    struct server_request **bucket = deferred_bucket(server, request->wire.tag);
    request->state = SERVER_REQUEST_DEFERRED;
    request->data = NULL;
    request->data_len = 0;
    request->next = *bucket;
    *bucket = request;
    server->deferred_count++;
    if (queue)
        queue_append(queue, request);
    return true;
}

void server_request_release(struct server_request *request)
{
    struct server *server = request->server;
    struct server_file *file = request->file;
    queue_remove(request);
    request->file = NULL;
    request->state = SERVER_REQUEST_FREE;
    request->next = server->spare;
    server->spare = request;
    if (file)
        server_file_drop(file);
}

/* ---- Staging: an answer travels with the next receive ---------------------------------------- */

/* Takes back what a lost answer carried. */
static void answer_lost(struct server_request *request, const struct reply *reply)
{
    struct server *server = request->server;
    if (reply->flags & REPLY_HANDLE) {
        server->transport->ops->handle_close(server->transport, reply->send);
    } else if (request->wire.verb == VERB_open && reply->result >= 0) {
        struct server_file *file = server_file_find(server, reply->values[0]);
        if (file)
            server_file_close(file);
    }
    if (server->ops->undelivered)
        server->ops->undelivered(request, reply);
}

/* The kernel refused the answer as such, so its client still waits. */
static void answer_instead(struct server_request *request)
{
    struct transport *transport = request->server->transport;
    struct reply failed = {.tag = request->wire.tag, .result = -ERR_IO, .send = HANDLE_NONE};
    (void)transport->ops->serve(transport, &failed, NULL, NULL, 0, 0);
}

void server_staged_done(struct server *server, int64_t sent)
{
    struct server_request *request = server->staged;
    struct reply reply = server->staged_reply;
    server->staged = NULL; /* First: freeing a file may answer others. */
    if (sent < 0)
        answer_lost(request, &reply);
    if (sent < 0 && sent != -ERR_IDRM)
        answer_instead(request);
    server_request_release(request);
}

void server_flush(struct server *server)
{
    struct transport *transport = server->transport;
    while (server->staged)
        server_staged_done(
            server, transport->ops->serve(transport, &server->staged_reply, NULL, NULL, 0, 0));
}

static void stage(struct server_request *request, const struct reply *reply)
{
    struct server *server = request->server;
    assert((request->state == SERVER_REQUEST_ACTIVE || request->state == SERVER_REQUEST_DEFERRED) &&
           "a request is answered once");
    server_flush(server);
    if (request->state == SERVER_REQUEST_DEFERRED)
        deferred_remove(request);
    queue_remove(request);
    if (request->wire.received != HANDLE_NONE)
        server->transport->ops->handle_close(server->transport, server_take_handle(request));
    request->state = SERVER_REQUEST_STAGED;
    server->staged = request;
    server->staged_reply = *reply;
    server->staged_reply.tag = request->wire.tag;
}

/* ---- The forms of an answer ------------------------------------------------------------------ */

void server_reply_values(struct server_request *request, int64_t result, uint64_t value0,
                         uint64_t value1)
{
    struct reply reply = {.result = result, .values = {value0, value1}, .send = HANDLE_NONE};
    stage(request, &reply);
}

void server_reply(struct server_request *request, int64_t result)
{
    server_reply_values(request, result, 0, 0);
}

static bool in_reply_buffer(const struct server *server, const void *data)
{
    uintptr_t address = (uintptr_t)data, start = (uintptr_t)server->out;
    return address >= start && address < start + server->buffer_size;
}

void *server_out(struct server_request *request, size_t *room)
{
    struct server *server = request->server;
    if (server->staged && in_reply_buffer(server, server->staged_reply.data))
        server_flush(server);
    *room = server->buffer_size;
    return server->out;
}

void server_reply_borrowed(struct server_request *request, int64_t result, const void *data,
                           size_t len)
{
    assert(len <= request->wire.out_len);
    if (len > DYAD_COPY_MAX) {
        int64_t filled = server_fill(request, 0, data, len);
        server_reply(request, filled < 0 ? filled : result);
        return;
    }
    struct reply reply = {
        .result = result, .data = data, .data_len = (uint32_t)len, .send = HANDLE_NONE};
    stage(request, &reply);
}

void server_reply_data(struct server_request *request, int64_t result, const void *data, size_t len)
{
    struct server *server = request->server;
    if (len > server->buffer_size) {
        int64_t filled = server_fill(request, 0, data, len);
        server_reply(request, filled < 0 ? filled : result);
    } else if (in_reply_buffer(server, data) || len == 0) {
        server_reply_borrowed(request, result, data, len);
    } else {
        size_t room;
        void *out = server_out(request, &room);
        memcpy(out, data, len);
        server_reply_borrowed(request, result, out, len);
    }
}

void server_reply_stat(struct server_request *request, const struct dyad_stat *stat)
{
    if (request->wire.out_len < sizeof *stat)
        server_reply(request, -ERR_INVAL);
    else
        server_reply_data(request, 0, stat, sizeof *stat);
}

void server_reply_text(struct server_request *request, const char *text, size_t len)
{
    if (request->wire.out_len < len)
        server_reply(request, -ERR_RANGE);
    else
        server_reply_data(request, (int64_t)len, text, len);
}

void server_reply_data_values(struct server_request *request, int64_t result, uint64_t value0,
                              uint64_t value1, const void *data, size_t len)
{
    assert(len <= request->wire.out_len && len <= DYAD_COPY_MAX);
    struct reply reply = {.result = result,
                          .values = {value0, value1},
                          .data = data,
                          .data_len = (uint32_t)len,
                          .send = HANDLE_NONE};
    stage(request, &reply);
}

void server_reply_slice(struct server_request *request, const void *contents, size_t len)
{
    uint64_t offset = request->wire.args[0] == UINT64_MAX ? 0 : request->wire.args[0];
    if (offset >= len) {
        server_reply(request, 0);
        return;
    }
    size_t part = len - offset;
    if (part > request->wire.out_len)
        part = request->wire.out_len;
    server_reply_data(request, (int64_t)part, (const char *)contents + offset, part);
}

void server_reply_handle(struct server_request *request, int64_t result, handle_t handle,
                         uint64_t value0, uint64_t value1)
{
    struct reply reply = {
        .flags = REPLY_HANDLE, .result = result, .values = {value0, value1}, .send = handle};
    stage(request, &reply);
}

void server_reply_open(struct server_request *request, struct server_file *file, uint32_t flags)
{
    int result = server_file_register(file);
    if (result) {
        server_file_drop(file);
        server_reply(request, result);
        return;
    }
    server_reply_values(request, 0, file->id, flags);
}

void server_reply_redirect(struct server_request *request, const char *path, size_t len)
{
    if (len > request->wire.out_len)
        server_reply(request, -ERR_NAMETOOLONG);
    else
        server_reply_data(request, -ERR_XDEV, path, len);
}

/* ---- Payload --------------------------------------------------------------------------------- */

/* One direction, in the transport's portions. -> bytes moved, or the error when none were. */
static int64_t copy_all(struct server_request *request, enum copy_direction direction,
                        size_t offset, void *buffer, size_t len)
{
    struct transport *transport = request->server->transport;
    size_t done = 0;
    while (done < len) {
        size_t part = len - done < DYAD_COPY_MAX ? len - done : DYAD_COPY_MAX;
        int64_t result = transport->ops->copy(transport, request->wire.tag, direction,
                                              offset + done, (char *)buffer + done, part);
        if (result < 0)
            return done ? (int64_t)done : result;
        if (result == 0)
            break;
        done += (size_t)result;
    }
    return (int64_t)done;
}

bool server_path_is(const struct server_request *request, const char *path)
{
    return request->data_len == strlen(path) && memcmp(request->data, path, request->data_len) == 0;
}

int64_t server_payload(struct server_request *request, void *to, size_t offset, size_t len)
{
    size_t total = request->wire.in_len, here = 0;
    if (offset >= total)
        return 0;
    if (len > total - offset)
        len = total - offset;
    if (offset < request->data_len) {
        here = request->data_len - offset < len ? request->data_len - offset : len;
        memcpy(to, (const char *)request->data + offset, here);
    }
    if (here == len)
        return (int64_t)len;
    int64_t rest =
        copy_all(request, COPY_FROM_CLIENT, offset + here, (char *)to + here, len - here);
    if (rest < 0)
        return here ? (int64_t)here : rest;
    return (int64_t)here + rest;
}

int64_t server_fill(struct server_request *request, size_t offset, const void *from, size_t len)
{
    size_t total = request->wire.out_len;
    if (offset >= total)
        return 0;
    if (len > total - offset)
        len = total - offset;
    /* COPY_TO_CLIENT only reads the buffer. */
    return copy_all(request, COPY_TO_CLIENT, offset, (void *)(uintptr_t)from, len);
}

handle_t server_take_handle(struct server_request *request)
{
    handle_t handle = request->wire.received;
    request->wire.received = HANDLE_NONE;
    return handle;
}
