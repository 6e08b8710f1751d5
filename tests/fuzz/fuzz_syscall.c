/*
 * fuzz_syscall.c: one system call or message with any arguments, between two processes.
 *
 * Variant 0: the server waits in scheme_serve; what the client sends reaches it. Variant 1: the client waits in a call that the server
 * has received.
 */
#include "core/namespace.h"
#include "core/scheme.h"
#include "tests/fuzz/core/target.h"

enum { SERVER, CLIENT };

static void set_up(unsigned variant)
{
    struct namespace *names = body_names();
    struct thread *server = body_process("server", names), *client = body_process("client", names);
    op_learn_handle(server, body_give(server, &names->object, RIGHT_ALL));
    target_do((struct op){.header = {SYS_scheme_create, SERVER, 1, 0},
                          .args = {HANDLE(0), BLOCK(0), NUMBER(1)},
                          .memory = {TEXT(9)}});
    op_learn_handle(client, body_give(client, &names->object, RIGHT_ALL));
    op_learn_handle(client, body_give(client, &server->process->object, RIGHT_ALL));
    op_learn_handle(server, body_give(server, &client->process->object, RIGHT_ALL));
    target_do((struct op){.header = {SYS_pipe_create, CLIENT, 0, 1}, .args = {BLOCK(0)}});
    target_do((struct op){.header = {SYS_event_create, CLIENT, 0, 1}});
    target_do((struct op){.header = {SYS_memory_create, CLIENT, 0, 1}, .args = {NUMBER(8192)}});
    kobject_put(&names->object);
    target_open(CLIENT, SERVER, 2, 7); /* a:f */
    if (variant == 0) {
        target_serve(SERVER);
        body_expect(!body_can_act(server) && body_can_act(client), "the server waits");
        return;
    }
    target_do((struct op){.header = {SYS_read, CLIENT, 0, 0},
                          .args = {HANDLE(6), BLOCK(512), NUMBER(64), NEVER}});
    target_serve(SERVER);
    body_expect(body_can_act(server) && !body_can_act(client), "the client waits");
}

const struct fuzz_target fuzz_target = {.variants = 2, .ops = 1, .failures = 16, .set_up = set_up};
