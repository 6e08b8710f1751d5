/* main.c: /sbin/event: eventfd and timerfd. */
#include "servers/event/event.h"
#include "servers/lib/service.h"
#include "servers/lib/transport.h"

#define BUFFER_BYTES 4096 /* nothing here is long */

static struct server server;
static struct transport_scheme transport;

static int start(void)
{
    int64_t scheme = service_register("event");

    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&transport, (handle_t)scheme);
    return server_init(&server, &event_server_ops, &transport.transport, NULL, BUFFER_BYTES);
}

int main(void)
{
    int error = start();

    if (error < 0) {
        service_log("event", "cannot start", error);
        return 1;
    }
    service_ready();
    error = server_run(&server);
    service_log("event", "stopped", error);
    return error < 0;
}
