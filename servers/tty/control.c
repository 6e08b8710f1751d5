/* control.c: the commands of VERB_control: termios, size, job control, flushing and draining. */
#include <string.h>
#include <termios.h>

#include "abi/signal.h"
#include "servers/tty/terminal.h"

enum set_when { SET_NOW, SET_DRAIN, SET_FLUSH };

static void reply_struct(struct server_request *request, const void *data, size_t size)
{
    if (request->wire.out_len < size)
        server_reply(request, -ERR_INVAL);
    else
        server_reply_data(request, 0, data, size);
}

/* Commands that change the terminal obey job control as a write with TOSTOP does. */
static bool changes_terminal(uint64_t command)
{
    switch (command) {
    case TTY_SET_TERMIOS:
    case TTY_SET_WINSIZE:
    case TTY_FLUSH:
    case TTY_DRAIN:
    case TTY_FLOW:
    case TTY_BREAK: return true;
    default: return false;
    }
}

static bool waits_for_drain(const struct request *wire)
{
    return wire->args[0] == TTY_DRAIN ||
           (wire->args[0] == TTY_SET_TERMIOS && wire->args[1] != SET_NOW);
}

static int set_termios(struct terminal *t, struct server_request *request)
{
    struct tty_termios termios;

    if (request->wire.args[1] > SET_FLUSH || request->wire.in_len < sizeof termios)
        return -ERR_INVAL;
    if (server_payload(request, &termios, 0, sizeof termios) != sizeof termios)
        return -ERR_FAULT;
    if (request->wire.args[1] == SET_FLUSH)
        ldisc_flush_input(&t->ldisc);
    ldisc_set_termios(&t->ldisc, &termios);
    return 0;
}

static int set_winsize(struct terminal *t, struct server_request *request)
{
    struct tty_winsize size;

    if (request->wire.in_len < sizeof size ||
        server_payload(request, &size, 0, sizeof size) != sizeof size)
        return -ERR_INVAL;
    if (memcmp(&size, &t->size, sizeof size) != 0) {
        t->size = size;
        terminal_signal_foreground(t, DYAD_SIGWINCH);
    }
    return 0;
}

static int flush(struct terminal *t, uint64_t what)
{
    if (what > 2)
        return -ERR_INVAL;
    if (what != 1) {
        t->input_flushed = true;
        ldisc_flush_input(&t->ldisc);
        t->pending_length = 0;
    }
    if (what != 0) {
        t->output_flushed = true;
        ldisc_flush_output(&t->ldisc);
    }
    return 0;
}

static int flow(struct terminal *t, uint64_t what)
{
    const uint8_t *cc = t->ldisc.termios.c_cc;

    switch (what) {
    case 0: t->ldisc.stopped = true; return 0;
    case 1: t->ldisc.stopped = false; return 0;
    case 2:
    case 3:
        if (cc[what == 2 ? VSTOP : VSTART] != 0)
            ldisc_put_raw(&t->ldisc, cc[what == 2 ? VSTOP : VSTART]);
        return 0;
    default: return -ERR_INVAL;
    }
}

static void control_change(struct terminal *t, struct server_request *request)
{
    const struct request *wire = &request->wire;
    int result = 0;

    switch (wire->args[0]) {
    case TTY_SET_TERMIOS: result = set_termios(t, request); break;
    case TTY_SET_WINSIZE: result = set_winsize(t, request); break;
    case TTY_FLUSH: result = flush(t, wire->args[1]); break;
    case TTY_FLOW: result = flow(t, wire->args[1]); break;
    default: /* TTY_DRAIN has drained, and this console has no break. */ break;
    }
    server_reply(request, result);
}

static void reply_name(const struct terminal *t, struct server_request *request)
{
    server_reply_text(request, t->name, strlen(t->name));
}

static void control_query(struct terminal *t, struct server_request *request)
{
    const struct cred *cred = &request->wire.cred;
    bool controlling = terminal_is_controlling(t, cred);

    switch (request->wire.args[0]) {
    case TTY_GET_TERMIOS: reply_struct(request, &t->ldisc.termios, sizeof t->ldisc.termios); break;
    case TTY_GET_WINSIZE: reply_struct(request, &t->size, sizeof t->size); break;
    case TTY_GET_PGRP:
        server_reply(request, controlling ? (int64_t)t->foreground : -ERR_NOTTY);
        break;
    case TTY_GET_SID: server_reply(request, controlling ? (int64_t)t->session : -ERR_NOTTY); break;
    case TTY_SET_PGRP:
        server_reply(request, terminal_set_foreground(t, cred,
                                                      request->wire.args[1] > INT32_MAX
                                                          ? 0
                                                          : (uint32_t)request->wire.args[1]));
        break;
    case TTY_SET_CONTROLLING: server_reply(request, terminal_set_controlling(t, cred)); break;
    case TTY_DROP_CONTROLLING: server_reply(request, terminal_drop_controlling(t, cred)); break;
    case TTY_NAME: reply_name(t, request); break;
    case TTY_INPUT_COUNT: server_reply(request, (int64_t)ldisc_readable(&t->ldisc)); break;
    default: server_reply(request, -ERR_NOTTY); break;
    }
}

void terminal_control(struct terminal *t, struct server_request *request)
{
    bool waited = request->state == SERVER_REQUEST_DEFERRED;

    if (t->hung_up) {
        server_reply(request, -ERR_IO);
        return;
    }
    if (!changes_terminal(request->wire.args[0])) {
        control_query(t, request);
        return;
    }
    int error = waited ? 0 : terminal_check_foreground(t, &request->wire.cred, DYAD_SIGTTOU);
    if (error < 0) {
        server_reply(request, error);
    } else if (!waited && !t->is_pty && waits_for_drain(&request->wire) &&
               !ldisc_output_empty(&t->ldisc)) {
        (void)server_defer(request, &t->drainers);
        return;
    } else {
        control_change(t, request);
    }
    if (!waited)
        terminal_pump(t);
}
