/* server.c: the life of a server: init, one trap after another, dispatch by verb. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/internal.h"

/* Requests between two looks at the clock while a timer is armed and the queue never runs dry. */
#define REQUESTS_PER_TIMER_CHECK 32u

int server_init(struct server *server, const struct server_ops *ops, struct transport *transport,
                void *context, size_t buffer_size)
{
    *server = (struct server){.ops = ops, .transport = transport, .context = context};
    server->buffer_size = buffer_size ? buffer_size : DYAD_COPY_MAX;
    server_files_init(server);
    server->in = malloc(server->buffer_size);
    server->out = malloc(server->buffer_size);
    if (!server->in || !server->out)
        goto no_memory;
    for (int i = 0; i < 2; i++) {
        struct server_request *request = calloc(1, sizeof(*request));
        if (!request)
            goto no_memory;
        request->server = server;
        request->next = server->spare;
        server->spare = request;
    }
    return 0;

no_memory:
    server_fini(server);
    return -ERR_NOMEM;
}

static void free_requests(struct server_request *request)
{
    while (request) {
        struct server_request *next = request->next;
        free(request);
        request = next;
    }
}

static void handle_cancel(struct server *server, uint32_t tag);

void server_fini(struct server *server)
{
    for (size_t i = 0; i < SERVER_DEFERRED_BUCKETS; i++) {
        while (server->deferred[i]) {
            struct server_request *request = server->deferred[i];
            handle_cancel(server, request->wire.tag);
            if (server->deferred[i] == request)
                server_reply(request, -ERR_NODEV); /* Its cancel wanted to answer later. */
        }
    }
    server_flush(server);
    server_files_fini(server);
    free_requests(server->spare);
    free(server->in);
    free(server->out);
    free(server->watches);
    server->spare = NULL;
    server->in = server->out = NULL;
    server->watches = NULL;
    server->timers = NULL;
}

int server_run(struct server *server)
{
    while (!server->stop) {
        int result = server_step(server, DEADLINE_NEVER);
        if (result && result != -ERR_TIMEDOUT && result != -ERR_INTR)
            return result;
    }
    server_flush(server);
    return 0;
}

static void handle_cancel(struct server *server, uint32_t tag)
{
    struct server_request *request = server_deferred_find(server, tag);
    if (!request)
        return; /* Answered in the meantime. */
    if (request->cancel)
        request->cancel(request);
    else
        server_reply(request, -ERR_INTR);
}

/* From now on the kernel wants to know the file's level, by `mask` also news. 0 or -ERR_*. */
static int64_t begin_watch(struct server *server, uint64_t id, uint64_t mask)
{
    struct server_file *file = server_file_find(server, id);
    uint32_t ready = EVENT_READABLE | EVENT_WRITABLE;
    if (!file && !server->ops->any_file)
        return -ERR_STALE;
    if (file) {
        if (server->ops->ready)
            file->ready = server->ops->ready(file);
        file->watched = true;
        file->edges = mask & EVENT_EDGE;
        ready = file->ready;
    }
    int64_t result = server->transport->ops->notify(server->transport, id, ready);
    return result < 0 ? result : 0;
}

/* A server without levels of its own is always ready. */
static void handle_ready(struct server_request *request)
{
    const struct server_ops *ops = request->server->ops;
    struct server_file *file = request->file;
    uint32_t ready = EVENT_READABLE | EVENT_WRITABLE;

    if (file)
        ready = ops->ready ? ops->ready(file) : file->ready;
    server_reply(request, ready);
}

static void handle_watch(struct server_request *request)
{
    server_reply(request, begin_watch(request->server, request->wire.file, request->wire.args[0]));
}

