/* sock.c: the life of a socket: creation, pairs, shutting down, closing; what it is ready for; waiting with a limit. */
#include <stdlib.h>
#include <string.h>

#include "servers/unix/unix.h"

/* ---- Addresses ------------------------------------------------------------------------------------------------ */

struct address *address_create(const void *bytes, uint32_t length)
{
    struct address *a = malloc(sizeof *a);

    if (a) {
        *a = (struct address){.refs = 1, .length = length};
        memcpy(a->bytes, bytes, length);
    }
    return a;
}

void address_drop(struct address *a)
{
    if (a && --a->refs == 0)
        free(a);
}

/* ---- Creation and counting ------------------------------------------------------------------------------------ */

struct sock *sock_create(struct unix_server *host, enum unix_type type, const struct cred *cred)
{
    struct sock *s = host->count < UNIX_SOCKETS_MAX ? calloc(1, sizeof *s) : NULL;

    if (!s)
        return NULL;
    *s = (struct sock){.refs = 1,
                       .host = host,
                       .type = type,
                       .limit = UNIX_BUFFER_BYTES,
                       .send_limit = UNIX_BUFFER_BYTES,
                       .pid = cred->pid,
                       .uid = cred->euid,
                       .gid = cred->egid,
                       .all_next = host->all};
    if (host->all)
        host->all->all_prev = s;
    host->all = s;
    host->count++;
    return s;
}

void sock_hold(struct sock *s)
{
    s->refs++;
}

void sock_drop(struct sock *s)
{
    if (!s || --s->refs > 0)
        return;
    if (s->all_prev)
        s->all_prev->all_next = s->all_next;
    else
        s->host->all = s->all_next;
    if (s->all_next)
        s->all_next->all_prev = s->all_prev;
    s->host->count--;
    address_drop(s->address);
    free(s);
}

static void learn_peer(struct sock *s, struct sock *peer)
{
    sock_hold(peer);
    s->peer = peer;
    s->state = SOCK_CONNECTED;
    s->peer_pid = peer->pid;
    s->peer_uid = peer->uid;
    s->peer_gid = peer->gid;
}

void sock_make_pair(struct sock *a, struct sock *b)
{
    learn_peer(a, b);
    learn_peer(b, a);
}

/* ---- Readiness ------------------------------------------------------------------------------------------------ */

static uint32_t connection_level(const struct sock *s)
{
    const struct sock *peer = s->peer;
    bool gone = !peer || peer->closed;
    uint32_t level = 0;

    if (s->first || s->shut_read || gone || peer->shut_write)
        level |= EVENT_READABLE;
    if (gone || s->shut_read || peer->shut_write)
        level |= EVENT_READ_HANGUP;
    if (gone || s->shut_write || peer->shut_read || peer->queued < peer->limit)
        level |= EVENT_WRITABLE;
    if (gone || (s->shut_write && s->shut_read) || (peer->shut_write && s->shut_write))
        level |= EVENT_HANGUP;
    return level;
}

uint32_t sock_level(const struct sock *s)
{
    uint32_t level = s->error ? EVENT_ERROR : 0;

    if (s->state == SOCK_LISTENING)
        return level | (s->pending ? EVENT_READABLE : 0);
    if (s->type == UNIX_DGRAM) {
        bool room = !s->peer || s->peer->closed || s->peer->queued < s->peer->limit;
        return level | (s->first || s->shut_read ? EVENT_READABLE : 0) |
               (room ? EVENT_WRITABLE : 0);
    }
    if (s->state == SOCK_NEW)
        return level | EVENT_WRITABLE | EVENT_HANGUP;
    return level | connection_level(s);
}

static void tell(struct sock *s)
{
    if (s && s->file)
        server_file_notify(s->file, sock_level(s));
}

/* Those that poll for writing to s hear when it is full, and when it is so no longer. */
static void tell_senders(struct sock *s)
{
    bool full = s->queued >= s->limit;

    if (full == s->full)
        return;
    s->full = full;
    if (s->type != UNIX_DGRAM) {
        tell(s->peer);
        return;
    }
    for (struct sock *from = s->host->all; from; from = from->all_next)
        if (from->peer == s)
            tell(from);
}

void sock_pump(struct sock *s)
{
    sock_hold(s);
    sock_serve_readers(s);
    sock_serve_senders(s);
    tell_senders(s);
    tell(s);
    sock_drop(s);
}

/* ---- The end -------------------------------------------------------------------------------------------------- */

