/* target.c: libFuzzer's side of the kernel's fuzz targets. */
#include "tests/fuzz/core/target.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

static bool print;

void target_do(struct op op)
{
    op_run(&op);
}

void target_serve(uint8_t actor)
{
    target_do(
        (struct op){.header = {SYS_scheme_serve, actor, 0, 2},
                    .args = {HANDLE(1), NUMBER(0), BLOCK(0), BLOCK(256), NUMBER(512), NEVER}});
}

void target_open(uint8_t client, uint8_t server, uint16_t text, uint16_t id)
{
    target_serve(server);
    target_do((struct op){.header = {SYS_open, client, 1, 0},
                          .args = {NEVER, BLOCK(0), NUMBER(3), NUMBER(FILE_RDWR)},
                          .memory = {TEXT(text)}});
    target_do((struct op){.header = {SYS_scheme_serve, server, 6, 1},
                          .args = {HANDLE(1), BLOCK(0)},
                          .memory = {{.kind = WORD_TAG},
                                     NUMBER(0),
                                     NUMBER(id),
                                     {.kind = WORD_SHIFTED, .value = 1, .extra = 23},
                                     NUMBER(0),
                                     NUMBER(0)}});
}

static void run(unsigned variant, unsigned fail_at, const uint8_t *data, size_t size)
{
    struct op op;
    size_t at = 0, used;
    body_restore(variant);
    op_restore(variant);
    atomic_store(&body.machine->heap.fault.fail_at, fail_at);
    for (unsigned i = 0; i < fuzz_target.ops && (used = op_decode(data + at, size - at, &op)) != 0;
         i++) {
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
    for (unsigned variant = 0; variant < fuzz_target.variants; variant++) {
        fuzz_target.set_up(variant);
        body_snapshot(variant);
        op_snapshot(variant);
        body_teardown(true);
    }
    for (unsigned variant = 0; variant < fuzz_target.variants; variant++) {
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
        run(data[0] % fuzz_target.variants, data[0] / fuzz_target.variants % fuzz_target.failures,
            data + 1, size - 1);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    struct op_shape shape = {.most = fuzz_target.ops,
                             .usual = fuzz_target.variants,
                             .variants = fuzz_target.variants * fuzz_target.failures};
    return op_mutate(&shape, data, size, room, seed);
}
