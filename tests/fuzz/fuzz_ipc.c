/*
 * fuzz_ipc.c: up to 16 system calls and messages of two hostile servers and two hostile clients, each with two threads; then everybody
 * is killed, and everything that the kernel gave out must be back.
 *
 * Each server holds its own scheme (a:, b:), both clients have an open file of each, pipes connect them, and everyone has handles of
 * the others. What the operations make (threads, forked processes) takes part.
 */
#include <stdlib.h>

#include "core/namespace.h"
#include "core/scheme.h"
#include "tests/fuzz/core/op.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

#define OPS_MAX  16u
#define VARIANTS 2u

static bool print;

#define BLOCK(at)     {.kind = WORD_BLOCK, .value = (at)}
#define HANDLE(which) {.kind = WORD_HANDLE, .value = (which)}
#define NUMBER(n)     {.value = (n)}
#define NEVER         {.kind = WORD_SPECIAL, .value = 2} /* UINT64_MAX; as a handle: none */
#define TEXT(which)   {.kind = WORD_TEXT, .value = (which)}

static void run_op(struct op op)
{
    op_run(&op);
}

static void serve(uint8_t actor)
{
    run_op((struct op){.header = {SYS_scheme_serve, actor, 0, 2},
                       .args = {HANDLE(1), NUMBER(0), BLOCK(0), BLOCK(256), NUMBER(512), NEVER}});
}

static void open_file(uint8_t client, uint8_t server, uint16_t text, uint16_t id)
{
    serve(server);
    run_op((struct op){.header = {SYS_open, client, 1, 0},
                       .args = {NEVER, BLOCK(0), NUMBER(3), NUMBER(FILE_RDWR)},
                       .memory = {TEXT(text)}});
    run_op((struct op){.header = {SYS_scheme_serve, server, 6, 1},
                       .args = {HANDLE(1), BLOCK(0)},
                       .memory = {{.kind = WORD_TAG},
                                  NUMBER(0),
                                  NUMBER(id),
                                  {.kind = WORD_SHIFTED, .value = 1, .extra = 23},
                                  NUMBER(0),
                                  NUMBER(0)}});
}

/* Threads in slots: 0 and 4 server a, 1 and 5 server b, 2 and 6 client, 3 and 7 the other client. */
static void set_up(unsigned variant)
{
    struct namespace *system = body_names();
    struct thread *process[4];
    static const char *const names[4] = {"server-a", "server-b", "client", "other"};
    for (unsigned i = 0; i < 4; i++) {
        process[i] = body_process(names[i], system);
        op_learn_handle(process[i], body_give(process[i], &system->object, RIGHT_ALL));
    }
    kobject_put(&system->object);
    for (uint8_t i = 0; i < 2; i++)
        run_op((struct op){.header = {SYS_scheme_create, i, 1, 0},
                           .args = {HANDLE(0), BLOCK(0), NUMBER(1)},
                           .memory = {TEXT(9 + i)}});
    for (unsigned i = 0; i < 4; i++) {
        (void)body_thread(process[i]);
        op_learn_handle(process[i],
                        body_give(process[i], &process[(i + 1) % 4]->process->object, RIGHT_ALL));
    }
    for (uint8_t i = 2; i < 4; i++) {
        open_file(i, 0, 2, i);
        open_file(i, 1, 3, i);
        run_op((struct op){.header = {SYS_event_create, i, 0, 1}});
        run_op((struct op){.header = {SYS_pipe_create, i, 0, 1}, .args = {BLOCK(0)}});
    }
    if (variant == 1) { /* each server has a thread that waits */
        serve(0);
        serve(1);
    }
}

static void run(unsigned variant, const uint8_t *data, size_t size)
{
    struct op op;
    size_t at = 0, used;
    body_restore(variant);
    op_restore(variant);
    for (unsigned i = 0; i < OPS_MAX && (used = op_decode(data + at, size - at, &op)) != 0; i++) {
        op_run(&op);
        at += used;
    }
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
        run(variant, (const uint8_t *)"", 0);
        body_coverage_learn(variant);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (print)
        op_print(data, size);
    if (size != 0)
        run(data[0] % VARIANTS, data + 1, size - 1);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    return op_mutate(&(struct op_shape){.most = OPS_MAX, .usual = VARIANTS, .variants = VARIANTS},
                     data, size, room, seed);
}
