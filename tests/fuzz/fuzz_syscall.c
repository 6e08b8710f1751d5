/*
 * fuzz_syscall.c: one system call or message with any arguments, between two processes: then both are killed, and everything that the
 * kernel gave out must be back.
 *
 * Variant 0: the server waits in scheme_serve; what the client sends reaches it. Variant 1: the client waits in a call that the server
 * has received. What is left of the first byte says which allocation fails: 0 none.
 */
#include <stdlib.h>

#include "core/namespace.h"
#include "core/scheme.h"
#include "tests/fuzz/core/op.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

#define VARIANTS 2u
#define FAIL_MAX 16u

static bool print;

static void run_op(struct op op)
{
    op_run(&op);
}

#define BLOCK(at)     {.kind = WORD_BLOCK, .value = (at)}
#define HANDLE(which) {.kind = WORD_HANDLE, .value = (which)}
#define NUMBER(n)     {.value = (n)}
#define NEVER         {.kind = WORD_SPECIAL, .value = 2} /* UINT64_MAX; as a handle: none */
#define TEXT_A        {.kind = WORD_TEXT, .value = 9}
#define TEXT_A_F      {.kind = WORD_TEXT, .value = 2}

static void serve(uint8_t actor)
{
    run_op((struct op){.header = {SYS_scheme_serve, actor, 0, 2},
                       .args = {HANDLE(1), NUMBER(0), BLOCK(0), BLOCK(256), NUMBER(512), NEVER}});
}

static void set_up(unsigned variant)
{
    struct namespace *names = body_names();
    struct thread *server = body_process("server", names), *client = body_process("client", names);
    op_learn_handle(server, body_give(server, &names->object, RIGHT_ALL));
    run_op((struct op){.header = {SYS_scheme_create, 0, 1, 0},
                       .args = {HANDLE(0), BLOCK(0), NUMBER(1)},
                       .memory = {TEXT_A}});
    op_learn_handle(client, body_give(client, &names->object, RIGHT_ALL));
    op_learn_handle(client, body_give(client, &server->process->object, RIGHT_ALL));
    op_learn_handle(server, body_give(server, &client->process->object, RIGHT_ALL));
    run_op((struct op){.header = {SYS_pipe_create, 1, 0, 1}, .args = {BLOCK(0)}});
    run_op((struct op){.header = {SYS_event_create, 1, 0, 1}});
    run_op((struct op){.header = {SYS_memory_create, 1, 0, 1}, .args = {NUMBER(8192)}});
    kobject_put(&names->object);
    /* The client opens a:f, the server answers with file 7. */
    serve(0);
    run_op((struct op){.header = {SYS_open, 1, 1, 0},
                       .args = {NEVER, BLOCK(0), NUMBER(3), NUMBER(FILE_RDWR)},
                       .memory = {TEXT_A_F}});
    struct op answer = {.header = {SYS_scheme_serve, 0, 6, 1},
                        .args = {HANDLE(1), BLOCK(0)},
                        .memory = {{.kind = WORD_TAG},
                                   NUMBER(0),
                                   NUMBER(7),
                                   {.kind = WORD_SHIFTED, .value = 1, .extra = 23},
                                   NUMBER(0),
                                   NUMBER(0)}};
    run_op(answer);
    if (variant == 0) {
        serve(0);
        body_expect(!body_can_act(server) && body_can_act(client), "the server waits");
        return;
    }
    run_op((struct op){.header = {SYS_read, 1, 0, 0},
                       .args = {HANDLE(6), BLOCK(512), NUMBER(64), NEVER}});
    serve(0);
    body_expect(body_can_act(server) && !body_can_act(client), "the client waits");
}

static void run(unsigned variant, unsigned fail_at, const uint8_t *data, size_t size)
{
    struct op op;
    body_restore(variant);
    op_restore(variant);
    atomic_store(&body.machine->heap.fault.fail_at, fail_at);
    if (op_decode(data, size, &op) != 0)
        op_run(&op);
    atomic_store(&body.machine->heap.fault.fail_at, 0);
    body_teardown(size % 16 == 0);
    body_coverage_end(variant);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    print = getenv("FUZZ_PRINT") != NULL;
    body_init(0);
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        set_up(variant);
        body_snapshot(variant);
        op_snapshot(variant);
        body_teardown(true);
    }
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        body_coverage_begin();
        run(variant, 0, (const uint8_t *)"", 0);
        body_coverage_learn(variant);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (print)
        op_print(data, size);
    if (size != 0)
        run(data[0] % VARIANTS, data[0] / VARIANTS % FAIL_MAX, data + 1, size - 1);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    return op_mutate(
        &(struct op_shape){.most = 1, .usual = VARIANTS, .variants = VARIANTS * FAIL_MAX}, data,
        size, room, seed);
}
