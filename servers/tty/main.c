/* main.c: /sbin/tty: the terminal on the kernel's console, with procd for job control. */
#include <string.h>

#include <dyad/syscall.h>

#include "abi/proc.h"
#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/tty/scheme.h"

#define PROCD_PATIENCE_NS 5000000000ull

struct tty {
    struct server server;
    struct transport_scheme transport;
    struct terminal terminal;
    handle_t console, size, procd;
    uint64_t console_watch;
    bool console_watched;
};

static struct tty tty;

/* ---- The console --------------------------------------------------------------------------------------------- */

static int64_t screen_write(void *context, const uint8_t *bytes, size_t length)
{
    struct tty *self = context;
    return dyad_write(self->console, bytes, length, UINT64_MAX);
}

static int64_t keyboard_read(void *context, uint8_t *bytes, size_t length)
{
    struct tty *self = context;
    return dyad_read(self->console, bytes, length, UINT64_MAX);
}

static void want(void *context, bool keyboard, bool screen)
{
    struct tty *self = context;
    uint32_t mask = (keyboard ? EVENT_READABLE : 0) | (screen ? EVENT_WRITABLE : 0);

    if (self->console_watched)
        (void)server_watch_mask(&self->server, self->console_watch, mask);
}

static int size_read(void *context, struct tty_winsize *size)
{
    struct tty *self = context;

    if (self->size == HANDLE_NONE)
        return -ERR_NODEV;
    int64_t got = dyad_read(self->size, size, sizeof *size, 0);
    return got == sizeof *size ? 0 : -ERR_IO;
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

static handle_t open_hw(const char *path, uint32_t flags)
{
    int64_t handle = dyad_open(HANDLE_NONE, path, strlen(path), flags, 0, NULL);
    return handle < 0 ? HANDLE_NONE : (handle_t)handle;
}

static int start(struct tty *self)
{
    int64_t scheme = service_register("tty");
    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&self->transport, (handle_t)scheme);
    self->procd = HANDLE_NONE;
    self->console = open_hw("hw:console/0", FILE_RDWR | FILE_NONBLOCK);
    self->size = open_hw("hw:console/size", FILE_READ | FILE_NONBLOCK);
    if (self->console == HANDLE_NONE)
        return -ERR_NODEV;
    int error =
        server_init(&self->server, &tty_server_ops, &self->transport.transport, &self->terminal, 0);
    if (error < 0)
        return error;
    terminal_init(&self->terminal, &self->server, &terminal_ops, self);
    recover_session(self);
    error = server_watch(&self->server, self->console, EVENT_READABLE, console_event, self,
                         &self->console_watch);
    if (error < 0)
        return error;
    self->console_watched = true;
    if (self->size != HANDLE_NONE) /* Without it the size just never changes. */
        (void)server_watch(&self->server, self->size, EVENT_READABLE, size_event, self, NULL);
    return 0;
}

int main(void)
{
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
