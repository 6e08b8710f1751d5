/* pty.c: the master's side of a pseudo-terminal, and how the two sides end. See pty.h. */
#include "servers/tty/pty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#define WRITE_CHUNK 1024u

/* ---- What the terminal asks of its screen and keyboard ------------------------------------------------------- */

int64_t pty_screen_write(void *pty, const uint8_t *bytes, size_t length)
{
    const struct pty *p = pty;

    (void)bytes;
    /* The master fetches output from the line discipline when it reads. */
    return p->master ? -ERR_AGAIN : (int64_t)length;
}

int64_t pty_keyboard_read(void *pty, uint8_t *bytes, size_t length)
{
    (void)pty, (void)bytes, (void)length;
    return -ERR_AGAIN; /* terminal_type brings it. */
}

void pty_want(void *pty, bool keyboard, bool screen)
{
    (void)pty, (void)keyboard, (void)screen; /* pty_pumped looks itself. */
}

int pty_size_read(void *pty, struct tty_winsize *size)
{
    (void)pty;
    *size = (struct tty_winsize){0};
    return 0;
}

/* ---- Life ---------------------------------------------------------------------------------------------------- */

int pty_create(struct pty_host *host, const struct cred *owner, struct pty **out)
{
    uint32_t number = 0;

    while (number < PTY_MAX && host->ptys[number])
        number++;
    if (number == PTY_MAX)
        return -ERR_NOSPC;
    struct pty *p = calloc(1, sizeof *p);
    if (!p)
        return -ERR_NOMEM;
    p->host = host;
    p->number = number;
    p->mode = 0620;
    p->uid = owner->euid;
    p->gid = owner->egid;
    p->locked = true;
    p->flow_on = true;
    snprintf(p->name, sizeof p->name, "/dev/pts/%u", number);
    terminal_init(&p->terminal, host->server, host->ops, p);
    p->terminal.name = p->name;
    p->terminal.is_pty = true;
    host->ptys[number] = p;
    /* An earlier terminal of this number, before a restart, is nobody's now. */
    host->ops->session_changed(p, 0, 0);
    *out = p;
    return 0;
}

static void free_unused(struct pty *p)
{
    if (p->master || p->slaves > 0 || p->holds > 0)
        return;
    server_timer_cancel(p->host->server, &p->terminal.read_timer);
    p->host->ptys[p->number] = NULL;
    free(p);
}

void pty_master_closed(struct pty *p)
{
    p->master = NULL;
    p->holds++; /* Answers that are sent on the way may close slaves. */
    terminal_hang_up(&p->terminal);
    p->holds--;
    free_unused(p);
}

void pty_slave_opened(struct pty *p)
{
    p->slaves++;
    p->was_open = true;
    pty_pumped(p);
}

void pty_slave_closed(struct pty *p)
{
    p->slaves--;
    if (p->slaves == 0)
        pty_pumped(p);
    else
        free_unused(p);
}

void pty_path_closed(struct pty *p)
{
    p->holds--;
    free_unused(p);
}

static bool slave_gone(const struct pty *p)
{
    return p->was_open && p->slaves == 0;
}

/* ---- Reading at the master ----------------------------------------------------------------------------------- */

static bool has_output(const struct pty *p)
{
    const uint8_t *bytes;
    return ldisc_screen_peek(&p->terminal.ldisc, &bytes) > 0;
}

static bool has_status(const struct pty *p)
{
    return p->packet_mode && p->packet != 0;
}

static void give_output(struct pty *p, struct server_request *request)
{
    size_t room, count = 0, ready, length = request->wire.out_len;
    uint8_t *out = server_out(request, &room);
    const uint8_t *bytes;

    if (length > room)
        length = room;
    if (p->packet_mode) {
        out[count++] = p->packet;
        if (p->packet != 0)
            length = count;
        p->packet = 0;
    }
    while (count < length && (ready = ldisc_screen_peek(&p->terminal.ldisc, &bytes)) > 0) {
        if (ready > length - count)
            ready = length - count;
        memcpy(out + count, bytes, ready);
        ldisc_screen_done(&p->terminal.ldisc, ready);
        count += ready;
    }
    server_reply_data(request, (int64_t)count, out, count);
}

