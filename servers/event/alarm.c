/*
 * alarm.c: timerfd. The file becomes readable when the time comes; how often it comes after that is counted when somebody asks. So a
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

/* Since the last that have been counted. */
static uint64_t not_counted(const struct alarm *a, uint64_t now)
{
    if (a->next_ns == 0 || now < a->next_ns)
        return 0;
    return 1 + (a->interval_ns ? (now - a->next_ns) / a->interval_ns : 0);
}

static uint64_t expirations(const struct alarm *a, uint64_t now)
{
    return a->expired + not_counted(a, now);
}

/* Those until now stay, whatever the clock is set to; the next time is in the future, or there is none. */
static void count(struct alarm *a, uint64_t now)
{
    uint64_t more = not_counted(a, now);

    if (more == 0)
        return;
    a->expired += more;
    a->next_ns = a->interval_ns ? sum(a->next_ns, more * a->interval_ns) : 0;
}

uint32_t alarm_level(const struct event_file *file)
{
    return file->alarm.canceled || expirations(&file->alarm, now_of(file)) > 0 ? EVENT_READABLE : 0;
}

static void arm(struct event_file *file)
{
    struct alarm *a = &file->alarm;
    uint64_t at = a->base == DYAD_CLOCK_REALTIME ? a->next_ns | DEADLINE_REALTIME : a->next_ns;

    if (a->next_ns == 0 || a->next_ns >= DEADLINE_REALTIME) /* off, or in centuries */
        server_timer_cancel(file->file.server, &file->timer);
    else
        server_timer_set(file->file.server, &file->timer, server_deadline(file->file.server, at));
}

/* All that have not been read. The timer goes on. */
static uint64_t take(struct event_file *file)
{
    struct alarm *a = &file->alarm;

    count(a, now_of(file));
    if (!file->timer.armed)
        arm(file);
    uint64_t expired = a->expired;
    a->expired = 0;
    return expired;
}

static void give(struct server_request *request, uint64_t expired)
{
    request->context = (void *)(uintptr_t)expired; /* for alarm_put_back */
    server_reply_data(request, sizeof expired, &expired, sizeof expired);
}

static void timer_due(struct server *server, void *arg)
{
    struct event_file *file = arg;
    struct server_request *reader = server_queue_first(&file->readers);

    (void)server;
    count(&file->alarm, now_of(file));
    if (file->alarm.expired == 0) { /* the clock has been set back */
        arm(file);
        return;
    }
    if (reader)
        give(reader, take(file));
    server_file_news(&file->file, EVENT_READABLE);
    server_file_notify(&file->file, alarm_level(file));
}

void alarm_init(struct event_file *file, enum dyad_clock clock)
{
    file->alarm = (struct alarm){.clock = clock, .base = DYAD_CLOCK_MONOTONIC};
    server_timer_init(&file->timer, timer_due, file);
}

void alarm_read(struct event_file *file, struct server_request *request)
{
    if (request->wire.out_len < sizeof(uint64_t)) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    uint64_t expired = take(file);
    if (file->alarm.canceled) {
        file->alarm.canceled = false;
        server_reply(request, -ERR_CANCELED);
        server_file_notify(&file->file, alarm_level(file));
    } else if (expired == 0) {
        event_wait_for(request, &file->readers);
    } else {
        give(request, expired);
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
    a->expired = 0;
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

void alarm_put_back(struct event_file *file, uint64_t expired)
{
    file->alarm.expired += expired;
    server_file_notify(&file->file, alarm_level(file));
}
