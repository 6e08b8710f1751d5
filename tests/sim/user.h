/* user.h: actors, between user.c (they run) and actor.c (what they do). */
#pragma once
#include "tests/sim/actor.h"

struct actor {
    bool used;
    unsigned index;
    struct arch_user *user;
    struct fiber fiber;
    actor_fn *fn;
    uint64_t arg;
    actor_fn *fork_fn; /* where the next fork's child starts */
    uint64_t fork_arg;
    struct trap trap;
    struct sim_random random;
    uint32_t calls;      /* system calls so far */
    uint32_t swept;      /* of them the last that a sweep has looked at, */
    uint32_t swept_bits; /* and the states it was seen in */
    uint64_t seen;       /* a hash of its system calls and their results */
};

extern struct actor sim_actors[SIM_ACTORS_MAX];

/* Leave user mode with the trap in a->trap; -> when the thread runs again. */
void actor_trap(struct actor *a);
/* A moment between two instructions of user code. */
void actor_point(struct actor *a);

/* Functions are known to the kernel by addresses of this kind. */
#define CODE_BASE    0x400000UL
#define HANDLER_BASE 0x500000UL
#define IN_CODE      0x600000UL /* somewhere in the function */
uint64_t code_address(actor_fn *fn, uint64_t base);
void user_handler(struct actor *a, void (*fn)(struct actor *a, uint32_t signo));

static inline struct thread *actor_thread(const struct actor *a)
{
    return CONTAINER_OF(a->user, struct thread, user);
}
