/* terminal.c: reads and writes that wait, and the pump that moves bytes between keyboard, programs and screen. */
#include "servers/tty/terminal.h"

#include <assert.h>
#include <string.h>
#include <termios.h>

#include "abi/signal.h"

#define WRITE_CHUNK   1024u
#define VTIME_UNIT_NS 100000000ull

/* ---- Screen -------------------------------------------------------------------------------------------------- */

static void set_want(struct terminal *t, bool keyboard, bool screen)
{
    if (keyboard == t->want_keyboard && screen == t->want_screen)
        return;
    t->want_keyboard = keyboard;
    t->want_screen = screen;
    t->ops->want(t->context, keyboard, screen);
}

static void flush_screen(struct terminal *t)
{
    const uint8_t *bytes;
    size_t count;
    bool blocked = false;

    while (!blocked && (count = ldisc_screen_peek(&t->ldisc, &bytes)) > 0) {
        int64_t written = t->ops->screen_write(t->context, bytes, count);
        if (written == -ERR_AGAIN)
            blocked = true;
        else /* On any other error the screen is gone, and so is what was meant for it. */
            ldisc_screen_done(&t->ldisc, written < 0 ? count : (size_t)written);
    }
    set_want(t, t->want_keyboard, blocked);
}

/* ---- Reading ------------------------------------------------------------------------------------------------- */

enum read_state { READ_GIVE, READ_END, READ_WAIT };

/* Raw mode: what VMIN and VTIME (POSIX 11.1.7, cases A to D) say about a read that began at start_ns.
 * *deadline_ns: when READ_WAIT ends by time, or DEADLINE_NEVER. */
static enum read_state raw_state(const struct terminal *t, size_t length, uint64_t start_ns,
                                 uint64_t now, uint64_t *deadline_ns)
{
    size_t available = ldisc_readable(&t->ldisc);
    size_t minimum = t->ldisc.termios.c_cc[VMIN];
    uint64_t time_ns = t->ldisc.termios.c_cc[VTIME] * VTIME_UNIT_NS;

    *deadline_ns = DEADLINE_NEVER;
    if (available >= (minimum < length ? minimum : length) && available > 0)
        return READ_GIVE;
    if (minimum == 0) {
        *deadline_ns = start_ns + time_ns;
        return now >= *deadline_ns ? READ_END : READ_WAIT;
    }
    if (time_ns > 0 && available > 0) {
        uint64_t since = t->last_input_ns > start_ns ? t->last_input_ns : start_ns;
        *deadline_ns = since + time_ns;
        return now >= *deadline_ns ? READ_GIVE : READ_WAIT;
    }
    return READ_WAIT;
}

static enum read_state read_state(const struct terminal *t, size_t length, uint64_t start_ns,
                                  uint64_t now, uint64_t *deadline_ns)
{
    enum read_state state = READ_WAIT;

    *deadline_ns = DEADLINE_NEVER;
    if (!(t->ldisc.termios.c_lflag & ICANON))
        state = raw_state(t, length, start_ns, now, deadline_ns);
    else if (ldisc_has_record(&t->ldisc))
        state = READ_GIVE;
    if (state == READ_WAIT && t->input_ended && t->pending_length == 0)
        state = READ_GIVE; /* What there is, be it nothing. */
    return state;
}

static void give(struct terminal *t, struct server_request *request)
{
    size_t room, length = request->wire.out_len;
    uint8_t *out = server_out(request, &room);
    bool record_ended;

    if (length > room)
        length = room;
    size_t count = ldisc_read(&t->ldisc, out, length, &record_ended);
    request->context =
        record_ended ? t : NULL; /* For terminal_undelivered; any non-NULL will do. */
    server_reply_data(request, (int64_t)count, out, count);
}

void terminal_undelivered(struct terminal *t, struct server_request *request,
                          const struct reply *reply)
{
    if (request->wire.verb == VERB_read && reply->result >= 0)
        ldisc_unread(&t->ldisc, reply->data, (size_t)reply->result, request->context != NULL);
    /* Others wait for it, but nobody may be answered here. */
    server_timer_set(t->server, &t->read_timer, 0);
}

/* A waiting reader keeps the time it began in its context. */
static uint64_t reader_start(const struct server_request *request)
{
    return (uint64_t)(uintptr_t)request->context;
}

/* Serves waiting readers in order, as far as the input goes. */
static void serve_readers(struct terminal *t)
{
    uint64_t now = server_clock(t->server, DYAD_CLOCK_MONOTONIC);
    struct server_request *request;

    server_timer_cancel(t->server, &t->read_timer);
    while ((request = server_queue_first(&t->readers))) {
        uint64_t deadline;
        switch (read_state(t, request->wire.out_len, reader_start(request), now, &deadline)) {
        case READ_GIVE: give(t, request); break;
        case READ_END: server_reply(request, 0); break;
        case READ_WAIT:
            if (deadline != DEADLINE_NEVER)
                server_timer_set(t->server, &t->read_timer, deadline);
            return;
        }
    }
}

