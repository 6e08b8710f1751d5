/* test_unix_random.c: do the sockets' counts, memory and handles hold under random calls of random clients? */
#include <stdio.h>

#include "servers/unix/unix.h"
#include "tests/unit/sockets/random_calls.h"

static struct random_clients c;
static struct unix_server host;

/* Handles 1000 + n are names: of the n-th open file. */
static int64_t file_id(void *context, handle_t handle)
{
    (void)context;
    return handle >= 1000 && handle < 1000 + FILES ? (int64_t)c.files[handle - 1000] : -ERR_INVAL;
}

static uint16_t random_verb(void)
{
    static const uint16_t verbs[] = {
        VERB_open,     VERB_open,       VERB_open,   SOCKET_BIND,    SOCKET_CONNECT, SOCKET_CONNECT,
        SOCKET_LISTEN, SOCKET_SHUTDOWN, SOCKET_NAME, SOCKET_GET,     SOCKET_SET,     SOCKET_ATTACH,
        SOCKET_SEND,   SOCKET_SEND,     SOCKET_SEND, SOCKET_RECEIVE, SOCKET_RECEIVE, SOCKET_RECEIVE,
        SOCKET_TAKE,   VERB_read,       VERB_write,  VERB_control,   VERB_stat,      VERB_ready};
    uint16_t verb = verbs[pick(&c, sizeof verbs / sizeof verbs[0])];
    /* Rarely, or there would be few connections. */
    return verb == SOCKET_SHUTDOWN && pick(&c, 6) ? SOCKET_RECEIVE : verb;
}

static void fill_open(struct loopback_call *call)
{
    static const char *const made[] = {"stream", "dgram", "seqpacket"}, *const of_socket[] = {
                                                                            "accept", "pair",
                                                                            "name", "else"};
    const char *path = call->file ? of_socket[pick(&c, 4)] : made[pick(&c, 3)];
    call->in_len = (uint32_t)strlen(path);
    memcpy((char *)(uintptr_t)call->in, path, call->in_len);
    call->args[0] = FILE_RDWR;
}

/* An abstract address of a few, so that they meet. */
static uint32_t put_address(char *in)
{
    in[0] = 0;
    in[1] = (char)('a' + pick(&c, 4));
    return 2;
}

static void fill(struct loopback_call *call)
{
    char *in = (char *)(uintptr_t)call->in;
    if (call->verb == VERB_open) {
        fill_open(call);
        return;
    }
    call->in_len = pick(&c, 600);
    call->args[0] = pick(&c, 4) ? 0 : pick(&c, 256);
    if (call->verb == SOCKET_BIND || call->verb == SOCKET_CONNECT)
        call->in_len = put_address(in);
    if (call->verb == SOCKET_SEND && pick(&c, 3) == 0)
        call->args[1] = put_address(in);
    if (call->verb == SOCKET_SEND && call->in_len < call->args[1])
        call->in_len = (uint32_t)call->args[1];
    if (call->verb == SOCKET_SEND)
        call->args[2] = pick(&c, 3) == 0;
    if (call->verb == SOCKET_RECEIVE) {
        call->args[1] = pick(&c, 3);
        call->args[2] = pick(&c, 2) ? sizeof(struct socket_origin) : 0;
    }
    if (call->verb == SOCKET_GET || call->verb == SOCKET_SET) {
        call->args[0] = pick(&c, 40);
        call->args[1] = pick(&c, 2) ? pick(&c, 100) * 1000000ull : pick(&c, 9000);
    }
    if (call->verb == SOCKET_ATTACH) {
        call->args[0] = pick(&c, 4) == 0;
        call->has_send = pick(&c, 8) != 0;
        call->send = 77;
    } else if ((call->verb == SOCKET_CONNECT || call->verb == SOCKET_SEND) && pick(&c, 3) == 0) {
        call->has_send = true;
        call->send = (handle_t)(1000 + pick(&c, FILES));
        if (call->verb == SOCKET_SEND)
            call->args[1] = 0;
    }
}

static void check(void)
{
    uint32_t count = 0;
    for (struct sock *s = host.all; s; s = s->all_next) {
        size_t queued = 0;
        for (struct message *m = s->first; m; m = m->next)
            queued += message_cost(m->length);
        assert(queued == s->queued);
        assert(!s->closed || !s->first);
        assert(s->refs > 0);
        count++;
    }
    assert(count == host.count);
}

static void run(uint64_t seed)
{
    memset(&c, 0, sizeof c);
    c.seed = seed;
    loopback_init(&c.loop, &c.server);
    c.loop.on_handle_close = handle_closed;
    c.loop.context = &c;
    c.loop.now_ns = 1;
    host = (struct unix_server){.file_id = file_id};
    int error = server_init(&c.server, &unix_server_ops, &c.loop.transport, &host, 0);
    assert(error == 0);
    unix_init(&host, &c.server);
    for (int i = 0; i < 400; i++) {
        if (pick(&c, 5) == 0) {
            disturb(&c);
        } else {
            uint16_t verb = random_verb();
            uint64_t file = c.files[pick(&c, FILES)];
            struct loopback_call *call =
                file || verb == VERB_open
                    ? begin(&c, verb, verb == VERB_open && pick(&c, 2) ? 0 : file)
                    : NULL;
            if (call) {
                fill(call);
                submit(&c, call);
            }
        }
        check();
    }
    close_all(&c);
    assert(host.count == 0);
    assert(c.handles == 0);
    server_fini(&c.server);
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 0) : 1, last = argc > 1 ? first : 3000;
    for (uint64_t seed = first; seed <= last; seed++)
        run(seed);
    printf("%llu seeds\n", (unsigned long long)(last - first + 1));
    return 0;
}
