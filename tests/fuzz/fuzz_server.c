/*
 * fuzz_server.c: the server library under a server that does everything that it may, as the input says: answers now, later, from timers
 * and cancels, with data, handles and files; its clients wait, cancel, die and close. Each call is answered once with what the server
 * said, each file released once, each handle closed or delivered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/loopback.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OPS_MAX   96u
#define CALLS_MAX 24u
#define FILES_MAX 24u
#define BUFFER    512u

#define EXPECT(condition)                                                                  \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "fuzz_server: line %d: not true: %s\n", __LINE__, #condition); \
            abort();                                                                       \
        }                                                                                  \
    } while (0)

static const uint8_t *at, *end;
static struct server server;
static struct loopback loop;
static struct server_queue queue;
static struct server_timer timer;
static unsigned files_live;
static int handles_live; /* that the server or the library still has to close or deliver */
static uint64_t files[FILES_MAX];
static struct client {
    struct loopback_call call;
    bool used;
    uint8_t in[1200], out[1200];
} clients[CALLS_MAX];
static uint64_t watch_cookie;
static bool watching;

static uint8_t take(void)
{
    return at < end ? *at++ : 0;
}

/* ---- the server ---- */

/* The payload is a pattern by its position: whatever way it takes, it must arrive so. */
static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 7 + i / 256);
}

static void answer_data(struct server_request *request, bool borrowed)
{
    static uint8_t bytes[1200];
    size_t length = request->wire.out_len < sizeof bytes ? request->wire.out_len : sizeof bytes;
    for (size_t i = 0; i < length; i++)
        bytes[i] = pattern(i);
    if (borrowed)
        server_reply_borrowed(request, (int64_t)length, bytes, length);
    else
        server_reply_data(request, (int64_t)length, bytes, length);
}

static void answer_open(struct server_request *request, bool early)
{
    struct server_file *file = malloc(sizeof *file);
    if (file == NULL)
        abort();
    server_file_init(file, &server, NULL, (uint32_t)request->wire.args[0]);
    files_live++;
    if (early && server_file_register(file) == 0 && take() % 4 == 0) {
        server_file_unregister(file);
        server_file_drop(file);
        server_reply(request, -ERR_IO);
        return;
    }
    server_reply_open(request, file, take() % 2 ? FILE_SEEKABLE : 0);
}

static void answer_handle(struct server_request *request)
{
    handles_live++;
    server_reply_handle(request, 5, 700, 8, 9);
}

static void check_payload(struct server_request *request)
{
    uint8_t bytes[64];
    EXPECT(request->data_len <= request->wire.in_len);
    for (size_t i = 0; i < request->data_len; i++)
        EXPECT(((const uint8_t *)request->data)[i] == pattern(i));
    size_t offset = take() * 8;
    int64_t got = server_payload(request, bytes, offset, sizeof bytes);
    if (got < 0)
        return;
    size_t left = offset < request->wire.in_len ? request->wire.in_len - offset : 0;
    EXPECT((size_t)got <=
           (left < sizeof bytes ? left : sizeof bytes)); /* less when the client is gone */
    for (size_t i = 0; i < (size_t)got; i++)
        EXPECT(bytes[i] == pattern(offset + i));
}

static void answer(struct server_request *request);

/* A cancel that leaves the request for later, as servers do that wait for hardware. */
static void cancel_late(struct server_request *request)
{
    if (take() % 2)
        server_reply(request, -ERR_INTR);
}

static void keep(struct server_request *request)
{
    if (!server_defer(request, take() % 3 ? &queue : NULL))
        return;
    if (take() % 4 == 0)
        request->cancel = cancel_late;
    if (take() % 4 == 0)
        server_timer_set(&server, &timer, loop.now_ns + take() * 1000u);
}

static void answer(struct server_request *request)
{
    switch (take() % 12) {
    case 0: answer_data(request, false); break;
    case 1: answer_data(request, true); break;
    case 2: server_reply(request, -(int64_t)(1 + take() % 60)); break;
    case 3: server_reply_values(request, 1, 2, 3); break;
    case 4: answer_handle(request); break;
    case 5: server_reply_redirect(request, "other:path", 10); break;
    case 6: {
        static const char contents[] = "generated contents";
        server_reply_slice(request, contents, sizeof contents - 1);
        break;
    }
    case 7: {
        int64_t done = server_fill(request, take(), "filled", 6);
        server_reply(request, done);
        break;
    }
    case 8: {
        size_t room;
        uint8_t *out = server_out(request, &room);
        size_t length = room < request->wire.out_len ? room : request->wire.out_len;
        for (size_t i = 0; i < length; i++)
            out[i] = pattern(i);
        server_reply_data(request, (int64_t)length, out, length);
        break;
    }
    default: server_reply(request, 0); break;
    }
}

static void handle_any(struct server_request *request)
{
    check_payload(request);
    if (request->wire.received != HANDLE_NONE && take() % 2) {
        EXPECT(server_take_handle(request) == 500);
        handles_live--; /* ours: we close it ourselves */
    }
    if (request->file != NULL && take() % 4 == 0)
        server_file_notify(request->file, take() % 8);
    if (request->wire.verb == VERB_open && take() % 4)
        answer_open(request, take() % 2);
    else if (take() % 3 == 0)
        keep(request);
    else
        answer(request);
}

static void release(struct server_file *file)
{
    EXPECT(files_live > 0);
    files_live--;
    free(file);
}

static void on_timer(struct server *s, void *arg)
{
    (void)arg;
    struct server_request *first = server_queue_first(&queue);
    if (first != NULL)
        answer(first);
    if (take() % 4 == 0)
        server_timer_set(s, &timer, loop.now_ns + take());
}

