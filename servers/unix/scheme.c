/* scheme.c: the scheme `unix:`: opening sockets, and what each verb asks of one. */
#include <stdlib.h>
#include <string.h>

#include "abi/tty.h"
#include "servers/unix/unix.h"

#define SOCKET_INO    2
#define DEVICE_NUMBER 8

/* SO_*: Linux's numbers. */
enum option {
    OPTION_DEBUG = 1,
    OPTION_TYPE = 3,
    OPTION_ERROR = 4,
    OPTION_SNDBUF = 7,
    OPTION_RCVBUF = 8,
    OPTION_LAST_PLAIN = 15,
    OPTION_PASSCRED = 16,
    OPTION_PEERCRED = 17,
    OPTION_RCVLOWAT = 18,
    OPTION_SNDLOWAT = 19,
    OPTION_RCVTIMEO = 20,
    OPTION_SNDTIMEO = 21,
    OPTION_ACCEPTCONN = 30,
};

static struct unix_server *host_of(const struct server_request *request)
{
    return request->server->context;
}

static struct sock *sock_of(const struct server_request *request)
{
    return request->file ? ((struct unix_file *)request->file)->sock : NULL;
}

/* ---- Opening --------------------------------------------------------------------------------------------------- */

static void reply_file(struct server_request *request, struct sock *s, struct name *name)
{
    struct unix_file *file = calloc(1, sizeof *file);

    if (!file) {
        if (s)
            sock_close(s);
        sock_drop(s);
        if (name)
            name->sock->name = NULL;
        free(name);
        server_reply(request, -ERR_NOMEM);
        return;
    }
    file->sock = s;
    file->name = name;
    server_file_init(&file->file, request->server, NULL, (uint32_t)request->wire.args[0]);
    if (s) {
        s->file = &file->file;
        file->file.ready = sock_level(s);
    }
    server_reply_open(request, &file->file, 0);
}

static void open_new(struct server_request *request, enum unix_type type)
{
    struct sock *s = sock_create(host_of(request), type, &request->wire.cred);

    if (s)
        reply_file(request, s, NULL);
    else
        server_reply(request, -ERR_NOBUFS);
}

static void open_pair(struct server_request *request, struct sock *first)
{
    if (first->state != SOCK_NEW) {
        server_reply(request, -ERR_ISCONN);
        return;
    }
    struct sock *s = sock_create(first->host, first->type, &request->wire.cred);
    if (!s) {
        server_reply(request, -ERR_NOBUFS);
        return;
    }
    sock_make_pair(first, s);
    sock_pump(first);
    reply_file(request, s, NULL);
}

static void open_name(struct server_request *request, struct sock *s)
{
    if (s->address) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    struct name *name = calloc(1, sizeof *name);
    if (!name) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    *name = (struct name){.sock = s};
    if (s->name)
        s->name->sock = NULL; /* of a bind that failed */
    s->name = name;
    reply_file(request, NULL, name);
}

/* Below a socket. */
static void open_of_sock(struct server_request *request, struct sock *s)
{
    if (server_path_is(request, "accept"))
        sock_accept(s, request);
    else if (server_path_is(request, "pair"))
        open_pair(request, s);
    else if (server_path_is(request, "name"))
        open_name(request, s);
    else
        server_reply(request, -ERR_NOENT);
}

static void handle_open(struct server_request *request)
{
    struct sock *s = sock_of(request);

    if (s)
        open_of_sock(request, s);
    else if (request->file)
        server_reply(request, -ERR_NOTDIR);
    else if (server_path_is(request, "stream"))
        open_new(request, UNIX_STREAM);
    else if (server_path_is(request, "dgram"))
        open_new(request, UNIX_DGRAM);
    else if (server_path_is(request, "seqpacket"))
        open_new(request, UNIX_SEQPACKET);
    else
        server_reply(request, -ERR_NOENT);
}

