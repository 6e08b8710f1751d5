/* message.c: messages, and the handles that travel in them. */
#include <stdlib.h>
#include <string.h>

#include "servers/lib/transport.h"
#include "servers/unix/unix.h"

#define MESSAGE_OVERHEAD 128u /* what a message counts for besides its bytes */

static void close_handle(struct unix_server *host, handle_t handle)
{
    struct transport *transport = host->server->transport;
    transport->ops->handle_close(transport, handle);
}

size_t message_cost(size_t length)
{
    return length + MESSAGE_OVERHEAD;
}

struct message *message_create(size_t length)
{
    struct message *m = malloc(sizeof *m + length);

    if (m)
        *m = (struct message){.length = (uint32_t)length};
    return m;
}

void message_free(struct unix_server *host, struct message *m)
{
    for (uint32_t i = 0; i < m->handle_count; i++)
        close_handle(host, m->handles[i]);
    address_drop(m->from);
    free(m->handles);
    free(m);
}

/* ---- Parcels: handles come one a call, and go one a call ------------------------------------------------------ */

static struct parcel **parcel_find(struct parcel **list, const struct server_request *request)
{
    while (*list && ((*list)->kid != request->wire.kid || (*list)->thread != request->wire.thread))
        list = &(*list)->next;
    return list;
}

static void parcel_free(struct unix_server *host, struct parcel **link)
{
    struct parcel *parcel = *link;

    if (!parcel)
        return;
    for (uint32_t i = parcel->first; i < parcel->count; i++)
        close_handle(host, parcel->handles[i]);
    *link = parcel->next;
    free(parcel);
}

void parcels_free(struct unix_server *host, struct parcel **list)
{
    while (*list)
        parcel_free(host, list);
}

/* The thread's parcel, made if need be; NULL: out of memory. */
static struct parcel *parcel_get(struct parcel **list, const struct server_request *request)
{
    struct parcel **link = parcel_find(list, request);

    if (!*link && (*link = malloc(sizeof **link)))
        **link = (struct parcel){.kid = request->wire.kid, .thread = request->wire.thread};
    return *link;
}

void sock_attach(struct sock *s, struct server_request *request)
{
    if (request->wire.received == HANDLE_NONE) {
        server_reply(request, -ERR_BADF);
        return;
    }
    if (request->wire.args[0] == 0) /* The first: forget those of a send that failed. */
        parcel_free(s->host, parcel_find(&s->attached, request));
    struct parcel *parcel = parcel_get(&s->attached, request);
    int result = !parcel ? -ERR_NOMEM : parcel->count == SOCKET_HANDLES_MAX ? -ERR_INVAL : 0;
    if (result == 0)
        parcel->handles[parcel->count++] = server_take_handle(request);
    server_reply(request, result);
}

int message_take_attached(struct sock *s, const struct server_request *request, uint32_t count,
                          struct message *m)
{
    struct parcel **link = parcel_find(&s->attached, request);

    if (count == 0)
        return 0;
    if (!*link || (*link)->count != count)
        return -ERR_INVAL;
    m->handles = malloc(count * sizeof m->handles[0]);
    if (!m->handles)
        return -ERR_NOMEM;
    memcpy(m->handles, (*link)->handles, count * sizeof m->handles[0]);
    m->handle_count = count;
    (*link)->count = 0;
    parcel_free(s->host, link);
    return 0;
}

uint32_t message_deliver_handles(struct sock *s, const struct server_request *request,
                                 uint32_t wanted, struct message *m)
{
    /* What the thread did not take of an earlier message is lost to it. */
    parcel_free(s->host, parcel_find(&s->arrived, request));
    if (m->handle_count == 0 || wanted == 0)
        return 0;
    struct parcel *parcel = parcel_get(&s->arrived, request);
    if (!parcel)
        return 0;
    uint32_t count = wanted < m->handle_count ? wanted : m->handle_count;
    for (uint32_t i = 0; i < m->handle_count; i++) {
        if (i < count)
            parcel->handles[parcel->count++] = m->handles[i];
        else
            close_handle(s->host, m->handles[i]);
    }
    m->handle_count = 0;
    return count;
}

void sock_take(struct sock *s, struct server_request *request)
{
    struct parcel **link = parcel_find(&s->arrived, request);

    if (!*link) {
        server_reply(request, -ERR_NODATA);
        return;
    }
    handle_t handle = (*link)->handles[(*link)->first++];
    if ((*link)->first == (*link)->count)
        parcel_free(s->host, link);
    server_reply_handle(request, 0, handle, 0, 0);
}
