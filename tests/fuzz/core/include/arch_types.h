/* arch_types.h: the body of the fuzzers: one core, user code is what the input says. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "abi/signal.h"

struct arch_space {
    uint64_t tickets;
};

struct arch_user {
    struct user_regs regs;
    uint64_t number, args[6]; /* of the call that it makes next */
    int64_t result;
    bool in_call; /* the call has no result yet */
    bool
        in_user; /* in user mode: it runs again when the input says so, or something asks for its attention */
};

struct arch_cpu {
    uint64_t timer_ns;
};