static void release(struct server_file *server_file)
{
    struct unix_file *file = (struct unix_file *)server_file;

    if (file->sock) {
        sock_close(file->sock);
        sock_drop(file->sock);
    }
    if (file->name) {
        if (file->name->sock)
            file->name->sock->name = NULL; /* no path leads to it any more */
        free(file->name);
    }
    free(file);
}

/* ---- Options --------------------------------------------------------------------------------------------------- */

static void get_option(struct sock *s, struct server_request *request)
{
    uint64_t option = request->wire.args[0];
    int error;

    switch (option) {
    case OPTION_TYPE: server_reply(request, s->type); break;
    case OPTION_ERROR:
        error = s->error;
        s->error = 0;
        server_reply(request, error);
        sock_pump(s); /* for those who poll */
        break;
    case OPTION_SNDBUF: server_reply(request, (int64_t)s->send_limit); break;
    case OPTION_RCVBUF: server_reply(request, (int64_t)s->limit); break;
    case OPTION_PASSCRED: server_reply(request, s->pass_cred); break;
    case OPTION_ACCEPTCONN: server_reply(request, s->state == SOCK_LISTENING); break;
    case OPTION_RCVLOWAT:
    case OPTION_SNDLOWAT: server_reply(request, 1); break;
    case OPTION_RCVTIMEO: server_reply_values(request, 0, s->receive_timeout_ns, 0); break;
    case OPTION_SNDTIMEO: server_reply_values(request, 0, s->send_timeout_ns, 0); break;
    case OPTION_PEERCRED:
        if (s->state == SOCK_CONNECTED && s->type != UNIX_DGRAM)
            server_reply_values(request, s->peer_pid, s->peer_uid, s->peer_gid);
        else /* nobody: Linux's answer */
            server_reply_values(request, 0, UINT32_MAX, UINT32_MAX);
        break;
    default:
        if (option >= OPTION_DEBUG && option <= OPTION_LAST_PLAIN)
            server_reply(request, (int64_t)(s->options >> option & 1));
        else
            server_reply(request, -ERR_NOPROTOOPT);
        break;
    }
}

static size_t buffer_limit(uint64_t wanted)
{
    /* As on Linux: twice what was asked for, within bounds. */
    uint64_t bytes = wanted > UNIX_BUFFER_MAX ? UNIX_BUFFER_MAX : wanted * 2;
    return bytes < 4608 ? 4608 : (size_t)bytes;
}

static int set_option(struct sock *s, const struct server_request *request)
{
    uint64_t option = request->wire.args[0], value = request->wire.args[1];

    switch (option) {
    case OPTION_SNDBUF: s->send_limit = buffer_limit(value); return 0;
    case OPTION_RCVBUF:
        s->limit = buffer_limit(value);
        sock_pump(s); /* who sends to it may have room now, or none any more */
        return 0;
    case OPTION_PASSCRED: s->pass_cred = value != 0; return 0;
    case OPTION_RCVTIMEO: s->receive_timeout_ns = value; return 0;
    case OPTION_SNDTIMEO: s->send_timeout_ns = value; return 0;
    case OPTION_RCVLOWAT: return 0;
    case OPTION_TYPE:
    case OPTION_ERROR: return -ERR_NOPROTOOPT;
    default:
        if (option < OPTION_DEBUG || option > OPTION_LAST_PLAIN)
            return -ERR_NOPROTOOPT;
        s->options = (s->options & ~(1ull << option)) | (uint64_t)(value != 0) << option;
        return 0;
    }
}

/* ---- Verbs ----------------------------------------------------------------------------------------------------- */

static void reply_name(struct sock *s, struct server_request *request)
{
    bool of_peer = request->wire.args[0] == 1;

    if (of_peer && (s->state != SOCK_CONNECTED || !s->peer)) {
        server_reply(request, -ERR_NOTCONN);
        return;
    }
    const struct address *a = of_peer ? s->peer->address : s->address;
    size_t length = a ? a->length : 0;
    size_t given = length < request->wire.out_len ? length : request->wire.out_len;
    server_reply_data(request, (int64_t)length, a ? a->bytes : NULL, given);
}