void pty_master_read(struct pty *p, struct server_request *request)
{
    if (request->wire.out_len == 0) {
        server_reply(request, 0);
    } else if (!server_queue_first(&p->readers) && (has_output(p) || has_status(p))) {
        give_output(p, request);
        terminal_pump(&p->terminal);
    } else if (slave_gone(p)) {
        server_reply(request, -ERR_IO);
    } else if (request->wire.file_flags & FILE_NONBLOCK) {
        server_reply(request, -ERR_AGAIN);
    } else {
        (void)server_defer(request, &p->readers);
    }
}

static bool serve_readers(struct pty *p)
{
    struct server_request *request;
    bool moved = false;

    while ((request = server_queue_first(&p->readers)) && (has_output(p) || has_status(p))) {
        give_output(p, request);
        moved = true;
    }
    if (slave_gone(p) && !has_output(p))
        server_queue_reply_all(&p->readers, -ERR_IO);
    return moved;
}

/* ---- Writing at the master ----------------------------------------------------------------------------------- */

/* Types the payload from byte `done` on -> bytes done now. */
static size_t type_payload(struct pty *p, struct server_request *request, size_t done)
{
    uint8_t chunk[WRITE_CHUNK];
    size_t room;

    while (done < request->wire.in_len && (room = terminal_type_room(&p->terminal)) > 0) {
        int64_t got =
            server_payload(request, chunk, done, room < sizeof chunk ? room : sizeof chunk);
        if (got <= 0)
            break;
        done += terminal_type(&p->terminal, chunk, (size_t)got);
    }
    return done;
}

/* The bytes done of a waiting writer are in its context. */
static void cancel_writer(struct server_request *request)
{
    size_t done = (uintptr_t)request->context;
    server_reply(request, done > 0 ? (int64_t)done : -ERR_INTR);
}

void pty_master_write(struct pty *p, struct server_request *request)
{
    size_t done = 0;

    if (!server_queue_first(&p->writers))
        done = type_payload(p, request, 0);
    if (done == request->wire.in_len) {
        server_reply(request, (int64_t)done);
    } else if (request->wire.file_flags & FILE_NONBLOCK) {
        server_reply(request, done > 0 ? (int64_t)done : -ERR_AGAIN);
    } else if (server_defer(request, &p->writers)) {
        request->context = (void *)(uintptr_t)done;
        request->cancel = cancel_writer;
        pty_pumped(p); /* where there is room all the same, the rest cannot be read */
    }
}

static bool serve_writers(struct pty *p)
{
    struct server_request *request;
    bool moved = false;

    while ((request = server_queue_first(&p->writers)) && terminal_type_room(&p->terminal) > 0) {
        size_t before = (uintptr_t)request->context;
        size_t done = type_payload(p, request, before);
        request->context = (void *)(uintptr_t)done;
        if (done == request->wire.in_len)
            server_reply(request, (int64_t)done);
        else if (done == before) /* The client's memory cannot be read. */
            server_reply(request, done > 0 ? (int64_t)done : -ERR_FAULT);
        moved = true;
    }
    return moved;
}

/* ---- Moving on ----------------------------------------------------------------------------------------------- */

/* What packet mode tells about flushes and flow control. */
static void note_status(struct pty *p)
{
    struct terminal *t = &p->terminal;
    const struct tty_termios *termios = &t->ldisc.termios;
    bool flow_on =
        (termios->c_iflag & IXON) && termios->c_cc[VSTOP] == 19 && termios->c_cc[VSTART] == 17;

    if (t->input_flushed)
        p->packet |= TTY_PACKET_FLUSHREAD;
    if (t->output_flushed)
        p->packet |= TTY_PACKET_FLUSHWRITE;
    t->input_flushed = t->output_flushed = false;
    if (t->ldisc.stopped != p->was_stopped) {
        p->packet &= (uint8_t)~(TTY_PACKET_STOP | TTY_PACKET_START);
        p->packet |= t->ldisc.stopped ? TTY_PACKET_STOP : TTY_PACKET_START;
    }
    p->was_stopped = t->ldisc.stopped;
    if (flow_on != p->flow_on) {
        p->packet &= (uint8_t)~(TTY_PACKET_DOSTOP | TTY_PACKET_NOSTOP);
        p->packet |= flow_on ? TTY_PACKET_DOSTOP : TTY_PACKET_NOSTOP;
    }
    p->flow_on = flow_on;
    if (!p->packet_mode)
        p->packet = 0;
}

