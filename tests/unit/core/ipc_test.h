/* ipc_test.h: what the tests of the IPC half share: processes whose threads do what the test says, one trap at a time. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "abi/scheme.h"
#include "core/event.h"
#include "core/handle.h"
#include "core/ipc.h"
#include "core/kschemes.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/scheme.h"
#include "fake_arch.h"

#define MIB (1UL << 20)

/* User memory of every actor: scratch that the helpers use, and room for the test. */
#define USER_BASE  0x100000UL
#define USER_BYTES (1UL << 20)
#define USER_BAD   0x40000000UL          /* nothing is mapped there */
#define AT_ARGS    (USER_BASE + 0x000UL) /* struct call_args */
#define AT_REPLY   (USER_BASE + 0x100UL) /* struct reply */
#define AT_REQUEST (USER_BASE + 0x200UL)
#define AT_PATH    (USER_BASE + 0x300UL)
#define AT_IN      (USER_BASE + 0x10000UL) /* 128 KiB each */
#define AT_OUT     (USER_BASE + 0x30000UL)
#define AT_DATA    (USER_BASE + 0x50000UL)
#define AT_BUFFER  (USER_BASE + 0x70000UL)

struct rig {
    struct machine *machine;
    struct cpu *cpu; /* the host thread's */
};

struct actor {
    struct rig *rig;
    struct process *process;
    struct thread *t; /* counted */
};

void rig_start(struct rig *rig);
/* All actors have ended; asserts that nothing is left. */
void rig_end(struct rig *rig);
/* Run every ready thread until it is in user mode again, parked or gone. */
void rig_pump(struct rig *rig);
/* How many processes there are. */
uint32_t rig_processes(struct rig *rig);
/* Let the clock move, and what is due fire. */
void rig_advance(struct rig *rig, uint64_t ns);

void actor_start(struct actor *a, struct rig *rig);
/* A further thread of the same process. */
void actor_thread(struct actor *a, struct actor *of);
/* End the process; every actor of its threads is over afterwards, but must still be dropped. */
void actor_kill(struct actor *a);
void actor_drop(struct actor *a);
void actor_end(struct actor *a); /* both, of a process with one thread */

/* A trap of the actor's thread: `call` is evaluated as its system call. -> the result, or STATUS_PARKED; then what became
 * ready has run. */
#define CALL(a, call) (actor_enter(a), actor_leave(a, (call)))
void actor_enter(struct actor *a);
status_t actor_leave(struct actor *a, status_t status);
bool actor_parked(struct actor *a);
/* The result of the call that was parked; asserts that it is complete. */
status_t actor_result(struct actor *a);
/* A signal arrives for the thread, and after the call has ended it is taken. */
void actor_signal(struct actor *a);
void actor_signal_taken(struct actor *a);

/* A machine with two processes of a thread each: setup and teardown of a test whose *state it is. */
struct two_actors {
    struct rig rig;
    struct actor a, b;
};
int two_actors_start(void **state);
int two_actors_end(void **state);

/* User memory. */
void put(struct actor *a, uint64_t user, const void *from, size_t bytes);
void get(struct actor *a, uint64_t user, void *to, size_t bytes);
void put_text(struct actor *a, uint64_t user, const char *text);
bool holds(struct actor *a, uint64_t user, const void *bytes, size_t count);

/* ---- schemes in few words ---- */

status_t do_open(struct actor *a, const char *path, unsigned flags);
/* verb with a payload of in_len bytes at AT_IN and room for out_len bytes at AT_OUT. */
status_t do_call(struct actor *a, handle_t h, unsigned verb, uint32_t in_len, uint32_t out_len);
status_t do_call_args(struct actor *a, handle_t h, unsigned verb, struct call_args args);
struct call_args call_outputs(struct actor *a);
status_t do_read(struct actor *a, handle_t h, uint64_t user, uint64_t bytes, uint64_t offset);
status_t do_write(struct actor *a, handle_t h, uint64_t user, uint64_t bytes, uint64_t offset);
status_t do_close(struct actor *a, handle_t h);
handle_t do_scheme(struct actor *server, const char *name); /* registered in the system namespace */

status_t do_receive(struct actor *server, handle_t scheme, uint64_t deadline);
status_t do_reply(struct actor *server, handle_t scheme, struct reply reply); /* only replies */
status_t do_reply_receive(struct actor *server, handle_t scheme, struct reply reply,
                          uint64_t deadline);
struct request received(struct actor *server); /* the request at AT_REQUEST */
struct reply simple_reply(uint32_t tag, int64_t result);

/* The whole way of an open that the server answers with this id and flags. */
handle_t open_file(struct actor *client, struct actor *server, handle_t scheme, const char *path,
                   unsigned flags, uint64_t id, uint64_t seekable);

/* Run `body` with the first, second ... allocation failing, until one run has none fail. */
void sweep(struct machine *machine, void (*body)(void *argument, bool failing), void *argument);