static void on_event(struct server *s, uint32_t events, void *arg)
{
    (void)s;
    (void)events;
    (void)arg;
    server_queue_reply_all(&queue, -ERR_IO);
}

static void undelivered(struct server_request *request, const struct reply *reply)
{
    EXPECT(reply->data_len == 0 || reply->data != NULL);
    EXPECT(request->wire.tag == reply->tag);
}

static void on_handle_close(struct loopback *l, handle_t handle)
{
    (void)l;
    if (handle == 500 || handle == 700)
        handles_live--;
}

static server_handler_fn *const private_handlers[] = {handle_any, NULL, handle_any};
static const struct server_ops ops = {
    .handler = {[VERB_open] = handle_any,
                [VERB_read] = handle_any,
                [VERB_write] = handle_any,
                [VERB_stat] = handle_any,
                [VERB_control] = handle_any,
                [VERB_renameat] = handle_any},
    .private_handler = private_handlers,
    .private_count = 3,
    .release = release,
    .undelivered = undelivered,
};

/* ---- the clients ---- */

static void collect(void)
{
    for (unsigned i = 0; i < CALLS_MAX; i++) {
        struct client *client = &clients[i];
        if (!client->used || !client->call.done)
            continue;
        client->used = false;
        EXPECT(client->call.out_done <= client->call.out_len);
        if (client->call.has_received)
            handles_live--;
        if (client->call.verb != VERB_open || client->call.result < 0 ||
            client->call.values[0] == 0 || client->call.has_received)
            continue;
        if (server_file_find(&server, client->call.values[0]) == NULL)
            continue; /* answered with something else than a file */
        for (unsigned j = 0; j < FILES_MAX; j++) {
            if (files[j] == 0) {
                files[j] = client->call.values[0];
                break;
            }
        }
    }
}

static void submit(void)
{
    static const uint16_t verbs[] = {
        VERB_open,        VERB_open,     VERB_read, VERB_write,   VERB_stat,
        VERB_control,     VERB_renameat, VERB_list, VERB_PRIVATE, VERB_PRIVATE + 1,
        VERB_PRIVATE + 9, VERB_COUNT,    0};
    struct client *client = NULL;
    for (unsigned i = 0; i < CALLS_MAX && client == NULL; i++)
        client = clients[i].used ? NULL : &clients[i];
    if (client == NULL)
        return;
    client->used = true;
    struct loopback_call *call = &client->call;
    *call = (struct loopback_call){.verb = verbs[take() % (sizeof verbs / sizeof verbs[0])],
                                   .file = files[take() % FILES_MAX],
                                   .args = {take(), take()},
                                   .in = client->in,
                                   .in_len = take() * 4u,
                                   .out = client->out,
                                   .out_len = take() * 4u};
    for (size_t i = 0; i < call->in_len; i++)
        client->in[i] = pattern(i);
    if (take() % 8 == 0) {
        call->has_send = true;
        call->send = 500;
        handles_live++;
    }
    loopback_submit(&loop, call);
}

static void close_file(unsigned which)
{
    uint64_t id = files[which % FILES_MAX];
    files[which % FILES_MAX] = 0;
    if (id != 0)
        loopback_close(&loop, id);
}

static void do_op(void)
{
    uint8_t what = take(), which = take();
    struct client *client = &clients[which % CALLS_MAX];
    bool waits = client->used && !client->call.done && !client->call.gone;
    if (what < 110) {
        submit();
        if (which % 4)
            loopback_run(&loop);
    } else if (what < 130) {
        close_file(which);
    } else if (what < 150 && waits) {
        loopback_cancel(&loop, &client->call);
    } else if (what < 165 && waits) { /* its slot is not used again: the server may still answer */
        loopback_abandon(&loop, &client->call);
        loopback_run(&loop);
    } else if (what < 185) {
        loopback_advance(&loop, which * 100u);
    } else if (what < 200) {
        loopback_watch(&loop, files[which % FILES_MAX]);
    } else if (what < 215) {
        if (!watching)
            watching =
                server_watch(&server, 900, EVENT_READABLE, on_event, NULL, &watch_cookie) == 0;
        else if (which % 2)
            loopback_event(&loop, EVENT_READABLE);
        else
            server_unwatch(&server, watch_cookie), watching = false;
    } else if (what < 235) {
        struct server_request *request = server_queue_first(&queue);
        if (request != NULL)
            answer(request);
        loopback_run(&loop);
    } else {
        loopback_run(&loop);
    }
    collect();
}

static void finish(void)
{
    /* Whoever still waits is answered by the server's end. */
    server_fini(&server);
    EXPECT(server.deferred_count == 0);
    EXPECT(files_live == 0);
    collect();
    EXPECT(handles_live == 0);
    for (unsigned i = 0; i < CALLS_MAX; i++)
        EXPECT(!clients[i].used || clients[i].call.done || clients[i].call.gone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    at = data;
    end = data + size;
    memset(files, 0, sizeof files);
    memset(clients, 0, sizeof clients);
    queue = (struct server_queue){0};
    watching = false;
    files_live = 0;
    handles_live = 0;
    loopback_init(&loop, &server);
    loop.on_handle_close = on_handle_close;
    if (server_init(&server, &ops, &loop.transport, NULL, BUFFER) != 0)
        abort();
    server_timer_init(&timer, on_timer, NULL);
    for (unsigned i = 0; i < OPS_MAX && at < end; i++)
        do_op();
    loopback_run(&loop);
    collect();
    finish();
    return 0;
}