uint32_t pty_master_level(const struct pty *p)
{
    uint32_t level = 0;

    if (has_output(p) || has_status(p))
        level |= EVENT_READABLE;
    if (slave_gone(p))
        level |= EVENT_HANGUP;
    if (terminal_type_room(&p->terminal) > 0)
        level |= EVENT_WRITABLE;
    return level;
}

/* What moves at the master may let the slave move, and the other way round: terminal_pump calls this, so that it is the inner
 * of two loops that end when neither side moves. */
void pty_pumped(void *pty)
{
    struct pty *p = pty;

    note_status(p);
    if (p->pumping)
        return;
    p->pumping = true;
    p->holds++;
    while (serve_readers(p) || serve_writers(p))
        terminal_pump(&p->terminal);
    p->pumping = false;
    if (p->master)
        server_file_notify(p->master, pty_master_level(p));
    p->holds--;
    free_unused(p);
}

/* ---- Control at the master ----------------------------------------------------------------------------------- */

static void signal_foreground(struct pty *p, struct server_request *request)
{
    uint64_t signo = request->wire.args[1];

    if (signo == 0 || signo > 64) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    terminal_signal_foreground(&p->terminal, (int)signo);
    server_reply(request, 0);
}

static size_t output_count(const struct pty *p)
{
    const struct ldisc *l = &p->terminal.ldisc;
    return l->stopped ? 0 : l->output_tail - l->output_head;
}

static void set_packet_mode(struct pty *p, bool on)
{
    p->packet_mode = on;
    p->packet = 0;
    pty_pumped(p);
}

/* The slave's commands without its job control: the master's program stands outside of the session. */
static void control_slave(struct pty *p, struct server_request *request)
{
    struct terminal *t = &p->terminal;
    struct request *wire = &request->wire;

    switch (wire->args[0]) {
    case TTY_GET_PGRP: server_reply(request, t->foreground); break;
    case TTY_GET_SID: server_reply(request, t->session ? (int64_t)t->session : -ERR_NOTTY); break;
    case TTY_SET_PGRP:
    case TTY_SET_CONTROLLING:
    case TTY_DROP_CONTROLLING: server_reply(request, -ERR_NOTTY); break;
    case TTY_DRAIN:
    case TTY_FLOW:
    case TTY_BREAK: server_reply(request, 0); break;
    case TTY_FLUSH: /* What is the slave's output is our input. */
        wire->args[1] = wire->args[1] < 2 ? 1 - wire->args[1] : wire->args[1];
        terminal_control(t, request);
        break;
    default: terminal_control(t, request); break;
    }
}

void pty_master_control(struct pty *p, struct server_request *request)
{
    static const char name[] = "/dev/ptmx";
    uint64_t arg = request->wire.args[1];

    switch (request->wire.args[0]) {
    case TTY_PTY_NUMBER: server_reply(request, p->number); break;
    case TTY_PTY_LOCK:
        p->locked = arg != 0;
        server_reply(request, 0);
        break;
    case TTY_PTY_PACKET:
        set_packet_mode(p, arg != 0);
        server_reply(request, 0);
        break;
    case TTY_PTY_SIGNAL: signal_foreground(p, request); break;
    case TTY_NAME: server_reply_text(request, name, sizeof name - 1); break;
    case TTY_INPUT_COUNT: server_reply(request, (int64_t)output_count(p)); break;
    default: control_slave(p, request); break;
    }
}
