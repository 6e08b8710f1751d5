/* scheme.c: the scheme `event:`: opening, and what each verb asks of a file. */
#include <stdlib.h>

#include "servers/event/event.h"

#define DEVICE_NUMBER 10

bool event_wait_for(struct server_request *request, struct server_queue *queue)
{
    if (!(request->wire.file_flags & FILE_NONBLOCK))
        return server_defer(request, queue);
    server_reply(request, -ERR_AGAIN);
    return false;
}

static uint32_t level(const struct event_file *file)
{
    switch (file->kind) {
    case EVENT_COUNTER: return counter_level(file);
    case EVENT_TIMER: return alarm_level(file);
    case EVENT_ROOT: break;
    }
    return 0;
}

/* What the path and the mode ask for. 0 or -ERR_*. */
static int make(struct event_file *file, const struct server_request *request)
{
    uint64_t mode = request->wire.args[1];

    if (request->wire.file)
        return -ERR_NOTDIR;
    if (server_path_is(request, "timer")) {
        file->kind = EVENT_TIMER;
        alarm_init(file, (enum dyad_clock)mode);
        return mode == DYAD_CLOCK_REALTIME || mode == DYAD_CLOCK_MONOTONIC ? 0 : -ERR_INVAL;
    }
    if (server_path_is(request, "") && (file->file.flags & FILE_PATH)) {
        file->kind = EVENT_ROOT;
        return 0;
    }
    file->kind = EVENT_COUNTER;
    counter_init(file, mode, server_path_is(request, "semaphore"));
    if (!file->counter.semaphore && !server_path_is(request, "counter"))
        return -ERR_NOENT;
    return mode <= EVENT_COUNTER_MAX ? 0 : -ERR_INVAL;
}

static void handle_open(struct server_request *request)
{
    struct event_file *file = calloc(1, sizeof *file);

    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    server_file_init(&file->file, request->server, NULL, (uint32_t)request->wire.args[0]);
    int error = make(file, request);
    if (error) {
        free(file);
        server_reply(request, error);
        return;
    }
    file->file.ready = level(file);
    server_reply_open(request, &file->file, 0);
}

static void release(struct server_file *server_file)
{
    struct event_file *file = (struct event_file *)server_file;

    server_timer_cancel(server_file->server, &file->timer);
    free(file);
}

static void handle_read(struct server_request *request)
{
    struct event_file *file = event_file_of(request);

    switch (file->kind) {
    case EVENT_COUNTER: counter_read(file, request); break;
    case EVENT_TIMER: alarm_read(file, request); break;
    case EVENT_ROOT: server_reply(request, -ERR_BADF); break;
    }
}

static void handle_write(struct server_request *request)
{
    struct event_file *file = event_file_of(request);

    if (file->kind == EVENT_COUNTER)
        counter_write(file, request);
    else
        server_reply(request, -ERR_INVAL);
}

/* The timers run as the clock goes now. */
static void clock_set(struct server_request *request)
{
    struct server *server = request->server;
    struct server_file *file = NULL;

    if (request->wire.cred.euid != 0) {
        server_reply(request, -ERR_PERM);
        return;
    }
    server_reply(request, 0);
    while ((file = server_file_next(server, file)))
        if (((struct event_file *)file)->kind == EVENT_TIMER)
            alarm_clock_set((struct event_file *)file);
}

static void handle_private(struct server_request *request)
{
    struct event_file *file = event_file_of(request);

    if (file->kind == EVENT_ROOT && request->wire.verb == EVENT_CLOCK_SET)
        clock_set(request);
    else if (file->kind != EVENT_TIMER)
        server_reply(request, -ERR_INVAL);
    else if (request->wire.verb == EVENT_TIMER_SET)
        alarm_set(file, request);
    else if (request->wire.verb == EVENT_TIMER_GET)
        alarm_get(file, request);
    else
        server_reply(request, -ERR_NOSYS);
}

static void handle_stat(struct server_request *request)
{
    struct dyad_stat stat = {.dev = DEVICE_NUMBER,
                             .ino = request->file->id,
                             .mode = 0600,
                             .nlink = 1,
                             .block_size = DYAD_PAGE_SIZE};
    server_reply_stat(request, &stat);
}

static void undelivered(struct server_request *request, const struct reply *reply)
{
    struct event_file *file = event_file_of(request);
    uint64_t value = (uintptr_t)request->context;

    if (request->wire.verb != VERB_read || reply->result < 0)
        return;
    if (file->kind == EVENT_COUNTER)
        counter_put_back(file, value);
    else
        alarm_put_back(file, value);
    if (server_queue_first(&file->readers)) /* nobody may be answered here */
        server_timer_set(request->server, &file->timer, 0);
}

static uint32_t ready(struct server_file *file)
{
    return level((const struct event_file *)file);
}

#define FIRST         ((int)EVENT_TIMER_SET - (int)VERB_PRIVATE)
#define PRIVATE_COUNT ((int)EVENT_CLOCK_SET - (int)VERB_PRIVATE + 1)

static server_handler_fn *const private_handlers[PRIVATE_COUNT] = {
    [FIRST... PRIVATE_COUNT - 1] = handle_private,
};

const struct server_ops event_server_ops = {
    .handler =
        {
            [VERB_open] = handle_open,
            [VERB_read] = handle_read,
            [VERB_write] = handle_write,
            [VERB_stat] = handle_stat,
        },
    .private_handler = private_handlers,
    .private_count = PRIVATE_COUNT,
    .release = release,
    .undelivered = undelivered,
    .ready = ready,
};