/* Those behind it may want less than it did. */
static void cancel_reader(struct server_request *request)
{
    struct terminal *t = request->file->node;

    server_reply(request, -ERR_INTR);
    terminal_pump(t);
}

void terminal_read(struct terminal *t, struct server_request *request)
{
    uint64_t now = server_clock(t->server, DYAD_CLOCK_MONOTONIC), deadline;
    int error = t->hung_up ? 0 : terminal_check_foreground(t, &request->wire.cred, DYAD_SIGTTIN);

    if (error < 0 || request->wire.out_len == 0 || t->hung_up) {
        server_reply(request, error);
        return;
    }
    bool nonblocking = request->wire.file_flags & FILE_NONBLOCK;
    enum read_state state = READ_WAIT;
    if (!server_queue_first(&t->readers)) {
        state = read_state(t, request->wire.out_len, now, now, &deadline);
        if (state == READ_WAIT && nonblocking && ldisc_readable(&t->ldisc) > 0)
            state = READ_GIVE;
    }
    if (state == READ_GIVE) {
        give(t, request);
        terminal_pump(t);
    } else if (state == READ_END) {
        server_reply(request, 0);
    } else if (nonblocking) {
        server_reply(request, -ERR_AGAIN);
    } else if (server_defer(request, &t->readers)) {
        request->context = (void *)(uintptr_t)now;
        request->cancel = cancel_reader;
        serve_readers(t); /* Arms the timer. */
    }
}

static void read_timer_due(struct server *server, void *arg)
{
    (void)server;
    terminal_pump(arg);
}

/* ---- Writing ------------------------------------------------------------------------------------------------- */

/* Feeds the payload from byte `done` on into the line discipline -> bytes done now; less than all: no room. */
static size_t feed_output(struct terminal *t, struct server_request *request, size_t done)
{
    uint8_t chunk[WRITE_CHUNK];

    while (done < request->wire.in_len && ldisc_output_room(&t->ldisc) > 0) {
        int64_t got = server_payload(request, chunk, done, sizeof chunk);
        if (got <= 0)
            break;
        size_t taken = ldisc_output(&t->ldisc, chunk, (size_t)got);
        done += taken;
        if (taken < (size_t)got)
            flush_screen(t);
    }
    return done;
}

/* The bytes done of a waiting writer are in its context. */
static void cancel_writer(struct server_request *request)
{
    size_t done = (uintptr_t)request->context;
    server_reply(request, done > 0 ? (int64_t)done : -ERR_INTR);
}

static void serve_writers(struct terminal *t)
{
    struct server_request *request;

    while ((request = server_queue_first(&t->writers)) && ldisc_output_room(&t->ldisc) > 0) {
        size_t before = (uintptr_t)request->context;
        size_t done = feed_output(t, request, before);
        request->context = (void *)(uintptr_t)done;
        if (done == request->wire.in_len)
            server_reply(request, (int64_t)done);
        else if (done == before) /* The client's memory cannot be read. */
            server_reply(request, done > 0 ? (int64_t)done : -ERR_FAULT);
    }
}

void terminal_write(struct terminal *t, struct server_request *request)
{
    int error = 0;
    size_t done = 0;

    if (t->hung_up)
        error = -ERR_IO;
    else if (t->ldisc.termios.c_lflag & TOSTOP)
        error = terminal_check_foreground(t, &request->wire.cred, DYAD_SIGTTOU);
    if (error < 0) {
        server_reply(request, error);
        return;
    }
    bool blocked = server_queue_first(&t->writers);
    if (!blocked)
        done = feed_output(t, request, 0);
    if (done == request->wire.in_len) {
        server_reply(request, (int64_t)done);
    } else if (request->wire.file_flags & FILE_NONBLOCK) {
        server_reply(request, done > 0 ? (int64_t)done : -ERR_AGAIN);
    } else if (server_defer(request, &t->writers)) {
        request->context = (void *)(uintptr_t)done;
        request->cancel = cancel_writer;
    }
    terminal_pump(t);
}

/* ---- Keyboard ------------------------------------------------------------------------------------------------ */

static void send_signals(struct terminal *t)
{
    struct ldisc_effects effects = t->ldisc.effects;

    t->ldisc.effects = (struct ldisc_effects){0};
    if (effects.interrupt)
        terminal_signal_foreground(t, DYAD_SIGINT);
    if (effects.quit)
        terminal_signal_foreground(t, DYAD_SIGQUIT);
    if (effects.suspend)
        terminal_signal_foreground(t, DYAD_SIGTSTP);
}

