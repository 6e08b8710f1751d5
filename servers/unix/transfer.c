/*
 * transfer.c: sending and receiving. A request that waits keeps what it needs in its own arguments: args[0] flags, args[1]
 * bytes of an address before the data, args[2] handles (sending) or room for the origin (receiving), args[3] bytes already sent.
 */
#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "servers/unix/unix.h"

#define CHUNK_MAX 65536u
/* A datagram is received by one answer. */
#define DATAGRAM_MAX (DYAD_COPY_MAX - sizeof(struct socket_origin))

static struct sock *sock_of(const struct server_request *request)
{
    return ((struct unix_file *)request->file)->sock;
}

/* ---- The queue ------------------------------------------------------------------------------------------------- */

static void enqueue(struct sock *to, struct message *m)
{
    if (to->last)
        to->last->next = m;
    else
        to->first = m;
    to->last = m;
    to->queued += message_cost(m->length);
    if (to->file)
        server_file_news(to->file, EVENT_READABLE);
}

static void unlink_first(struct sock *s)
{
    struct message *m = s->first;

    s->first = m->next;
    if (!s->first)
        s->last = NULL;
    s->queued -= message_cost(m->length);
}

void sock_drop_first(struct sock *s)
{
    struct message *m = s->first;

    unlink_first(s);
    message_free(s->host, m);
}

/* ---- Sending --------------------------------------------------------------------------------------------------- */

/* Why nothing can be sent from s to `to`; 0: it can, now or later. */
static int send_error(const struct sock *s, const struct sock *to)
{
    if (s->shut_write)
        return -ERR_PIPE;
    if (to->closed)
        return s->type == UNIX_DGRAM ? -ERR_CONNREFUSED : -ERR_PIPE;
    if (to->shut_read)
        return -ERR_PIPE;
    if (s->type == UNIX_DGRAM && to->peer && to->peer != s)
        return -ERR_PERM;
    return 0;
}

/* One message of `length` bytes from the request's payload at `offset`. 0 or -ERR_*. */
static int send_message(struct sock *s, struct sock *to, struct server_request *request,
                        size_t offset, size_t length)
{
    const struct cred *cred = &request->wire.cred;
    struct message *m = message_create(length);
    int error = m ? 0 : -ERR_NOBUFS;

    if (error == 0 && length > 0) {
        int64_t got = server_payload(request, m->data, offset, length);
        error = got == (int64_t)length ? 0 : -ERR_FAULT;
    }
    if (error == 0)
        error = message_take_attached(s, request, (uint32_t)request->wire.args[2], m);
    if (error < 0) {
        free(m);
        return error;
    }
    request->wire.args[2] = 0; /* They go with the first byte. */
    m->pid = cred->pid;
    m->uid = cred->euid;
    m->gid = cred->egid;
    m->from = s->address;
    if (m->from)
        m->from->refs++;
    enqueue(to, m);
    return 0;
}

static bool fits(const struct sock *to, size_t length)
{
    return !to->first || to->queued + message_cost(length) <= to->limit;
}

/* As much as there is room for. True: the request can be answered with *result. */
static bool send_some(struct sock *s, struct sock *to, struct server_request *request,
                      int64_t *result)
{
    size_t skip = request->wire.args[1], total = request->wire.in_len - skip;
    uint64_t *done = &request->wire.args[3];
    int error = send_error(s, to);

    if (s->type != UNIX_STREAM) {
        if (error == 0 && !fits(to, total))
            return false;
        *result = error ? error : send_message(s, to, request, skip, total);
        if (*result == 0)
            *result = (int64_t)total;
        return true;
    }
    while (error == 0 && *done < total && to->queued < to->limit) {
        size_t room = to->limit - to->queued, length = total - *done;
        length = length < room ? length : room;
        length = length < CHUNK_MAX ? length : CHUNK_MAX;
        error = send_message(s, to, request, skip + *done, length);
        if (error == 0)
            *done += length;
    }
    if (error == 0 && *done < total)
        return false;
    *result = *done > 0 || error == 0 ? (int64_t)*done : error;
    return true;
}

