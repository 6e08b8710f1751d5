/* arch_types.h: the simulator's body: cores are fibers, user threads are C functions ("actors"). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "abi/signal.h"

struct actor;
struct sim_space;

struct arch_space {
    struct sim_space *sim;
};

struct arch_user {
    struct actor *actor;      /* NULL after fini */
    struct arch_space *space; /* of init or fork */
    struct user_regs regs;    /* rax: the result of the last call */
    uint64_t number, args[6];
    int core;        /* where it was run and not yet left; -1: nowhere */
    bool waits;      /* a system call has been made and its result is not there yet */
    bool answered;   /* it is: a second one is a bug of the core */
    bool redirected; /* set has sent it to a signal handler */
};

struct arch_cpu {
    uint32_t unused;
};
