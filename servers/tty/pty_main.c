/* pty_main.c: /sbin/pty: pseudo-terminals, with procd for job control. */
#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/tty/procd_link.h"
#include "servers/tty/pty.h"

#define FIRST_NUMBER 1 /* procd's numbers of terminals: 0 is the console */

struct pty_service {
    struct server server;
    struct transport_scheme transport;
    struct pty_host host;
    struct procd_link procd;
};

static struct pty_service service;

static struct procd_link *link_of(void *pty)
{
    return &((struct pty_service *)((struct pty *)pty)->host->context)->procd;
}

static int group_signal(void *pty, uint32_t pgid, int signo)
{
    return procd_link_group_signal(link_of(pty), pgid, signo);
}

static int process_signal(void *pty, uint32_t pid, int signo)
{
    return procd_link_process_signal(link_of(pty), pid, signo);
}

static int group_info(void *pty, uint32_t pgid, uint32_t pid, struct terminal_group *group)
{
    return procd_link_group_info(link_of(pty), pgid, pid, group);
}

static bool session_alive(void *pty, uint32_t sid)
{
    return procd_link_session_alive(link_of(pty), sid);
}

static bool session_has_terminal(void *pty, uint32_t sid)
{
    return procd_link_session_has_terminal(link_of(pty), sid);
}

static void session_changed(void *pty, uint32_t sid, uint32_t foreground)
{
    procd_link_session_changed(link_of(pty), FIRST_NUMBER + ((struct pty *)pty)->number, sid,
                               foreground);
}

static const struct terminal_ops ops = {
    .screen_write = pty_screen_write,
    .keyboard_read = pty_keyboard_read,
    .want = pty_want,
    .size_read = pty_size_read,
    .group_signal = group_signal,
    .group_info = group_info,
    .session_alive = session_alive,
    .session_changed = session_changed,
    .session_has_terminal = session_has_terminal,
    .process_signal = process_signal,
    .pumped = pty_pumped,
};

static int start(struct pty_service *self)
{
    int64_t scheme = service_register("pty");

    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&self->transport, (handle_t)scheme);
    self->procd.file = HANDLE_NONE;
    self->host = (struct pty_host){.server = &self->server, .ops = &ops, .context = self};
    return server_init(&self->server, &pty_server_ops, &self->transport.transport, &self->host, 0);
}

int main(void)
{
    int error = start(&service);

    if (error < 0) {
        service_log("pty", "cannot start", error);
        return 1;
    }
    service_ready();
    error = server_run(&service.server);
    service_log("pty", "stopped", error);
    return error < 0;
}
