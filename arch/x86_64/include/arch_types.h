/* arch_types.h: what the x86_64 body keeps in the core's structures. Plain types; no headers of the body. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi/signal.h"

/* The last few single pages whose translations were taken away: a core that is at most that far behind forgets
 * them one by one instead of everything. */
#define ARCH_SPACE_RECENT 8

/* Page tables of one address space. Changed under the space's lock; `generation` and `recent` are read without it. */
struct arch_space {
    uint64_t id;                 /* never used again */
    _Atomic uint64_t root;       /* physical address of the top table; 0: nothing is mapped */
    _Atomic uint64_t generation; /* counts removals; see space.c */
    _Atomic uint64_t
        recent[ARCH_SPACE_RECENT]; /* of removal n, at n % RECENT: the page, or 1: many */
    uint64_t tables;               /* pages in the tree, charged to the space's quota */
    uint64_t mapped;               /* pages that it translates */
};

struct arch_user {
    struct user_regs regs; /* trap.S has its offsets */
    uint32_t full; /* leave the kernel by iretq, with every register; 0: sysretq is enough */
    void *fpu;     /* heap block with the XSAVE area */
};

/* Everything is in the body's own struct core (cpu.h), found by the core's index. */
struct arch_cpu {
};
