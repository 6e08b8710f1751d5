/* queue.c: sending and receiving by priority, and waiting with a deadline. */
#include <stdlib.h>
#include <string.h>

#include "servers/mqueue/mqueue.h"

uint32_t queue_level(const struct queue *q)
{
    return (q->first ? EVENT_READABLE : 0) |
           (q->attr.messages < q->attr.max_messages ? EVENT_WRITABLE : 0);
}

static void tell_pollers(struct server *server, const struct queue *q)
{
    struct server_file *file = NULL;

    while ((file = server_file_next(server, file)))
        if (((struct mqueue_file *)file)->queue == q)
            server_file_notify(file, queue_level(q));
}

void queue_free_messages(struct queue *q)
{
    while (q->first) {
        struct message *m = q->first;
        q->first = m->next;
        free(m);
    }
    q->attr.messages = 0;
}

/* ---- Messages ------------------------------------------------------------------------------------------------- */

/* Behind those of its priority, or, put back, before them. */
static void insert(struct queue *q, struct message *m, bool before_equals)
{
    struct message **link = &q->first;

    while (*link && ((*link)->priority > m->priority ||
                     (!before_equals && (*link)->priority == m->priority)))
        link = &(*link)->next;
    m->next = *link;
    *link = m;
    q->attr.messages++;
}

static struct message *take_first(struct queue *q)
{
    struct message *m = q->first;

    q->first = m->next;
    q->attr.messages--;
    return m;
}

/* Moved: m. */
static void give(struct server_request *request, struct message *m)
{
    size_t room;
    void *out = server_out(request, &room);
    memcpy(out, m->data, m->length);
    request->context = (void *)(uintptr_t)m->priority; /* for queue_put_back */
    server_reply_data_values(request, m->length, m->priority, 0, out, m->length);
    free(m);
}

static void serve_receivers(struct queue *q)
{
    struct server_request *receiver = server_queue_first(&q->receivers);

    if (receiver && q->first) {
        struct server *server = receiver->server;
        while ((receiver = server_queue_first(&q->receivers)) && q->first)
            give(receiver, take_first(q));
        tell_pollers(server, q);
    }
}

/* ---- Waiting -------------------------------------------------------------------------------------------------- */

static void arm(struct mqueue_server *host, uint64_t deadline)
{
    deadline = server_deadline(host->server, deadline);
    if (!host->timer.armed || host->timer.deadline_ns > deadline)
        server_timer_set(host->server, &host->timer, deadline);
}

static bool has_passed(struct server *server, uint64_t deadline)
{
    return deadline != DEADLINE_NEVER &&
           server_deadline(server, deadline) <= server_clock(server, DYAD_CLOCK_MONOTONIC);
}

static void keep(struct server_request *request, struct server_queue *queue)
{
    uint64_t deadline = request->wire.args[1];

    if (request->wire.file_flags & FILE_NONBLOCK) {
        server_reply(request, -ERR_AGAIN);
    } else if (has_passed(request->server, deadline)) {
        server_reply(request, -ERR_TIMEDOUT);
    } else if (server_defer(request, queue) && deadline != DEADLINE_NEVER) {
        arm(request->server->context, deadline);
    }
}

/* Others may wait for it, but nobody can be answered here: the timer does that. */
void queue_put_back(struct mqueue_server *host, struct queue *q, uint32_t priority,
                    const void *data, size_t length)
{
    struct message *m = malloc(sizeof *m + length);

    if (!m)
        return; /* lost, with its reader */
    m->priority = priority;
    m->length = (uint32_t)length;
    memcpy(m->data, data, length);
    insert(q, m, true);
    tell_pollers(host->server, q);
    arm(host, 0);
}

static void expire(struct mqueue_server *host, struct server_queue *queue)
{
    struct server_request *request = server_queue_first(queue);

    while (request) {
        struct server_request *next = server_queue_next(request);
        uint64_t deadline = request->wire.args[1];
        if (has_passed(host->server, deadline))
            server_reply(request, -ERR_TIMEDOUT);
        else if (deadline != DEADLINE_NEVER)
            arm(host, deadline);
        request = next;
    }
}

static void timer_due(struct server *server, void *arg)
{
    struct mqueue_server *host = arg;
    (void)server;
    struct queue *lists[] = {host->queues, host->unlinked};

    for (int i = 0; i < 2; i++) {
        for (struct queue *q = lists[i]; q; q = q->next) {
            serve_receivers(q); /* of what was put back */
            expire(host, &q->receivers);
            expire(host, &q->senders);
        }
    }
}

/* All deadlines are looked at anew. */
void queue_clock_set(struct mqueue_server *host)
{
    arm(host, 0);
}

void mqueue_init(struct mqueue_server *host, struct server *server)
{
    *host = (struct mqueue_server){.server = server};
    server_timer_init(&host->timer, timer_due, host);
}

/* ---- Sending and receiving ------------------------------------------------------------------------------------ */

/* The request's message into the queue, or straight to a receiver. 0 or -ERR_*. */
static int put(struct queue *q, struct server_request *request)
{
    size_t length = request->wire.in_len;
    struct message *m = malloc(sizeof *m + length);

    if (!m)
        return -ERR_NOMEM;
    *m = (struct message){.priority = (uint32_t)request->wire.args[0], .length = (uint32_t)length};
    if (server_payload(request, m->data, 0, length) != (int64_t)length) {
        free(m);
        return -ERR_FAULT;
    }
    bool was_empty = !q->first;
    insert(q, m, false);
    struct server_request *receiver = server_queue_first(&q->receivers);
    if (receiver)
        give(receiver, take_first(q));
    else if (was_empty)
        queue_tell(q, &request->wire.cred);
    return 0;
}

void queue_send(struct queue *q, struct server_request *request)
{
    int result = 0;

    if (!(request->file->flags & FILE_WRITE))
        result = -ERR_BADF;
    else if (request->wire.args[0] >= MQUEUE_PRIORITIES)
        result = -ERR_INVAL;
    else if (request->wire.in_len > q->attr.message_bytes)
        result = -ERR_MSGSIZE;
    if (result < 0) {
        server_reply(request, result);
    } else if (q->attr.messages >= q->attr.max_messages) {
        keep(request, &q->senders);
    } else {
        server_reply(request, put(q, request));
        tell_pollers(request->server, q);
    }
}

void queue_receive(struct queue *q, struct server_request *request)
{
    struct server *server = request->server;
    struct server_request *sender;
    int result = 0;

    if (!(request->file->flags & FILE_READ))
        result = -ERR_BADF;
    else if (request->wire.out_len < q->attr.message_bytes)
        result = -ERR_MSGSIZE;
    if (result < 0) {
        server_reply(request, result);
        return;
    }
    if (!q->first) {
        keep(request, &q->receivers);
        return;
    }
    struct message *m = take_first(q);
    while (q->attr.messages < q->attr.max_messages && (sender = server_queue_first(&q->senders)))
        server_reply(sender, put(q, sender));
    give(request, m); /* last: its client goes on before those that it has let in */
    tell_pollers(server, q);
}
