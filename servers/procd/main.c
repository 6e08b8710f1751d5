/* main.c: /sbin/procd: the process server. Its start is its recovery: the table comes from the kernel. */
#include <dyad/syscall.h>

#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/procd/kernel.h"
#include "servers/procd/scheme.h"

static struct server server;
static struct transport_scheme transport;
static struct procd procd;
static struct kernel kernel;

static int start(void)
{
    int64_t scheme = service_register("procd");

    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&transport, (handle_t)scheme);
    int error = server_init(&server, &procd_server_ops, &transport.transport, &procd, 0);
    if (error < 0)
        return error;
    error = kernel_init(&kernel, &procd, &server);
    if (error < 0)
        return error;
    procd_init(&procd, &kernel_ops_real, &kernel);
    procd_recover(&procd);
    return 0;
}

int main(void)
{
    int error = start();

    if (error < 0) {
        service_log("procd", "cannot start", error);
        return 1;
    }
    service_ready();
    error = server_run(&server);
    if (kernel.own_status)
        dyad_process_exit(kernel.own_status);
    service_log("procd", "stopped", error);
    return error < 0;
}
