/*
 * alarm.c: timerfd. The file becomes readable when the time comes; how often it has come since is counted when somebody asks. So a
 * timer with a short interval that nobody reads costs nothing.
 */
#include <string.h>

#include "servers/event/event.h"

static uint64_t now_of(const struct event_file *file)
{
    return server_clock(file->file.server, file->alarm.base);
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    uint64_t total;
    return __builtin_add_overflow(a, b, &total) ? UINT64_MAX : total;
}

static uint64_t expirations(const struct alarm *a, uint64_t now)
{
    if (a->next_ns == 0 || now < a->next_ns)
        return a->put_back;
    return a->put_back + 1 + (a->interval_ns ? (now - a->next_ns) / a->interval_ns : 0);
}

uint32_t alarm_level(const struct event_file *file)
{
    return file->alarm.canceled || expirations(&file->alarm, now_of(file)) > 0 ? EVENT_READABLE : 0;
}

static void arm(struct event_file *file)
{
    struct alarm *a = &file->alarm;

    bool real = a->base == DYAD_CLOCK_REALTIME && a->next_ns < DEADLINE_REALTIME;
    uint64_t at = real ? a->next_ns | DEADLINE_REALTIME : a->next_ns;

    if (a->next_ns == 0 || (a->base == DYAD_CLOCK_REALTIME && !real)) /* or never */
        server_timer_cancel(file->file.server, &a->timer);
    else
        server_timer_set(file->file.server, &a->timer, server_deadline(file->file.server, at));
}

/* Takes what has expired; the next time is in the future, or there is none. */
static uint64_t take(struct event_file *file, uint64_t now)
{
    struct alarm *a = &file->alarm;
    uint64_t count = expirations(a, now);

    if (a->next_ns != 0 && now >= a->next_ns) {
        a->next_ns = a->interval_ns ? sum(a->next_ns, (count - a->put_back) * a->interval_ns) : 0;
        arm(file);
    }
    a->put_back = 0;
    return count;
}

static void give(struct server_request *request, uint64_t count)
{
    request->context = (void *)(uintptr_t)count; /* for alarm_put_back */
    server_reply_data(request, sizeof count, &count, sizeof count);
}

static void timer_due(struct server *server, void *arg)
{
    struct event_file *file = arg;
    struct server_request *reader = server_queue_first(&file->readers);

    (void)server;
    if (expirations(&file->alarm, now_of(file)) == 0) { /* the clock has been set back */
        arm(file);
        return;
    }
    if (reader)
        give(reader, take(file, now_of(file)));
    server_file_news(&file->file, EVENT_READABLE);
    server_file_notify(&file->file, alarm_level(file));
}

void alarm_init(struct event_file *file, enum dyad_clock clock)
{
    file->alarm = (struct alarm){.clock = clock, .base = DYAD_CLOCK_MONOTONIC};
    server_timer_init(&file->alarm.timer, timer_due, file);
}

void alarm_end(struct event_file *file)
{
    server_timer_cancel(file->file.server, &file->alarm.timer);
}

void alarm_read(struct event_file *file, struct server_request *request)
{
    if (request->wire.out_len < sizeof(uint64_t)) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    uint64_t count = take(file, now_of(file));
    if (file->alarm.canceled) {
        file->alarm.canceled = false;
        server_reply(request, -ERR_CANCELED);
        server_file_notify(&file->file, alarm_level(file));
    } else if (count == 0) {
        event_wait_for(request, &file->readers);
    } else {
        give(request, count);
        server_file_notify(&file->file, alarm_level(file));
    }
}

/* What is left, and the interval. One that has expired and has no interval is off. */
static struct event_timer state(const struct alarm *a, uint64_t now)
{
    struct event_timer timer = {.interval_ns = a->interval_ns};

    if (a->next_ns > now)
        timer.value_ns = a->next_ns - now;
    else if (a->next_ns != 0 && a->interval_ns != 0)
        timer.value_ns = a->interval_ns - (now - a->next_ns) % a->interval_ns;
    return timer;
}

/* From now on by the clock that the flags mean. */
static void set(struct event_file *file, const struct event_timer *wanted, uint64_t flags)
{
    struct alarm *a = &file->alarm;
    bool absolute = flags & EVENT_TIMER_ABSOLUTE;

    a->base = absolute ? a->clock : DYAD_CLOCK_MONOTONIC;
    a->put_back = 0;
    a->interval_ns = wanted->interval_ns;
    a->next_ns = wanted->value_ns;
    if (!absolute && wanted->value_ns != 0)
        a->next_ns = sum(now_of(file), wanted->value_ns);
    a->cancelable = a->base == DYAD_CLOCK_REALTIME && (flags & EVENT_TIMER_CANCEL);
    arm(file);
}

void alarm_set(struct event_file *file, struct server_request *request)
{
    struct event_timer wanted, old = state(&file->alarm, now_of(file));

    if (request->data_len != sizeof wanted || request->wire.out_len < sizeof old) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    memcpy(&wanted, request->data, sizeof wanted);
    set(file, &wanted, request->wire.args[0]);
    bool canceled = file->alarm.canceled && wanted.value_ns != 0;
    file->alarm.canceled = false;
    server_reply_data(request, canceled ? -ERR_CANCELED : 0, &old, sizeof old);
    server_file_notify(&file->file, alarm_level(file));
}

void alarm_clock_set(struct event_file *file)
{
    struct alarm *a = &file->alarm;
    struct server_request *reader = server_queue_first(&file->readers);

    if (a->base != DYAD_CLOCK_REALTIME)
        return;
    arm(file);
    if (!a->cancelable)
        return;
    a->canceled = reader == NULL;
    if (reader)
        server_reply(reader, -ERR_CANCELED);
    server_file_news(&file->file, EVENT_READABLE);
    server_file_notify(&file->file, alarm_level(file));
}

void alarm_get(struct event_file *file, struct server_request *request)
{
    struct event_timer timer = state(&file->alarm, now_of(file));

    if (request->wire.out_len < sizeof timer)
        server_reply(request, -ERR_INVAL);
    else
        server_reply_data(request, 0, &timer, sizeof timer);
}

void alarm_put_back(struct event_file *file, uint64_t count)
{
    file->alarm.put_back += count;
    server_file_notify(&file->file, alarm_level(file));
}