static void cancel_send(struct server_request *request)
{
    size_t offset = offsetof(struct sock, senders); /* where it waits: in its receiver */
    struct sock *to = (struct sock *)((char *)request->queue - offset);
    uint64_t done = request->wire.args[3];
    server_reply(request, done > 0 ? (int64_t)done : -ERR_INTR);
    sock_pump(to); /* The next in line may want less room. */
}

/* Where this request sends to. */
static int destination(struct sock *s, struct server_request *request, struct sock **out)
{
    uint8_t address[SOCKET_ADDRESS_MAX];
    size_t length = request->wire.args[1];
    handle_t name = request->wire.received;

    if (length == 0 && name == HANDLE_NONE) {
        *out = s->peer;
        if (s->peer && s->type == UNIX_DGRAM && s->peer->closed)
            return -ERR_CONNREFUSED;
        if (s->state == SOCK_CONNECTED && s->type != UNIX_DGRAM && !s->peer)
            return -ERR_PIPE;
        return s->peer ? 0 : -ERR_NOTCONN;
    }
    if (s->type != UNIX_DGRAM)
        return s->state == SOCK_CONNECTED ? -ERR_ISCONN : -ERR_OPNOTSUPP;
    if (length > sizeof address || length > request->wire.in_len ||
        server_payload(request, address, 0, length) != (int64_t)length)
        return -ERR_INVAL;
    int error = sock_find(s->host, name, address, length, out);
    if (error == 0 && (*out)->type != UNIX_DGRAM)
        error = -ERR_PROTOTYPE;
    return error;
}

void sock_send(struct sock *s, struct server_request *request)
{
    struct sock *to;
    int64_t result;

    if (request->wire.verb == VERB_write)
        memset(request->wire.args, 0, sizeof request->wire.args);
    request->wire.args[3] = 0;
    int error = destination(s, request, &to);
    if (error == 0 && s->type != UNIX_STREAM &&
        (request->wire.in_len - request->wire.args[1] > DATAGRAM_MAX ||
         request->wire.in_len - request->wire.args[1] > s->send_limit))
        error = -ERR_MSGSIZE;
    if (error == 0 && s->type == UNIX_STREAM && request->wire.args[2] > 0 &&
        request->wire.in_len == request->wire.args[1])
        error = -ERR_INVAL; /* handles need a byte to go with */
    if (error < 0) {
        server_reply(request, error);
        return;
    }
    bool blocked = server_queue_first(&to->senders) && send_error(s, to) == 0;
    bool over = !blocked && send_some(s, to, request, &result);
    if (!over && sock_must_not_wait(request, request->wire.args[0])) {
        uint64_t done = request->wire.args[3];
        result = done > 0 ? (int64_t)done : -ERR_AGAIN;
        over = true;
    }
    sock_hold(to);
    if (over) {
        server_reply(request, result);
    } else {
        sock_wait(request, &to->senders, s->send_timeout_ns);
        if (request->state == SERVER_REQUEST_DEFERRED)
            request->cancel = cancel_send;
    }
    sock_pump(to);
    sock_drop(to);
}

void sock_serve_senders(struct sock *to)
{
    struct server_request *request;
    int64_t result;

    while ((request = server_queue_first(&to->senders))) {
        struct sock *s = sock_of(request);
        uint64_t before = request->wire.args[3];
        bool over = send_some(s, to, request, &result);
        bool moved = over || request->wire.args[3] != before;
        if (over)
            server_reply(request, result);
        if (!to->closed)
            sock_serve_readers(to);
        if (!moved)
            break;
    }
}

/* ---- Receiving ------------------------------------------------------------------------------------------------- */

static size_t head_room(const struct server_request *request)
{
    return request->wire.args[2] ? sizeof(struct socket_origin) : 0;
}

static void fill_origin(const struct sock *s, const struct message *m, struct socket_origin *origin)
{
    *origin = (struct socket_origin){
        .pid = m->pid, .uid = m->uid, .gid = m->gid, .has_cred = s->pass_cred};
    if (m->from) {
        origin->length = m->from->length;
        memcpy(origin->address, m->from->bytes, m->from->length);
    }
}

