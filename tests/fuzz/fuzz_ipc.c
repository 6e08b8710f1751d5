/*
 * fuzz_ipc.c: up to 16 system calls and messages of two hostile servers and two hostile clients, each with two threads.
 *
 * Each server holds its own scheme (a:, b:), both clients have an open file of each, pipes connect them, and everyone has handles of
 * the others. What the operations make (threads, forked processes) takes part.
 */
#include "core/namespace.h"
#include "core/scheme.h"
#include "tests/fuzz/core/target.h"

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
        target_do((struct op){.header = {SYS_scheme_create, i, 1, 0},
                              .args = {HANDLE(0), BLOCK(0), NUMBER(1)},
                              .memory = {TEXT(9 + i)}});
    for (unsigned i = 0; i < 4; i++) {
        (void)body_thread(process[i]);
        op_learn_handle(process[i],
                        body_give(process[i], &process[(i + 1) % 4]->process->object, RIGHT_ALL));
    }
    for (uint8_t i = 2; i < 4; i++) {
        target_open(i, 0, 2, i);
        target_open(i, 1, 3, i);
        target_do((struct op){.header = {SYS_event_create, i, 0, 1}});
        target_do((struct op){.header = {SYS_pipe_create, i, 0, 1}, .args = {BLOCK(0)}});
    }
    if (variant == 1) { /* each server has a thread that waits */
        target_serve(0);
        target_serve(1);
    }
}

const struct fuzz_target fuzz_target = {.variants = 2, .ops = 16, .failures = 1, .set_up = set_up};
