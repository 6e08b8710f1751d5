/* connect.c: names, and how a connection comes about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/unix/unix.h"

/* ---- Names ---------------------------------------------------------------------------------------------------- */

/* Addresses that are not paths live here alone. */
static struct sock *find_address(struct unix_server *host, const void *bytes, size_t length)
{
    for (struct sock *s = host->all; s; s = s->all_next) {
        const struct address *a = s->address;
        if (!s->closed && s->bound && a->length == length && a->bytes[0] == 0 &&
            memcmp(a->bytes, bytes, length) == 0)
            return s;
    }
    return NULL;
}

int sock_find(struct unix_server *host, handle_t name, const void *address, size_t length,
              struct sock **out)
{
    struct sock *s = NULL;

    if (name != HANDLE_NONE) {
        int64_t id = host->file_id(host->context, name);
        struct server_file *file = id > 0 ? server_file_find(host->server, (uint64_t)id) : NULL;
        const struct name *known = file ? ((struct unix_file *)file)->name : NULL;
        s = known ? known->sock : NULL;
    } else if (length > 0 && ((const uint8_t *)address)[0] == 0) {
        s = find_address(host, address, length);
    }
    if (!s)
        return -ERR_CONNREFUSED;
    *out = s;
    return 0;
}

static int choose_address(struct unix_server *host, uint8_t bytes[SOCKET_ADDRESS_MAX],
                          size_t *length)
{
    for (uint32_t tries = 0; tries <= UNIX_SOCKETS_MAX; tries++) {
        char text[8];
        snprintf(text, sizeof text, "%05x", host->next_autobind++ & 0xfffffu);
        bytes[0] = 0;
        memcpy(bytes + 1, text, 5);
        *length = 6;
        if (!find_address(host, bytes, *length))
            return 0;
    }
    return -ERR_ADDRINUSE;
}

static int bind_to(struct sock *s, const struct server_request *request)
{
    bool is_path = request->wire.args[0] == SOCKET_BIND_PATH;
    uint8_t bytes[SOCKET_ADDRESS_MAX];
    size_t length = request->data_len;
    int error = 0;

    if (s->address || length > sizeof bytes || request->wire.in_len > sizeof bytes)
        return -ERR_INVAL;
    if (length > 0)
        memcpy(bytes, request->data, length);
    if (length > 0 && is_path != (bytes[0] != 0))
        return -ERR_INVAL;
    if (length == 0)
        error = choose_address(s->host, bytes, &length);
    else if (!is_path && find_address(s->host, bytes, length))
        error = -ERR_ADDRINUSE;
    if (error < 0)
        return error;
    s->address = address_create(bytes, (uint32_t)length);
    s->bound = s->address != NULL;
    return s->bound ? 0 : -ERR_NOMEM;
}

void sock_bind(struct sock *s, struct server_request *request)
{
    server_reply(request, bind_to(s, request));
}

/* ---- Listening and accepting ---------------------------------------------------------------------------------- */

void sock_listen(struct sock *s, struct server_request *request)
{
    int32_t wanted = (int32_t)request->wire.args[0];
    int result = 0;

    if (s->type == UNIX_DGRAM)
        result = -ERR_OPNOTSUPP;
    else if (!s->address || s->state == SOCK_CONNECTED)
        result = -ERR_INVAL;
    if (result == 0) {
        s->backlog = wanted < 0 ? 0 : (uint32_t)wanted;
        if (s->backlog > UNIX_BACKLOG_MAX)
            s->backlog = UNIX_BACKLOG_MAX;
        s->state = SOCK_LISTENING;
        s->pid = request->wire.cred.pid;
        s->uid = request->wire.cred.euid;
        s->gid = request->wire.cred.egid;
        sock_serve_connectors(s);
        sock_pump(s);
    }
    server_reply(request, result);
}

/* The oldest connection becomes a file of the client. */
static void give_connection(struct sock *listener, struct server_request *request)
{
    struct unix_file *file = calloc(1, sizeof *file);

    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    struct sock *s = listener->pending;
    listener->pending = s->pending_next;
    listener->pending_count--;
    file->sock = s; /* with the reference of the listener's queue */
    server_file_init(&file->file, request->server, NULL, (uint32_t)request->wire.args[0]);
    s->file = &file->file;
    file->file.ready = sock_level(s);
    server_reply_open(request, &file->file, 0);
}

