/*
 * notify.c: who is told of the first message: by a signal that the server posts itself, so that it is pending when the sender goes on; by
 * the answer to a request that waits; or not at all. A registration ends with its process, of which the client gives a handle.
 */
#include <stdlib.h>

#include "servers/mqueue/mqueue.h"

#define SI_MESGQ_CODE (-3)

static struct queue *queue_of(const struct server_request *request)
{
    return ((struct mqueue_file *)request->file)->queue;
}

/* ---- Processes ------------------------------------------------------------------------------------------------ */

static void client_let_go(struct mqueue_client *client)
{
    struct mqueue_client **link = &client->host->clients;

    if (--client->registrations > 0)
        return;
    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
    server_unwatch(client->host->server, client->watch);
    client->host->platform->close(client->process);
    free(client);
}

static void forget(struct queue *q)
{
    struct mqueue_client *client = q->registration.client;

    q->registration = (struct registration){.serial = q->registration.serial};
    if (client)
        client_let_go(client);
}

/* The registration is over, and so is every wait for its word. */
static void end(struct queue *q)
{
    forget(q);
    server_queue_reply_all(&q->notified, -ERR_CANCELED);
}

static void forget_in(struct queue *list, const struct mqueue_client *client)
{
    while (list) {
        struct queue *next = list->next; /* An answer may free the queue. */
        if (list->registration.client == client)
            end(list);
        list = next;
    }
}

/* All its registrations; the last one takes the client along. */
static void process_ended(struct server *server, uint32_t events, void *arg)
{
    struct mqueue_client *client = arg;
    struct mqueue_server *host = client->host;

    (void)server;
    if (!(events & EVENT_EXIT))
        return;
    client->registrations++;
    forget_in(host->queues, client);
    forget_in(host->unlinked, client);
    client_let_go(client);
}

/* The registered process has ended, and the notice of it is still on its way. */
static void forget_the_dead(const struct queue *q)
{
    struct mqueue_client *client = q->registration.client;
    uint64_t kid;

    if (client && client->host->platform->lives(client->process, &kid) == 0)
        process_ended(client->host->server, EVENT_EXIT, client);
}

static int watch_by(struct mqueue_client *client, handle_t process, bool may_signal)
{
    int error = server_watch(client->host->server, process, EVENT_EXIT, process_ended, client,
                             &client->watch);
    if (error < 0)
        return error;
    client->process = process;
    client->may_signal = may_signal;
    return 0;
}

/* A handle that can do more takes the place of the one that there is. */
static int client_improve(struct mqueue_client *client, handle_t process)
{
    handle_t old = client->process;

    server_unwatch(client->host->server, client->watch);
    int error = watch_by(client, process, true);
    if (error < 0)
        (void)watch_by(client, old, false); /* otherwise who asks next notices its death */
    client->host->platform->close(error < 0 ? process : old);
    return error;
}

static int client_new(struct mqueue_server *host, uint64_t kid, handle_t process, bool may_signal,
                      struct mqueue_client **out)
{
    struct mqueue_client *client = calloc(1, sizeof *client);
    int error = -ERR_NOMEM;

    if (client) {
        client->host = host;
        client->kid = kid;
        error = watch_by(client, process, may_signal);
    }
    if (error < 0) {
        host->platform->close(process);
        free(client);
        return error;
    }
    client->next = host->clients;
    host->clients = client;
    *out = client;
    return 0;
}

/*
 * The caller's process, by the handle that came along, which must be its own. *out NULL: none came. What has no registration yet is to
 * be counted or let go.
 */
static int client_of(struct server_request *request, bool signals, struct mqueue_client **out)
{
    struct mqueue_server *host = request->server->context;
    uint64_t kid, caller = request->wire.kid;
    handle_t process = server_take_handle(request);
    struct mqueue_client *client = host->clients;

    *out = NULL;
    if (process == HANDLE_NONE)
        return signals ? -ERR_INVAL : 0;
    if (host->platform->lives(process, &kid) <= 0 || kid != caller) {
        host->platform->close(process);
        return -ERR_INVAL;
    }
    while (client && client->kid != caller)
        client = client->next;
    if (!client)
        return client_new(host, caller, process, signals, out);
    *out = client;
    if (signals && !client->may_signal)
        return client_improve(client, process);
    host->platform->close(process);
    return 0;
}

static bool is_current(const struct queue *q, const struct server_request *request)
{
    return q->registration.kid != 0 && q->registration.kid == request->wire.kid;
}

/* ---- Telling -------------------------------------------------------------------------------------------------- */

void queue_tell(struct queue *q, const struct cred *sender)
{
    struct registration *r = &q->registration;
    struct server_request *waiting = server_queue_first(&q->notified);

    if (r->kid == 0)
        return;
    if (r->kind == MQUEUE_NOTIFY_WAIT && !waiting) {
        r->due = true;
        return;
    }
    if (r->kind == MQUEUE_NOTIFY_SIGNAL) {
        struct signal_info info = {.signo = r->signo,
                                   .code = SI_MESGQ_CODE,
                                   .pid = sender->pid,
                                   .uid = sender->uid,
                                   .value = r->value};
        r->client->host->platform->signal(r->client->process, &info);
    }
    if (waiting)
        server_reply(waiting, 0);
    end(q);
}

/* ---- Registering ---------------------------------------------------------------------------------------------- */

static int enter(struct queue *q, struct server_request *request)
{
    const struct mqueue_server *host = request->server->context;
    const uint64_t *args = request->wire.args;
    bool signals = args[0] == MQUEUE_NOTIFY_SIGNAL;
    struct mqueue_client *client = NULL;

    forget_the_dead(q);
    if (q->registration.kid != 0)
        return -ERR_BUSY;
    if (args[0] > MQUEUE_NOTIFY_SIGNAL || (signals && !host->platform))
        return -ERR_INVAL;
    if (signals && (args[1] == 0 || args[1] > DYAD_SIGNAL_COUNT))
        return -ERR_INVAL;
    int error = host->platform ? client_of(request, signals, &client) : 0;
    if (error < 0)
        return error;
    if (client)
        client->registrations++;
    q->registration = (struct registration){.kid = request->wire.kid,
                                            .file = request->file,
                                            .serial = q->registration.serial + 1,
                                            .kind = (uint32_t)args[0],
                                            .signo = (uint32_t)args[1],
                                            .value = args[2],
                                            .client = client};
    return (int)(q->registration.serial & INT32_MAX);
}

static void leave(struct queue *q, const struct server_request *request)
{
    bool only_this_file = request->wire.args[1] != 0;

    if (!is_current(q, request) || (only_this_file && q->registration.file != request->file))
        return;
    end(q);
}

void queue_notify(struct queue *q, struct server_request *request)
{
    int result = 0;

    if (request->wire.args[0] == MQUEUE_NOTIFY_NOT)
        leave(q, request);
    else
        result = enter(q, request);
    server_reply(request, result);
}

void queue_file_closed(struct queue *q, const struct server_file *file)
{
    if (q->registration.kid != 0 && q->registration.file == file)
        end(q);
}

static void cancel_wait(struct server_request *request)
{
    end(queue_of(request)); /* it is one of those that wait */
}

void queue_wait(struct queue *q, struct server_request *request)
{
    if (!is_current(q, request) || request->wire.args[0] != (q->registration.serial & INT32_MAX)) {
        server_reply(request, -ERR_CANCELED);
    } else if (q->registration.due) {
        forget(q);
        server_reply(request, 0);
    } else if (server_defer(request, &q->notified)) {
        request->cancel = cancel_wait;
    }
}
