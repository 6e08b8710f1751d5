/* main.c: /sbin/tty: the terminal on the kernel's console, with procd for job control. */
#include <signal.h>
#include <string.h>

#include <dyad/syscall.h>

#include "abi/proc.h"
#include "abi/signal.h"
#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/tty/console.h"
#include "servers/tty/scheme.h"

#define PROCD_PATIENCE_NS 5000000000ull

struct tty {
    struct server server;
    struct transport_scheme transport;
    struct terminal terminal;
    struct console console;
    handle_t procd;
};

static struct tty tty;

/* ---- The console --------------------------------------------------------------------------------------------- */

static int64_t screen_write(void *context, const uint8_t *bytes, size_t length)
{
    struct tty *self = context;
    return console_write(&self->console, bytes, length);
}

static int64_t keyboard_read(void *context, uint8_t *bytes, size_t length)
{
    struct tty *self = context;
    return console_read(&self->console, bytes, length);
}

static void want(void *context, bool keyboard, bool screen)
{
    struct tty *self = context;
    console_want(&self->console, keyboard, screen);
}

static int size_read(void *context, struct tty_winsize *size)
{
    struct tty *self = context;
    return console_size(&self->console, size);
}

static void console_event(struct server *server, uint32_t events, void *arg)
{
    struct tty *self = arg;

    (void)server;
    if (events & EVENT_WRITABLE)
        terminal_screen_ready(&self->terminal);
    if (events & (EVENT_READABLE | EVENT_HANGUP | EVENT_ERROR))
        terminal_keyboard_ready(&self->terminal);
}

static void size_event(struct server *server, uint32_t events, void *arg)
{
    struct tty *self = arg;

    (void)server;
    (void)events;
    terminal_size_ready(&self->terminal);
}

static void console_reopened(void *arg)
{
    struct tty *self = arg;

    terminal_size_ready(&self->terminal);
    terminal_signal_foreground(&self->terminal, DYAD_SIGWINCH); /* it is empty: draw again */
}

/* ---- procd --------------------------------------------------------------------------------------------------- */

/* One call to procd; after a restart of procd its file is opened anew, once. */
static int64_t procd_call(struct tty *self, uint32_t verb, struct call_args *args)
{
    int64_t result = -ERR_NODEV;

    for (int attempt = 0; attempt < 2 && result == -ERR_NODEV; attempt++) {
        if (self->procd == HANDLE_NONE) {
            int64_t opened = dyad_open(HANDLE_NONE, "procd:", 6, FILE_RDWR, 0, NULL);
            if (opened < 0)
                return opened;
            self->procd = (handle_t)opened;
        }
        args->send = HANDLE_NONE;
        args->deadline = (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC) + PROCD_PATIENCE_NS;
        result = dyad_call(self->procd, verb, args);
        if (result == -ERR_NODEV) {
            (void)dyad_handle_close(self->procd);
            self->procd = HANDLE_NONE;
        }
    }
    return result;
}

static int group_signal(void *context, uint32_t pgid, int signo)
{
    struct call_args args = {.args = {pgid, (uint64_t)signo}};
    return (int)procd_call(context, PROC_SIGNAL_GROUP, &args);
}

static int group_info(void *context, uint32_t pgid, uint32_t pid, struct terminal_group *group)
{
    struct call_args args = {.args = {pgid, pid}};
    int64_t result = procd_call(context, PROC_GROUP_INFO, &args);

    if (result < 0)
        return (int)result;
    group->session = (uint32_t)result;
    group->orphaned = args.values[0] != 0;
    group->masked = args.values[1];
    return 0;
}

static bool session_alive(void *context, uint32_t sid)
{
    struct call_args args = {.args = {sid}};
    return procd_call(context, PROC_GETSID, &args) >= 0;
}

static void session_changed(void *context, uint32_t sid, uint32_t foreground)
{
    struct call_args args = {.args = {sid, 0, foreground}};
    (void)procd_call(context, PROC_SESSION_TTY, &args); /* For ps and hangups: not essential. */
}

/* After a crash: procd remembers whose terminal this was. At boot it is nobody's. */
static void recover_session(struct tty *self)
{
    struct call_args args = {.args = {0, 0, UINT32_MAX}};
    int64_t session = procd_call(self, PROC_SESSION_TTY, &args);

    if (session > 0) {
        self->terminal.session = (uint32_t)session;
        self->terminal.foreground = (uint32_t)args.values[0];
    }
}

static const struct terminal_ops terminal_ops = {
    .screen_write = screen_write,
    .keyboard_read = keyboard_read,
    .want = want,
    .size_read = size_read,
    .group_signal = group_signal,
    .group_info = group_info,
    .session_alive = session_alive,
    .session_changed = session_changed,
};

/* ---- Start --------------------------------------------------------------------------------------------------- */

static int start(struct tty *self)
{
    int64_t scheme = service_register("tty");
    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&self->transport, (handle_t)scheme);
    self->procd = HANDLE_NONE;
    int error =
        server_init(&self->server, &tty_server_ops, &self->transport.transport, &self->terminal, 0);
    if (error < 0)
        return error;
    self->console = (struct console){.server = &self->server,
                                     .event = console_event,
                                     .size_event = size_event,
                                     .arg = self,
                                     .reopened = console_reopened,
                                     .wants_input = true};
    error = console_open(&self->console);
    if (error < 0)
        return error;
    terminal_init(&self->terminal, &self->server, &terminal_ops, self);
    recover_session(self);
    return 0;
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN); /* console: may go */
    int error = start(&tty);

    if (error < 0) {
        service_log("tty", "cannot start", error);
        return 1;
    }
    service_ready();
    error = server_run(&tty.server);
    service_log("tty", "stopped", error);
    return error < 0;
}
