/*
 * ipc_cost.c: how many instructions of the kernel does a round trip of IPC take? Run it under callgrind:
 *
 *   valgrind --tool=callgrind --callgrind-out-file=/tmp/out build/release/tests/bench/ipc_cost call 8 10000
 *   callgrind_annotate --inclusive=yes /tmp/out | grep trip
 *
 * call BYTES COUNT: a call with a payload each way; read 1 COUNT: pread of one byte.
 * Client and server are on one core over the fake body, so what the body would do is not counted.
 */
#include <stdlib.h>

#include "core/sched.h"
#include "core/space.h"
#include "ipc_test.h"

struct bench {
    struct rig rig;
    struct actor client, server;
    handle_t scheme, file;
};

static void check(bool good)
{
    if (!good)
        abort();
}

/* What cpu_run_current does for a thread whose wait is over. */
static void resume(struct bench *b, struct thread *expected)
{
    struct thread *t = sched_next(b->rig.cpu);
    check(t == expected && t->wait.object != NULL);
    struct kobject *object = t->wait.object;
    t->wait.object = NULL;
    kobject_put(object);
}

static status_t answer(struct bench *b)
{
    return scheme_serve(b->server.t, b->scheme, AT_REPLY, AT_REQUEST, AT_BUFFER, 4096,
                        DEADLINE_NEVER);
}

static status_t read_file(struct bench *b)
{
    struct kobject *object;
    check(handle_lookup(b->client.process, b->file, 0, RIGHT_READ, &object, NULL) == 0);
    status_t status = object->ops->read(b->client.t, object, AT_OUT, 1, 0, 0);
    kobject_put(object);
    return status;
}

__attribute__((noinline)) static void trip(struct bench *b, bool is_read)
{
    status_t status =
        is_read ? read_file(b) : scheme_call(b->client.t, b->file, VERB_control, AT_ARGS);
    check(status == STATUS_PARKED);
    resume(b, b->server.t);
    check(answer(b) == STATUS_PARKED);
    resume(b, b->client.t);
}

/* Tags of one slot count their generations. */
static void trips(struct bench *b, bool is_read, uint32_t bytes, unsigned count)
{
    struct reply reply = simple_reply(0, is_read ? 1 : 0);
    reply.data = (void *)AT_DATA;
    reply.data_len = is_read ? 1 : bytes;
    for (unsigned i = 0; i < count; i++) {
        reply.tag = ((i + 1) % 65535 + 1) << 16;
        put(&b->server, AT_REPLY, &reply, sizeof reply);
        trip(b, is_read);
    }
}

static void start(struct bench *b, uint32_t bytes)
{
    rig_start(&b->rig);
    actor_start(&b->client, &b->rig);
    actor_start(&b->server, &b->rig);
    b->scheme = do_scheme(&b->server, "t");
    b->file = open_file(&b->client, &b->server, b->scheme, "t:f", FILE_RDWR, 7, FILE_SEEKABLE);
    struct call_args args = {.in = (void *)AT_IN,
                             .out = (void *)AT_OUT,
                             .in_len = bytes,
                             .out_len = bytes,
                             .deadline = DEADLINE_NEVER,
                             .send = HANDLE_NONE};
    put(&b->client, AT_ARGS, &args, sizeof args);
    put_text(&b->client, AT_IN, "in");
    put_text(&b->client, AT_OUT, "out");
    put_text(&b->server, AT_DATA, "data");
    check(do_receive(&b->server, b->scheme, DEADLINE_NEVER) == STATUS_PARKED);
    b->rig.cpu->current = b->client.t;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    if (argc != 4)
        return 2;
    uint32_t bytes = (uint32_t)strtoul(argv[2], NULL, 10);
    start(&bench, bytes);
    trips(&bench, strcmp(argv[1], "read") == 0, bytes, (unsigned)strtoul(argv[3], NULL, 10));
    return 0;
}
