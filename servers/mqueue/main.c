/* main.c: /sbin/mqueue: POSIX message queues. */
#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/mqueue/mqueue.h"

static struct server server;
static struct transport_scheme transport;
static struct mqueue_server host;

static int start(void)
{
    int64_t scheme = service_register("mqueue");

    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&transport, (handle_t)scheme);
    mqueue_init(&host, &server);
    return server_init(&server, &mqueue_server_ops, &transport.transport, &host, 0);
}

int main(void)
{
    int error = start();

    if (error < 0) {
        service_log("mqueue", "cannot start", error);
        return 1;
    }
    service_ready();
    error = server_run(&server);
    service_log("mqueue", "stopped", error);
    return error < 0;
}
