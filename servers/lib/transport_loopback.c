/* transport_loopback.c: a transport whose client is the test itself. */
#include <assert.h>
#include <string.h>

#include "servers/lib/internal.h"
#include "servers/lib/loopback.h"

static struct loopback *loopback_of(struct transport *transport)
{
    return (struct loopback *)transport;
}

static struct loopback_call **find_call(struct loopback *loopback, uint32_t tag)
{
    struct loopback_call **link = &loopback->calls;
    while (*link && (*link)->tag != tag)
        link = &(*link)->next;
    return link;
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int64_t deliver(struct loopback *loopback, const struct reply *reply)
{
    struct loopback_call **link = find_call(loopback, reply->tag), *call = *link;
    if (!call || reply->data_len > call->out_len)
        return -ERR_INVAL;
    if (call->verb == VERB_write && reply->result > call->in_len)
        return -ERR_INVAL; /* and the call still waits, as the kernel does it */
    *link = call->next;
    if (call->gone)
        return -ERR_IDRM;
    call->done = true;
    loopback->last_answered = call;
    call->has_received = reply->flags & REPLY_HANDLE;
    call->received = call->has_received ? reply->send : HANDLE_NONE;
    if (call->unmapped && reply->data_len) { /* the server has done its part */
        call->result = -ERR_FAULT;
        return 0;
    }
    call->result = reply->result;
    memcpy(call->values, reply->values, sizeof(call->values));
    if (reply->data_len) {
        memcpy(call->out, reply->data, reply->data_len);
        call->out_done = reply->data_len;
    }
    return 0;
}

static int64_t loopback_serve(struct transport *transport, const struct reply *reply,
                              struct request *request, void *buffer, size_t len, uint64_t deadline)
{
    struct loopback *loopback = loopback_of(transport);
    (void)deadline; /* Time does not pass here. */
    if (reply) {
        int64_t result = deliver(loopback, reply);
        if (result)
            return result;
    }
    if (!request)
        return 0;
    if (loopback->queued == 0)
        return -ERR_TIMEDOUT;
    struct loopback_call *call = loopback->queue[loopback->head].call;
    *request = loopback->queue[loopback->head].request;
    loopback->head = (loopback->head + 1) % LOOPBACK_QUEUE;
    loopback->queued--;
    if (call && request->in_len) {
        request->in_done = (uint32_t)min_size(len, request->in_len);
        memcpy(buffer, call->in, request->in_done);
    }
    return 0;
}

static int64_t loopback_copy(struct transport *transport, uint32_t tag,
                             enum copy_direction direction, size_t offset, void *buffer, size_t len)
{
    struct loopback_call *call = *find_call(loopback_of(transport), tag);
    if (!call)
        return -ERR_INVAL;
    if (call->gone)
        return -ERR_IDRM;
    size_t total = direction == COPY_FROM_CLIENT ? call->in_len : call->out_len;
    if (offset >= total || len == 0)
        return 0;
    if (call->unmapped)
        return -ERR_FAULT;
    size_t part = min_size(len, total - offset);
    if (direction == COPY_FROM_CLIENT) {
        memcpy(buffer, (const char *)call->in + offset, part);
    } else {
        memcpy((char *)call->out + offset, buffer, part);
        if (call->out_done < offset + part)
            call->out_done = (uint32_t)(offset + part);
    }
    return (int64_t)part;
}

static int64_t loopback_notify(struct transport *transport, uint64_t file, uint32_t ready)
{
    struct loopback *loopback = loopback_of(transport);
    loopback->notified_file = file;
    loopback->notified_ready = ready;
    loopback->notify_count++;
    return 0;
}

static int64_t watch_handle(struct transport *transport, handle_t handle, uint32_t mask,
                            uint64_t cookie)
{
    struct loopback *loopback = loopback_of(transport);
    loopback->watched_handle = handle;
    loopback->watched_mask = mask;
    loopback->watched_cookie = cookie;
    return 0;
}

static void loopback_handle_close(struct transport *transport, handle_t handle)
{
    struct loopback *loopback = loopback_of(transport);
    loopback->handles_closed++;
    loopback->last_closed = handle;
    if (loopback->on_handle_close)
        loopback->on_handle_close(loopback, handle);
}

static uint64_t loopback_clock(struct transport *transport, enum dyad_clock clock)
{
    const struct loopback *loopback = loopback_of(transport);
    return loopback->now_ns + (clock == DYAD_CLOCK_REALTIME ? loopback->ahead_ns : 0);
}

void loopback_init(struct loopback *loopback, struct server *server)
{
    static const struct transport_ops ops = {
        .serve = loopback_serve,
        .copy = loopback_copy,
        .notify = loopback_notify,
        .watch = watch_handle,
        .handle_close = loopback_handle_close,
        .clock = loopback_clock,
    };
    *loopback = (struct loopback){.transport = {&ops}, .server = server};
}

static void enqueue(struct loopback *loopback, const struct request *request,
                    struct loopback_call *call)
{
    if (loopback->queued == LOOPBACK_QUEUE)
        loopback_run(loopback);
    unsigned slot = (loopback->head + loopback->queued) % LOOPBACK_QUEUE;
    loopback->queue[slot].request = *request;
    loopback->queue[slot].call = call;
    loopback->queued++;
}

void loopback_submit(struct loopback *loopback, struct loopback_call *call)
{
    call->tag = ++loopback->last_tag;
    call->done = false;
    call->gone = false;
    call->out_done = 0;
    call->next = loopback->calls;
    loopback->calls = call;
    struct request request = {
        .tag = call->tag,
        .verb = call->verb,
        .file = call->file,
        .file_flags = call->file_flags,
        .in_len = call->in_len,
        .out_len = call->out_len,
        .received = call->has_send ? call->send : HANDLE_NONE,
        .thread = call->thread,
        .kid = call->kid,
        .cred = call->cred,
    };
    memcpy(request.args, call->args, sizeof(request.args));
    enqueue(loopback, &request, call);
}

void loopback_run(struct loopback *loopback)
{
    /* A step with a staged answer may find nothing to receive and still have work from a timer: until two quiet ones. */
    unsigned quiet = 0;
    for (unsigned steps = 0; quiet < 2; steps++) {
        assert(steps < 1000000 && "the server finds work for ever");
        quiet = server_step(loopback->server, loopback->now_ns) == -ERR_TIMEDOUT ? quiet + 1 : 0;
    }
}

int64_t loopback_call(struct loopback *loopback, struct loopback_call *call)
{
    loopback_submit(loopback, call);
    loopback_run(loopback);
    return call->done ? call->result : LOOPBACK_PENDING;
}

int64_t loopback_open(struct loopback *loopback, uint64_t dir, const char *path, uint64_t flags,
                      uint64_t mode, uint64_t *file)
{
    struct loopback_call call = {.verb = VERB_open,
                                 .file = dir,
                                 .args = {flags, mode},
                                 .in = path,
                                 .in_len = (uint32_t)strlen(path)};
    int64_t result = loopback_call(loopback, &call);
    assert(result != LOOPBACK_PENDING); /* The call is on the stack. */
    *file = call.values[0];
    return result;
}

static void send_oneway(struct loopback *loopback, uint16_t verb, uint64_t file, uint64_t arg0,
                        uint64_t arg1)
{
    struct request request = {
        .verb = verb, .file = file, .args = {arg0, arg1}, .received = HANDLE_NONE};
    enqueue(loopback, &request, NULL);
}

void loopback_cancel(struct loopback *loopback, struct loopback_call *call)
{
    send_oneway(loopback, VERB_cancel, call->file, call->tag, 0);
    loopback_run(loopback);
}

void loopback_abandon(struct loopback *loopback, struct loopback_call *call)
{
    call->gone = true;
    send_oneway(loopback, VERB_cancel, call->file, call->tag, 0);
}

void loopback_watch(struct loopback *loopback, uint64_t file)
{
    send_oneway(loopback, VERB_watch, file, EVENT_READABLE, 0);
    loopback_run(loopback);
}

void loopback_close(struct loopback *loopback, uint64_t file)
{
    send_oneway(loopback, VERB_close, file, 0, 0);
    loopback_run(loopback);
}

void loopback_event(struct loopback *loopback, uint32_t events)
{
    send_oneway(loopback, VERB_event, 0, loopback->watched_cookie, events);
    loopback_run(loopback);
}

void loopback_advance(struct loopback *loopback, uint64_t ns)
{
    loopback->now_ns += ns;
    loopback_run(loopback);
}