static void close_pending(struct sock *listener)
{
    while (listener->pending) {
        struct sock *s = listener->pending;
        listener->pending = s->pending_next;
        if (s->peer)
            s->peer->error = ERR_CONNRESET;
        sock_close(s);
        sock_drop(s);
    }
    listener->pending_count = 0;
}

/* A connection's other end sees the end of what was sent, or a reset when we did not read what it sent. */
static void leave_peer(struct sock *s, bool unread)
{
    struct sock *peer = s->peer;

    s->peer = NULL;
    if (!peer)
        return;
    if (s->type != UNIX_DGRAM) {
        if (unread)
            peer->error = ERR_CONNRESET;
        sock_pump(peer);
    } else if (!peer->closed) {
        sock_pump(peer); /* another may send to it now */
    }
    sock_drop(peer);
}

void sock_close(struct sock *s)
{
    bool unread = s->first != NULL;

    sock_hold(s); /* The answers below may free what points to it. */
    s->closed = true;
    s->file = NULL;
    if (s->name)
        s->name->sock = NULL;
    s->name = NULL;
    close_pending(s);
    server_queue_reply_all(&s->connectors, -ERR_CONNREFUSED);
    server_queue_reply_all(&s->acceptors, -ERR_INVAL);
    while (s->first)
        sock_drop_first(s);
    sock_serve_senders(s);
    tell_senders(s);
    parcels_free(s->host, &s->attached);
    parcels_free(s->host, &s->arrived);
    leave_peer(s, unread);
    sock_drop(s);
}

int sock_shutdown(struct sock *s, uint64_t how)
{
    if (how > 2)
        return -ERR_INVAL;
    if (s->state != SOCK_CONNECTED || (s->type != UNIX_DGRAM && !s->peer))
        return -ERR_NOTCONN;
    s->shut_read |= how != 1;
    s->shut_write |= how != 0;
    sock_pump(s);
    if (s->peer && s->type != UNIX_DGRAM)
        sock_pump(s->peer);
    return 0;
}

/* ---- Waiting -------------------------------------------------------------------------------------------------- */

bool sock_must_not_wait(const struct server_request *request, uint64_t flags)
{
    return (request->wire.file_flags & FILE_NONBLOCK) || (flags & UNIX_MSG_DONTWAIT);
}

static void arm(struct unix_server *host, uint64_t deadline)
{
    if (!host->timer.armed || host->timer.deadline_ns > deadline)
        server_timer_set(host->server, &host->timer, deadline);
}

void sock_wait(struct server_request *request, struct server_queue *queue, uint64_t timeout_ns)
{
    struct unix_server *host = request->server->context;
    uint64_t now = timeout_ns ? server_clock(request->server, DYAD_CLOCK_MONOTONIC) : 0;
    uint64_t deadline = timeout_ns && timeout_ns < UINT64_MAX - now ? now + timeout_ns : 0;

    if (!server_defer(request, queue))
        return;
    request->context = (void *)(uintptr_t)deadline;
    if (deadline)
        arm(host, deadline);
}

/* A sender that has sent a part says so; args[3] is its progress. */
static int64_t late_result(const struct server_request *request, int64_t otherwise)
{
    bool sends = request->wire.verb == VERB_write || request->wire.verb == SOCKET_SEND;
    return sends && request->wire.args[3] > 0 ? (int64_t)request->wire.args[3] : otherwise;
}

static void expire(struct unix_server *host, struct server_queue *queue, uint64_t now)
{
    struct server_request *request = server_queue_first(queue);

    while (request) {
        struct server_request *next = server_queue_next(request);
        uint64_t deadline = (uintptr_t)request->context;
        if (deadline != 0 && deadline <= now)
            server_reply(request, late_result(request, -ERR_AGAIN));
        else if (deadline != 0)
            arm(host, deadline);
        request = next;
    }
}

/* Limits are rare, so nobody keeps a list of them. */
static void timer_due(struct server *server, void *arg)
{
    struct unix_server *host = arg;
    uint64_t now = server_clock(server, DYAD_CLOCK_MONOTONIC);

    for (struct sock *s = host->all; s; s = s->all_next) {
        expire(host, &s->readers, now);
        expire(host, &s->senders, now);
        sock_pump(s); /* Those that were behind may want less room. */
        expire(host, &s->acceptors, now);
        expire(host, &s->connectors, now);
    }
}

void unix_init(struct unix_server *host, struct server *server)
{
    host->server = server;
    server_timer_init(&host->timer, timer_due, host);
}
