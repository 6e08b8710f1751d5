/* main.c: /sbin/unix: sockets between processes of this machine. */
#include <dyad/syscall.h>

#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/unix/unix.h"

struct service {
    struct server server;
    struct transport_scheme transport;
    struct unix_server host;
};

static struct service service;

static int64_t file_id(void *context, handle_t handle)
{
    const struct service *self = context;
    return dyad_handle_control(handle, HANDLE_FILE_ID, (uint64_t)self->transport.scheme);
}

static int start(struct service *self)
{
    int64_t scheme = service_register("unix");

    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&self->transport, (handle_t)scheme);
    self->host = (struct unix_server){.file_id = file_id, .context = self};
    int error =
        server_init(&self->server, &unix_server_ops, &self->transport.transport, &self->host, 0);
    if (error == 0)
        unix_init(&self->host, &self->server);
    return error;
}

int main(void)
{
    int error = start(&service);

    if (error < 0) {
        service_log("unix", "cannot start", error);
        return 1;
    }
    service_ready();
    error = server_run(&service.server);
    service_log("unix", "stopped", error);
    return error < 0;
}
