/*
 * fuzz_unix.c: sockets of all kinds under random calls of several clients: names, connections, datagrams, handles in messages, limits of
 * time, clients that are killed, allocations that fail. Counts, memory and handles hold, and nothing waits for what has happened.
 */
#include "abi/tty.h"
#include "servers/unix/unix.h"
#include "tests/fuzz/clients.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME_HANDLE 1000 /* + n names the n-th open file */

static struct unix_server host;

static int64_t file_id(void *context, handle_t handle)
{
    (void)context;
    if (handle < NAME_HANDLE || handle >= NAME_HANDLE + CLIENTS_FILES)
        return -ERR_INVAL;
    uint64_t file = clients.files[handle - NAME_HANDLE];
    return file ? (int64_t)file : -ERR_STALE;
}

/* Few of them, so that they meet: abstract ones, autobind (none), paths, and one that is too long. */
static uint32_t put_address(uint8_t *in)
{
    uint8_t which = input_byte();
    switch (which % 8) {
    case 0: return 0;
    case 1: memcpy(in, "/tmp/s", 7); return 7;
    case 2: memset(in, 'x', 200); return which < 128 ? SOCKET_ADDRESS_MAX : 200;
    default:
        in[0] = 0;
        in[1] = 'a' + which % 3;
        return 2;
    }
}

static void fill_open(struct loopback_call *call)
{
    static const char *const made[] = {"stream", "dgram", "seqpacket", "else"};
    static const char *const of_socket[] = {"accept", "pair", "name", "pair", "accept", ""};
    uint8_t *in = (uint8_t *)(uintptr_t)call->in;
    if (input_byte() & 1)
        call->file = 0;
    call->in_len = call->file ? input_text(in, of_socket, 6) : input_text(in, made, 4);
    call->args[0] = FILE_RDWR | (input_byte() % 4 ? 0 : FILE_NONBLOCK);
}

static void give_handle(struct loopback_call *call, handle_t handle)
{
    call->has_send = true;
    call->send = handle;
}

static void fill_send(struct loopback_call *call)
{
    uint8_t *in = (uint8_t *)(uintptr_t)call->in, how = input_byte();
    uint32_t address = how & 1 ? put_address(in) : 0;
    call->args[0] = how & 2 ? input_number() : 0;
    call->args[1] = how & 4 ? input_number() : address;
    call->args[2] = how & 8 ? input_below(4) : 0;
    call->in_len = address + input_bytes(in + address, CLIENTS_BYTES - address);
    if (how & 16)
        give_handle(call, NAME_HANDLE + input_below(CLIENTS_FILES));
}

static void fill(struct loopback_call *call)
{
    uint8_t *in = (uint8_t *)(uintptr_t)call->in;
    switch (call->verb) {
    case VERB_open: fill_open(call); break;
    case VERB_write: call->in_len = input_bytes(in, CLIENTS_BYTES); break;
    case VERB_control: call->args[0] = TTY_INPUT_COUNT; break;
    case SOCKET_CONNECT: call->args[0] = input_byte() % 8 == 0; [[fallthrough]];
    case SOCKET_BIND:
        if (input_byte() % 4 == 0)
            give_handle(call, NAME_HANDLE + input_below(CLIENTS_FILES));
        else
            call->in_len = put_address(in);
        break;
    case SOCKET_SEND: fill_send(call); break;
    case SOCKET_RECEIVE:
        call->args[0] = input_byte() % 4 ? 0 : input_number();
        call->args[1] = input_below(4);
        call->args[2] = input_byte() & 1 ? sizeof(struct socket_origin) : 0;
        break;
    case SOCKET_GET:
    case SOCKET_SET:
        call->args[0] = input_below(40);
        call->args[1] = input_byte() & 1 ? input_byte() * 10000000ull : input_number();
        break;
    case SOCKET_ATTACH:
        call->args[0] = input_below(4);
        if (input_byte() % 8)
            give_handle(call, 77);
        break;
    default: call->args[0] = input_byte() % 8 ? input_below(4) : input_number(); break;
    }
}

/* The first of those that wait to send to s does so for room. */
static void check_sender(const struct sock *s)
{
    const struct server_request *first = server_queue_first(&s->senders);
    if (!first)
        return;
    assert(!s->closed);
    size_t length = first->wire.in_len - first->wire.args[1];
    assert(s->type == UNIX_STREAM ? s->queued >= s->limit
                                  : s->queued + message_cost(length) > s->limit && s->first);
}

static void check_waiting(const struct sock *s)
{
    if (server_queue_first(&s->readers)) {
        assert(!s->first && !s->shut_read && !s->closed);
        assert(s->type == UNIX_DGRAM || s->state != SOCK_CONNECTED ||
               (s->peer && !s->peer->closed && !s->peer->shut_write));
    }
    assert(!server_queue_first(&s->acceptors) || (s->state == SOCK_LISTENING && !s->pending));
    assert(!server_queue_first(&s->connectors) ||
           (s->state == SOCK_LISTENING && !s->closed && s->pending_count >= s->backlog));
    check_sender(s);
}

static void check(void)
{
    uint32_t count = 0;
    for (struct sock *s = host.all; s; s = s->all_next) {
        size_t queued = 0;
        uint32_t pending = 0;
        for (const struct message *m = s->first; m; m = m->next)
            queued += message_cost(m->length);
        for (const struct sock *p = s->pending; p; p = p->pending_next)
            pending++;
        assert(queued == s->queued && pending == s->pending_count);
        assert(!s->closed || (!s->first && !s->file));
        assert(s->refs > 0 && (!s->first || s->last));
        check_waiting(s);
        count++;
    }
    assert(count == host.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t verbs[] = {
        VERB_open,     VERB_open,    VERB_open,   SOCKET_BIND,    SOCKET_CONNECT, SOCKET_CONNECT,
        SOCKET_LISTEN, SOCKET_SEND,  SOCKET_SEND, SOCKET_RECEIVE, SOCKET_RECEIVE, SOCKET_SHUTDOWN,
        SOCKET_ATTACH, SOCKET_TAKE,  SOCKET_NAME, SOCKET_GET,     SOCKET_SET,     VERB_read,
        VERB_write,    VERB_control, VERB_stat,   VERB_open};
    static const struct cred creds[] = {{.pid = 10}, {.pid = 11, .euid = 1, .egid = 2}};
    static const struct clients_target target = {
        .ops = &unix_server_ops,
        .context = &host,
        .verbs = verbs,
        .verb_count = sizeof verbs / sizeof verbs[0],
        .creds = creds,
        .cred_count = 2,
        .fill = fill,
        .check = check,
    };
    host = (struct unix_server){.file_id = file_id};
    clients_begin(&target, data, size);
    unix_init(&host, &clients.server);
    clients_run();
    assert(host.count == 0);
    server_fini(&clients.server);
    return 0;
}