void sock_serve_acceptors(struct sock *listener)
{
    struct server_request *request;

    while (listener->pending && (request = server_queue_first(&listener->acceptors)))
        give_connection(listener, request);
}

void sock_accept(struct sock *s, struct server_request *request)
{
    if (s->type == UNIX_DGRAM) {
        server_reply(request, -ERR_OPNOTSUPP);
    } else if (s->state != SOCK_LISTENING) {
        server_reply(request, -ERR_INVAL);
    } else if (s->pending) {
        give_connection(s, request);
        sock_serve_connectors(s);
        sock_pump(s);
    } else if (sock_must_not_wait(request, 0)) {
        server_reply(request, -ERR_AGAIN);
    } else {
        sock_wait(request, &s->acceptors, s->receive_timeout_ns);
    }
}

/* ---- Connecting ----------------------------------------------------------------------------------------------- */

/* The listener's end of a new connection, in its queue. 0 or -ERR_NOBUFS. */
static int connect_to_listener(struct sock *s, struct sock *listener)
{
    const struct cred cred = {.pid = listener->pid, .euid = listener->uid, .egid = listener->gid};
    struct sock *end = sock_create(s->host, s->type, &cred);
    struct sock **link = &listener->pending;

    if (!end)
        return -ERR_NOBUFS;
    if (listener->address) {
        end->address = listener->address;
        end->address->refs++;
    }
    end->limit = listener->limit;
    end->pass_cred = listener->pass_cred;
    sock_make_pair(s, end);
    while (*link)
        link = &(*link)->pending_next;
    *link = end;
    listener->pending_count++;
    if (listener->file)
        server_file_news(listener->file, EVENT_READABLE);
    return 0;
}

static bool has_room(const struct sock *listener)
{
    return listener->pending_count <= listener->backlog;
}

static void connect_now(struct sock *s, struct sock *listener, struct server_request *request)
{
    int result = s->state == SOCK_CONNECTED ? -ERR_ISCONN : connect_to_listener(s, listener);

    server_reply(request, result);
    sock_serve_acceptors(listener);
    sock_pump(listener);
    sock_pump(s);
}

void sock_serve_connectors(struct sock *listener)
{
    struct server_request *request;

    while (has_room(listener) && (request = server_queue_first(&listener->connectors)))
        connect_now(((struct unix_file *)request->file)->sock, listener, request);
}

static void connect_stream(struct sock *s, struct sock *to, struct server_request *request)
{
    if (s->state == SOCK_LISTENING)
        server_reply(request, -ERR_INVAL);
    else if (s->state == SOCK_CONNECTED)
        server_reply(request, -ERR_ISCONN);
    else if (to->type != s->type)
        server_reply(request, -ERR_PROTOTYPE);
    else if (to->state != SOCK_LISTENING || to->shut_read)
        server_reply(request, -ERR_CONNREFUSED);
    else if (has_room(to))
        connect_now(s, to, request);
    else if (sock_must_not_wait(request, 0))
        server_reply(request, -ERR_AGAIN);
    else
        sock_wait(request, &to->connectors, s->send_timeout_ns);
}

static void set_destination(struct sock *s, struct sock *to)
{
    struct sock *before = s->peer;

    s->peer = to;
    s->state = to ? SOCK_CONNECTED : SOCK_NEW;
    if (to)
        sock_hold(to);
    sock_drop(before);
    sock_pump(s);
}

static void connect_dgram(struct sock *s, struct sock *to, struct server_request *request)
{
    int result = 0;

    if (to->type != UNIX_DGRAM)
        result = -ERR_PROTOTYPE;
    else if (to->peer && to->peer != s)
        result = -ERR_PERM; /* it hears another only */
    else
        set_destination(s, to);
    server_reply(request, result);
}

void sock_connect(struct sock *s, struct server_request *request)
{
    struct sock *to;

    if (request->wire.args[0] == 1) {
        if (s->type == UNIX_DGRAM)
            set_destination(s, NULL);
        server_reply(request, s->type == UNIX_DGRAM ? 0 : -ERR_INVAL);
        return;
    }
    int error = sock_find(s->host, request->wire.received, request->data, request->data_len, &to);
    if (error < 0)
        server_reply(request,
                     s->state == SOCK_CONNECTED && s->type != UNIX_DGRAM ? -ERR_ISCONN : error);
    else if (s->type == UNIX_DGRAM)
        connect_dgram(s, to, request);
    else
        connect_stream(s, to, request);
}
