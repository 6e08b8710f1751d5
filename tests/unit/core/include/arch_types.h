/* arch_types.h: the body of the unit tests: no user code runs, everything is recorded. */
#pragma once
#include <stdint.h>

#include "abi/signal.h"

struct fake_space;

struct arch_space {
    struct fake_space *fake;
};

struct arch_user {
    struct user_regs regs;
    uint64_t number, args[6]; /* what arch_user_args gives */
    int64_t result;           /* what arch_user_result was given last */
    uint32_t results;         /* how often */
    struct arch_space *space; /* of arch_user_init or fork; NULL after fini */
};

struct arch_cpu {
    uint64_t timer_ns; /* arch_timer_arm */
    uint32_t kicks;
};
