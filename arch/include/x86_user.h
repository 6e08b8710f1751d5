/* x86_user.h: what the bodies that run x86-64 code agree on about a user context. */
#pragma once
#include <stdint.h>

#include "abi/signal.h"

#define MXCSR_INITIAL 0x1f80
#define FCW_INITIAL   0x37f
/* CF PF AF ZF SF DF OF AC ID may be set by user code; IF and the reserved bit are always 1. */
#define FLAGS_USER  0x240cd5UL
#define FLAGS_FIXED 0x202UL

/* The system call in the registers. */
static inline void x86_user_call(const struct user_regs *r, uint64_t *number, uint64_t args[6])
{
    *number = r->rax;
    args[0] = r->rdi;
    args[1] = r->rsi;
    args[2] = r->rdx;
    args[3] = r->r10;
    args[4] = r->r8;
    args[5] = r->r9;
}
