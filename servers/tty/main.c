/* main.c: /sbin/tty: the terminal on the kernel's console, with procd for job control. */
#include <signal.h>

#include "abi/signal.h"
#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/tty/console.h"
#include "servers/tty/procd_link.h"
#include "servers/tty/scheme.h"

#define CONSOLE_NUMBER 0 /* procd's number of this terminal */

struct tty {
    struct server server;
    struct transport_scheme transport;
    struct terminal terminal;
    struct console console;
    struct procd_link procd;
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

static int group_signal(void *context, uint32_t pgid, int signo)
{
    struct tty *self = context;
    return procd_link_group_signal(&self->procd, pgid, signo);
}

static int process_signal(void *context, uint32_t pid, int signo)
{
    struct tty *self = context;
    return procd_link_process_signal(&self->procd, pid, signo);
}

static int group_info(void *context, uint32_t pgid, uint32_t pid, struct terminal_group *group)
{
    struct tty *self = context;
    return procd_link_group_info(&self->procd, pgid, pid, group);
}

static bool session_alive(void *context, uint32_t sid)
{
    struct tty *self = context;
    return procd_link_session_alive(&self->procd, sid);
}

static bool session_has_terminal(void *context, uint32_t sid)
{
    struct tty *self = context;
    return procd_link_session_has_terminal(&self->procd, sid);
}

static void session_changed(void *context, uint32_t sid, uint32_t foreground)
{
    struct tty *self = context;
    procd_link_session_changed(&self->procd, CONSOLE_NUMBER, sid, foreground);
}

static const struct terminal_ops terminal_ops = {
    .screen_write = screen_write,
    .keyboard_read = keyboard_read,
    .want = want,
    .size_read = size_read,
    .group_signal = group_signal,
    .process_signal = process_signal,
    .group_info = group_info,
    .session_alive = session_alive,
    .session_has_terminal = session_has_terminal,
    .session_changed = session_changed,
};

/* ---- Start --------------------------------------------------------------------------------------------------- */

static int start(struct tty *self)
{
    int64_t scheme = service_register("tty");
    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&self->transport, (handle_t)scheme);
    self->procd.file = HANDLE_NONE;
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
    /* After a crash procd remembers whose terminal this was. At boot it is nobody's. */
    self->terminal.session =
        procd_link_session_of(&self->procd, CONSOLE_NUMBER, &self->terminal.foreground);
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