/* May bytes of `next` follow those of m in one receive? */
static bool may_join(const struct sock *s, const struct message *m, const struct message *next)
{
    return next->handle_count == 0 &&
           (!s->pass_cred || (m->pid == next->pid && m->uid == next->uid && m->gid == next->gid));
}

/* Copies from the stream's messages -> bytes; takes them off the queue unless peeking. */
static size_t read_stream(struct sock *s, uint8_t *out, size_t room, bool peek)
{
    struct message *m = s->first;
    size_t count = 0;

    while (m && count < room) {
        size_t part = m->length - m->taken;
        part = part < room - count ? part : room - count;
        memcpy(out + count, m->data + m->taken, part);
        count += part;
        struct message *next = m->next;
        bool join = next && may_join(s, m, next) && part == m->length - m->taken;
        if (!peek) {
            m->taken += (uint32_t)part;
            if (m->taken == m->length)
                sock_drop_first(s);
        }
        m = join ? next : NULL;
    }
    return count;
}

static void give_data(struct sock *s, struct server_request *request)
{
    size_t room, head = head_room(request), count, whole;
    uint8_t *out = server_out(request, &room);
    struct message *m = s->first;
    uint64_t flags = 0, handles = 0;
    bool peek = request->wire.args[0] & UNIX_MSG_PEEK;

    room = (room < request->wire.out_len ? room : request->wire.out_len) - head;
    if (head) {
        struct socket_origin origin;
        fill_origin(s, m, &origin);
        memcpy(out, &origin, sizeof origin);
        flags |= SOCKET_HAS_ORIGIN;
    }
    if (m->handle_count > 0 && !peek) {
        uint32_t had = m->handle_count;
        handles = message_deliver_handles(s, request, (uint32_t)request->wire.args[1], m);
        if (handles < had)
            flags |= UNIX_MSG_CTRUNC;
    }
    if (s->type == UNIX_STREAM) {
        count = whole = read_stream(s, out + head, room, peek);
    } else {
        whole = m->length;
        count = whole < room ? whole : room;
        memcpy(out + head, m->data, count);
        flags |=
            (count < whole ? UNIX_MSG_TRUNC : 0) | (s->type == UNIX_SEQPACKET ? UNIX_MSG_EOR : 0);
        if (!peek)
            sock_drop_first(s);
    }
    server_reply_data_values(request, (int64_t)count, flags | handles << 32, whole, out,
                             head + count);
}

static bool at_end(const struct sock *s)
{
    if (s->shut_read)
        return true;
    return s->type != UNIX_DGRAM && s->state == SOCK_CONNECTED &&
           (!s->peer || s->peer->closed || s->peer->shut_write);
}

/* True: the request has been answered. */
static bool receive_now(struct sock *s, struct server_request *request)
{
    if (s->error && !s->first) {
        int error = s->error;
        s->error = 0;
        server_reply(request, -error);
    } else if (s->first) {
        give_data(s, request);
    } else if (at_end(s)) {
        server_reply(request, 0);
    } else {
        return false;
    }
    return true;
}

void sock_receive(struct sock *s, struct server_request *request)
{
    if (request->wire.verb == VERB_read)
        memset(request->wire.args, 0, sizeof request->wire.args);
    if (request->wire.out_len < head_room(request)) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    if (s->type != UNIX_DGRAM && s->state != SOCK_CONNECTED) {
        server_reply(request, s->state == SOCK_LISTENING ? -ERR_INVAL : -ERR_NOTCONN);
        return;
    }
    if (s->type == UNIX_STREAM && request->wire.out_len == head_room(request) && !s->error) {
        server_reply(request, 0);
        return;
    }
    if (!server_queue_first(&s->readers) && receive_now(s, request)) {
        sock_pump(s);
    } else if (sock_must_not_wait(request, request->wire.args[0])) {
        server_reply(request, -ERR_AGAIN);
    } else {
        sock_wait(request, &s->readers, s->receive_timeout_ns);
    }
}

void sock_serve_readers(struct sock *s)
{
    struct server_request *request;

    while ((request = server_queue_first(&s->readers)) && receive_now(s, request))
        ;
}