/* Verbs without an answer -> true. */
static bool handle_oneway(struct server *server, const struct request *wire)
{
    switch (wire->verb) {
    case VERB_close: {
        struct server_file *file = server_file_find(server, wire->file);
        if (file)
            server_file_close(file);
        return true;
    }
    case VERB_cancel: handle_cancel(server, (uint32_t)wire->args[0]); return true;
    case VERB_event:
        server_event_dispatch(server, wire->args[0], (uint32_t)wire->args[1]);
        return true;
    case VERB_watch: /* As a call it is answered by handle_watch. */
        if (wire->tag == 0)
            /* It fails when the file is being closed. */
            (void)begin_watch(server, wire->file, wire->args[0]);
        return wire->tag == 0;
    default: return wire->tag == 0;
    }
}

static server_handler_fn *find_handler(const struct server_ops *ops, unsigned verb)
{
    if (verb == VERB_watch)
        return handle_watch;
    if (verb == VERB_ready)
        return handle_ready;
    if (verb < VERB_COUNT)
        return ops->handler[verb];
    if (verb >= VERB_PRIVATE && verb - VERB_PRIVATE < ops->private_count)
        return ops->private_handler[verb - VERB_PRIVATE];
    return NULL;
}

static void handle_request(struct server_request *request)
{
    struct server *server = request->server;
    const struct request *wire = &request->wire;
    server_handler_fn *handler = find_handler(server->ops, wire->verb);

    request->file = server_file_find(server, wire->file);
    if (request->file)
        server_file_hold(request->file);
    bool is_root = wire->verb == VERB_open && wire->file == 0;
    if (!request->file && !is_root && !server->ops->any_file) {
        server_reply(request, -ERR_STALE);
    } else if (!handler) {
        server_reply(request, wire->verb == VERB_control ? -ERR_NOTTY : -ERR_NOSYS);
    } else {
        handler(request);
    }
    bool answered_or_kept = request->state != SERVER_REQUEST_ACTIVE;
    assert(answered_or_kept && "a handler neither answered nor deferred its request");
    if (!answered_or_kept)
        server_reply(request, -ERR_IO);
}

static void request_begin(struct server_request *request)
{
    struct server *server = request->server;
    request->state = SERVER_REQUEST_ACTIVE;
    request->file = NULL;
    request->data = server->in;
    request->data_len = request->wire.in_done;
    request->context = NULL;
    request->cancel = NULL;
    request->queue = NULL;
    server->active = request;
}

static void dispatch(struct server_request *request)
{
    struct server *server = request->server;
    request_begin(request);
    if (handle_oneway(server, &request->wire)) {
        if (request->wire.received != HANDLE_NONE)
            server->transport->ops->handle_close(server->transport, request->wire.received);
        server_request_release(request);
    } else {
        handle_request(request);
    }
    server->active = NULL;
}

/* What a trap that answers and receives says about the second; anything else is about the answer. */
static bool is_about_receiving(int64_t result)
{
    return result == 0 || result == -ERR_TIMEDOUT || result == -ERR_INTR || result == -ERR_NODEV;
}

int server_step(struct server *server, uint64_t deadline_ns)
{
    struct transport *transport = server->transport;
    struct server_request *request = server->spare;
    uint64_t deadline = deadline_ns;
    if (server->timers && server->timers->deadline_ns < deadline)
        deadline = server->timers->deadline_ns;

    assert(request && "server_defer keeps a spare request");
    server->spare = request->next;
    bool answering = server->staged;
    int64_t result =
        transport->ops->serve(transport, answering ? &server->staged_reply : NULL, &request->wire,
                              server->in, server->buffer_size, deadline);
    bool undelivered = answering && !is_about_receiving(result);
    if (answering)
        server_staged_done(server, undelivered ? result : 0);
    if (result == 0) {
        dispatch(request);
    } else {
        request->next = server->spare;
        server->spare = request;
    }
    if (server->timers && (result || ++server->steps % REQUESTS_PER_TIMER_CHECK == 0))
        server_timers_run(server);
    server_files_release(server);
    if (undelivered || (result == -ERR_TIMEDOUT && deadline < deadline_ns))
        return 0;
    return (int)result;
}
