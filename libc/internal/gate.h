/*
 * internal/gate.h: how libc's functions use the kernel: results become errno in one place, and calls that a signal
 * interrupted are repeated in one way.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <dyad/syscall.h>
#include "internal/libc.h"
#include "internal/thread.h"

/* The address of the gate (AT_DYAD_GATE). Set once by __libc_start. */
LIBC_HIDDEN extern uint64_t __dyad_gate;

/* A raw result as POSIX wants it: negative values set errno and give -1. The only place where errno is set from one. */
LIBC_HIDDEN long __result(int64_t result);

/*
 * Restarting: a blocking call is made as
 *     do { seen = __interruptions(); r = dyad_...(); } while (__restart(r, seen));
 * It is repeated after -ERR_INTR unless a handler without SA_RESTART ran meanwhile.
 */
static inline unsigned __interruptions(void)
{
    return __thread_self()->interruptions;
}
static inline bool __restart(int64_t result, unsigned seen)
{
    return unlikely(result == -ERR_INTR) && __thread_self()->interruptions == seen &&
           !__thread_self()->cancel_now;
}

/* VERB calls, restarted as above. The first carries numbers only; values (two of the reply) may be NULL. */
LIBC_HIDDEN int64_t __verb(handle_t h, uint32_t verb, uint64_t a, uint64_t b, uint64_t c,
                           uint64_t d, uint64_t *values);
LIBC_HIDDEN int64_t __verb_call(handle_t h, uint32_t verb, struct call_args *args);
/* A call with payloads and two numbers, for control verbs and stat. */
LIBC_HIDDEN int64_t __verb_data(handle_t h, uint32_t verb, uint64_t a, uint64_t b, const void *in,
                                size_t in_len, void *out, size_t out_len);

/* call_args with no payload, no handle and no deadline. */
#define CALL_ARGS_NONE {.deadline = DEADLINE_NEVER, .send = HANDLE_NONE, .received = HANDLE_NONE}
