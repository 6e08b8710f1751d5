/* bits/ucontext.h: the interrupted thread's registers as a handler with SA_SIGINFO sees them; Linux's layout of gregs. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/sigset.h>

typedef struct {
    void *ss_sp;
    int ss_flags;
    size_t ss_size;
} stack_t;

#if __MISC_VISIBLE
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
#endif
__extension__ typedef long long greg_t;
typedef greg_t gregset_t[23];

typedef struct {
#if __MISC_VISIBLE
    gregset_t gregs;
    void *fpregs; /* the saved XSAVE area; changes in it are restored */
#else
    gregset_t __gregs;
    void *__fpregs;
#endif
    unsigned long __reserved[8];
} mcontext_t;

typedef struct ucontext_t {
    unsigned long uc_flags;
    struct ucontext_t *uc_link;
    stack_t uc_stack;
    mcontext_t uc_mcontext;
    sigset_t uc_sigmask;
} ucontext_t;