/* Offers the pending bytes to the line discipline -> whether it took any. */
static bool feed_input(struct terminal *t)
{
    size_t taken = ldisc_input(&t->ldisc, t->pending, t->pending_length);

    t->pending_length -= taken;
    memmove(t->pending, t->pending + taken, t->pending_length);
    if (taken > 0)
        t->last_input_ns = server_clock(t->server, DYAD_CLOCK_MONOTONIC);
    send_signals(t);
    return taken > 0;
}

size_t terminal_type_room(const struct terminal *t)
{
    return t->input_ended ? 0 : sizeof t->pending - t->pending_length;
}

size_t terminal_type(struct terminal *t, const uint8_t *bytes, size_t length)
{
    size_t room = terminal_type_room(t);

    if (length > room)
        length = room;
    memcpy(t->pending + t->pending_length, bytes, length);
    t->pending_length += length;
    terminal_pump(t);
    return length;
}

void terminal_hang_up(struct terminal *t)
{
    t->hung_up = t->input_ended = true;
    t->pending_length = 0;
    ldisc_flush_input(&t->ldisc);
    ldisc_flush_output(&t->ldisc);
    terminal_lose_session(t);
    server_queue_reply_all(&t->readers, 0);
    server_queue_reply_all(&t->writers, -ERR_IO);
    server_queue_reply_all(&t->drainers, -ERR_IO);
    terminal_pump(t);
}

void terminal_keyboard_ready(struct terminal *t)
{
    if (t->input_ended || t->pending_length == sizeof t->pending)
        return;
    int64_t got = t->ops->keyboard_read(t->context, t->pending + t->pending_length,
                                        sizeof t->pending - t->pending_length);
    if (got == -ERR_AGAIN || got == -ERR_INTR)
        return;
    if (got <= 0) {
        t->input_ended = true;
        if (!(t->ldisc.termios.c_cflag & CLOCAL)) { /* POSIX 11.1.10: modem disconnect */
            terminal_signal_foreground(t, DYAD_SIGHUP);
            terminal_signal_foreground(t, DYAD_SIGCONT);
        }
    } else {
        t->pending_length += (size_t)got;
    }
    terminal_pump(t);
}

void terminal_screen_ready(struct terminal *t)
{
    terminal_pump(t);
}

void terminal_size_ready(struct terminal *t)
{
    struct tty_winsize size;

    if (t->ops->size_read(t->context, &size) < 0 || memcmp(&size, &t->size, sizeof size) == 0)
        return;
    t->size = size;
    terminal_signal_foreground(t, DYAD_SIGWINCH);
}

/* ---- The pump ------------------------------------------------------------------------------------------------ */

/* -> whether there was one: its new attributes may be what others wait for. */
static bool serve_drainers(struct terminal *t)
{
    struct server_request *request;
    bool served = false;

    while (ldisc_output_empty(&t->ldisc) && (request = server_queue_first(&t->drainers))) {
        terminal_control(t, request);
        served = true;
    }
    return served;
}

/* Readers, keyboard, writers and screen, until nothing moves. */
static void move(struct terminal *t)
{
    do {
        serve_readers(t);
    } while (t->pending_length > 0 && feed_input(t));
    serve_readers(t);
    flush_screen(t);
    while (server_queue_first(&t->writers) && ldisc_output_room(&t->ldisc) > 0) {
        serve_writers(t);
        flush_screen(t);
    }
}

uint32_t terminal_ready_level(const struct terminal *t)
{
    uint32_t level = 0;

    if (t->hung_up)
        return EVENT_READABLE | EVENT_WRITABLE | EVENT_HANGUP | EVENT_ERROR;
    if (ldisc_poll_readable(&t->ldisc))
        level |= EVENT_READABLE;
    if (t->input_ended && t->pending_length == 0)
        level |= EVENT_READABLE | EVENT_HANGUP;
    if (ldisc_output_room(&t->ldisc) > 0)
        level |= EVENT_WRITABLE;
    return level;
}

void terminal_pump(struct terminal *t)
{
    do
        move(t);
    while (serve_drainers(t));
    set_want(t, !t->input_ended && t->pending_length < sizeof t->pending, t->want_screen);

    uint32_t level = terminal_ready_level(t);
    struct server_file *file = NULL;
    while ((file = server_file_next(t->server, file)))
        if (file->node == t)
            server_file_notify(file, level);
    if (t->ops->pumped)
        t->ops->pumped(t->context);
}

void terminal_init(struct terminal *t, struct server *server, const struct terminal_ops *ops,
                   void *context)
{
    memset(t, 0, sizeof *t);
    t->server = server;
    t->ops = ops;
    t->context = context;
    t->name = "/dev/console";
    ldisc_init(&t->ldisc);
    server_timer_init(&t->read_timer, read_timer_due, t);
    (void)ops->size_read(context, &t->size); /* Unknown stays 0 by 0. */
    set_want(t, true, false);
}
