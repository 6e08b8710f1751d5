/* counter.c: eventfd: a number that writes add to and reads take, all of it or, of a semaphore, 1. */
#include <string.h>

#include "servers/event/event.h"

uint32_t counter_level(const struct event_file *file)
{
    return (file->counter.count > 0 ? EVENT_READABLE : 0) |
           (file->counter.count < EVENT_COUNTER_MAX ? EVENT_WRITABLE : 0);
}

static void take(struct event_file *file, struct server_request *request)
{
    uint64_t value = file->counter.semaphore ? 1 : file->counter.count;

    file->counter.count -= value;
    request->context = (void *)(uintptr_t)value; /* for counter_put_back */
    server_reply_data(request, sizeof value, &value, sizeof value);
}

/* -> false: there is no room for it yet */
static bool add(struct event_file *file, struct server_request *request, uint64_t value)
{
    if (value > EVENT_COUNTER_MAX - file->counter.count)
        return false;
    file->counter.count += value;
    server_reply(request, sizeof value);
    return true;
}

/* Reads and writes that waited, as far as they can be done now; then the level. */
static void pump(struct event_file *file)
{
    struct server_request *reader, *writer = NULL;
    bool moved = true;

    while (moved) {
        moved = false;
        while (file->counter.count > 0 && (reader = server_queue_first(&file->readers))) {
            take(file, reader);
            moved = true;
        }
        writer = server_queue_first(&file->writers);
        if (writer && add(file, writer, (uintptr_t)writer->context))
            moved = true;
    }
    server_file_notify(&file->file, counter_level(file));
}

static void timer_due(struct server *server, void *arg)
{
    (void)server;
    pump(arg);
}

void counter_init(struct event_file *file, uint64_t value, bool semaphore)
{
    file->counter = (struct counter){.count = value, .semaphore = semaphore};
    server_timer_init(&file->timer, timer_due, file);
}

void counter_read(struct event_file *file, struct server_request *request)
{
    if (request->wire.out_len < sizeof file->counter.count) {
        server_reply(request, -ERR_INVAL);
    } else if (file->counter.count == 0) {
        event_wait_for(request, &file->readers);
    } else {
        take(file, request);
        pump(file);
    }
}

/* The next in line may want less room. */
static void cancel_write(struct server_request *request)
{
    struct event_file *file = event_file_of(request);

    server_reply(request, -ERR_INTR);
    pump(file);
}

void counter_write(struct event_file *file, struct server_request *request)
{
    uint64_t value;

    if (request->data_len < sizeof value) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    memcpy(&value, request->data, sizeof value);
    if (value == UINT64_MAX) {
        server_reply(request, -ERR_INVAL);
    } else if (add(file, request, value)) {
        server_file_news(&file->file, EVENT_READABLE);
        pump(file);
    } else if (event_wait_for(request, &file->writers)) {
        request->context = (void *)(uintptr_t)value;
        request->cancel = cancel_write;
    }
}

void counter_put_back(struct event_file *file, uint64_t value)
{
    file->counter.count = value > EVENT_COUNTER_MAX - file->counter.count
                              ? EVENT_COUNTER_MAX
                              : file->counter.count + value;
    server_file_notify(&file->file, counter_level(file));
}
