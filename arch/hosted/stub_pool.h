/*
 * stub_pool.h: the Linux processes that hold guest address spaces: spawned by one thread that never ends (its
 * end would kill them), kept ready, reused, and noticed by a reaper when they die.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "arch/include/arch.h"
#include "stub/stub_abi.h"

#define STUB_WORDS (STUB_THREADS_MAX / 64)

struct stub {
    /* Constant while the process lives: */
    pid_t pid;
    uint32_t slot;
    struct stub_header
        *header; /* shared and therefore hostile: never trusted, never indexed with */
    struct stub_context *contexts;
    _Atomic uint32_t *wake; /* the slot's page of wake words */

    _Atomic bool dead;
    pthread_mutex_t signal_lock; /* keeps a dying process from being reaped while it is signalled */

    /* Guarded by thread_lock: */
    pthread_mutex_t thread_lock;
    uint32_t threads; /* created, indices below */
    uint64_t used[STUB_WORDS];
    pid_t tids[STUB_THREADS_MAX];
    uint16_t places
        [STUB_THREADS_MAX]; /* affinity.c: 0, or 1 + where it is bound to; the running core's */
    bool spoilt;            /* do not reuse */

    /* Guarded by the space's lock: */
    _Atomic uint64_t tail; /* our copies of the ring's numbers; tail is read without the lock */
    uint64_t flush, done;
    uint64_t published; /* replay/replay.c: what the stub may know of tail */
    uint32_t mappings;  /* upper bound of what Linux counts against max_map_count */

    /* Per core: 0 when it does not run this space, else 1 + the tail that it entered with. */
    _Atomic uint64_t in_run[DYAD_CPUS_MAX];

    /* Guarded by the pool's lock: */
    struct stub *next; /* of all */
    struct stub *next_ready;
    bool owned; /* by a space or the ready list */
    bool reaped;
};

void stub_pool_start(bool private_text);
void stub_pool_expect_child(
    void); /* one more child of the process that the reaper should collect */

MUST_CHECK status_t stub_take(struct stub **out); /* -ERR_AGAIN */
void stub_give_back(struct stub *stub);

void stub_signal(struct stub *stub, uint32_t index); /* STUB_SIGNAL to a thread */
void stub_kill(struct stub *stub);
/* The letter that /proc has for a thread of it: t or T stopped by a debugger or SIGSTOP, S asleep, R ...; '\0': it is gone. */
char stub_state(const struct stub *stub, uint32_t index);

/* Kill every stub and wait a moment until they are gone. Afterwards none is created. */
void stub_pool_shutdown(void);

/* control.c: the file of shared pages */
void control_init(void);
int control_fd(void);
bool control_attach(struct stub *stub,
                    uint32_t slot);    /* maps the slot; false: out of host memory */
void control_reset(struct stub *stub); /* before a new process uses it */
void control_wake(uint32_t number);    /* wake the thread of context `number` */
void control_context_init(struct stub *stub, uint32_t index);
static inline uint32_t control_number(const struct stub *stub, uint32_t index)
{
    return stub->slot * STUB_THREADS_MAX + index;
}