/* FIONREAD, by the terminal's command. */
static void handle_control(struct server_request *request)
{
    const struct sock *s = sock_of(request);
    int64_t bytes = 0;

    if (!s || request->wire.args[0] != TTY_INPUT_COUNT) {
        server_reply(request, -ERR_NOTTY);
        return;
    }
    for (const struct message *m = s->first; m; m = s->type == UNIX_STREAM ? m->next : NULL)
        bytes += m->length - m->taken;
    server_reply(request, s->state == SOCK_LISTENING ? -ERR_INVAL : bytes);
}

static void handle_stat(struct server_request *request)
{
    struct dyad_stat stat = {.dev = DEVICE_NUMBER,
                             .ino = SOCKET_INO + request->file->id,
                             .mode = MODE_SOCKET | 0777,
                             .nlink = 1,
                             .block_size = 4096};
    const struct sock *s = sock_of(request);

    if (s) {
        stat.uid = s->uid;
        stat.gid = s->gid;
    }
    server_reply_stat(request, &stat);
}

static void handle_accepted(struct server_request *request)
{
    server_reply(request, 0);
}

static void handle_read(struct server_request *request)
{
    struct sock *s = sock_of(request);

    if (s)
        sock_receive(s, request);
    else
        server_reply(request, -ERR_BADF);
}

static void handle_write(struct server_request *request)
{
    struct sock *s = sock_of(request);

    if (s)
        sock_send(s, request);
    else
        server_reply(request, -ERR_BADF);
}

static void handle_socket_verb(struct server_request *request)
{
    struct sock *s = sock_of(request);

    if (!s) {
        server_reply(request, -ERR_NOTSOCK);
        return;
    }
    switch (request->wire.verb) {
    case SOCKET_BIND: sock_bind(s, request); break;
    case SOCKET_CONNECT: sock_connect(s, request); break;
    case SOCKET_LISTEN: sock_listen(s, request); break;
    case SOCKET_SHUTDOWN: server_reply(request, sock_shutdown(s, request->wire.args[0])); break;
    case SOCKET_NAME: reply_name(s, request); break;
    case SOCKET_GET: get_option(s, request); break;
    case SOCKET_SET: server_reply(request, set_option(s, request)); break;
    case SOCKET_ATTACH: sock_attach(s, request); break;
    case SOCKET_SEND: sock_send(s, request); break;
    case SOCKET_RECEIVE: sock_receive(s, request); break;
    case SOCKET_TAKE: sock_take(s, request); break;
    default: server_reply(request, -ERR_NOSYS); break;
    }
}

static uint32_t ready(struct server_file *server_file)
{
    const struct sock *s = ((const struct unix_file *)server_file)->sock;
    return s ? sock_level(s) : 0;
}

#define PRIVATE(verb) [(int)(verb) - (int) VERB_PRIVATE] = handle_socket_verb
#define PRIVATE_COUNT ((int)SOCKET_TAKE - (int)VERB_PRIVATE + 1)

static server_handler_fn *const private_handlers[PRIVATE_COUNT] = {
    PRIVATE(SOCKET_BIND),   PRIVATE(SOCKET_CONNECT), PRIVATE(SOCKET_LISTEN),
    PRIVATE(SOCKET_NAME),   PRIVATE(SOCKET_GET),     PRIVATE(SOCKET_SET),
    PRIVATE(SOCKET_ATTACH), PRIVATE(SOCKET_SEND),    PRIVATE(SOCKET_SHUTDOWN),
    PRIVATE(SOCKET_TAKE),   PRIVATE(SOCKET_RECEIVE),
};

const struct server_ops unix_server_ops = {
    .handler =
        {
            [VERB_open] = handle_open,
            [VERB_read] = handle_read,
            [VERB_write] = handle_write,
            [VERB_stat] = handle_stat,
            [VERB_setattr] = handle_accepted,
            [VERB_control] = handle_control,
        },
    .private_handler = private_handlers,
    .private_count = PRIVATE_COUNT,
    .release = release,
    .ready = ready,
};
