/* bits/ucontext.h: the interrupted thread's registers as a handler with SA_SIGINFO sees them; Linux's layout of gregs. */
#pragma once
#include <bits/types.h>
#include <bits/sigset.h>

typedef struct {
    void *ss_sp;
    int ss_flags;
    size_t ss_size;
} stack_t;

enum {
    REG_R8,
    REG_R9,
    REG_R10,
    REG_R11,
    REG_R12,
    REG_R13,
    REG_R14,
    REG_R15,
    REG_RDI,
    REG_RSI,
    REG_RBP,
    REG_RBX,
    REG_RDX,
    REG_RAX,
    REG_RCX,
    REG_RSP,
    REG_RIP,
    REG_EFL,
    REG_CSGSFS,
    REG_ERR,
    REG_TRAPNO,
    REG_OLDMASK,
    REG_CR2,
    NGREG
};
typedef long long greg_t;
typedef greg_t gregset_t[NGREG];

typedef struct {
    gregset_t gregs;
    void *fpregs; /* the saved XSAVE area; changes in it are restored */
    unsigned long __reserved[8];
} mcontext_t;

typedef struct ucontext {
    unsigned long uc_flags;
    struct ucontext *uc_link;
    stack_t uc_stack;
    mcontext_t uc_mcontext;
    sigset_t uc_sigmask;
} ucontext_t;
