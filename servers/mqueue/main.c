/* main.c: /sbin/mqueue: POSIX message queues. */
#include <dyad/syscall.h>

#include "servers/lib/service.h"
#include "servers/lib/transport.h"
#include "servers/mqueue/mqueue.h"

static struct server server;
static struct transport_scheme transport;
static struct mqueue_server host;

static int64_t process_lives(handle_t process, uint64_t *kid)
{
    struct process_info info;
    int64_t result =
        dyad_process_control(process, PROCESS_INFO, (uint64_t)(uintptr_t)&info, sizeof info);

    if (result < 0)
        return result;
    *kid = info.kid;
    return info.state != PROCESS_STATE_DEAD;
}

/* A process that has ended meanwhile needs no signal. */
static void process_signal(handle_t process, const struct signal_info *info)
{
    struct signal_post post = {.info = *info};

    (void)dyad_process_control(process, PROCESS_SIGNAL, (uint64_t)(uintptr_t)&post, sizeof post);
}

static void process_close(handle_t process)
{
    (void)dyad_handle_close(process);
}

static const struct mqueue_platform platform = {process_lives, process_signal, process_close};

static int start(void)
{
    int64_t scheme = service_register("mqueue");

    if (scheme < 0)
        return (int)scheme;
    transport_scheme_init(&transport, (handle_t)scheme);
    mqueue_init(&host, &server);
    host.platform = &platform;
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
