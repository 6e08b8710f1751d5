/* internal/signals.h: the process's signal actions. */
#pragma once
#include <signal.h>
#include "abi/signal.h"
#include "internal/gate.h"
#include "internal/lock.h"

struct signal_action {
    void (*handler)(int); /* or SIG_DFL, SIG_IGN */
    uint64_t mask;
    int flags;
};

struct signal_state {
    struct libc_lock lock; /* taken with all signals blocked */
    /* Guarded by lock: */
    struct signal_action actions[NSIG];
    struct signal_actions kernel; /* what SIGNAL_SET_ACTIONS was last given */
    bool entry_set;
};
LIBC_HIDDEN extern struct signal_state __signals;

#define SIGNALS_ALL (~0UL)
/* 32 and 33 are kept for libc. */
#define SIGNALS_INTERNAL (3UL << 31)

/* Block every signal; returns the mask to give back. */
LIBC_HIDDEN uint64_t __signals_block_all(void);
LIBC_HIDDEN void __signals_restore(uint64_t mask);

static inline bool __signal_valid(int sig)
{
    return sig > 0 && sig < NSIG;
}

LIBC_HIDDEN void __signal_entry(void); /* entry.S: where the kernel sends a thread */
LIBC_HIDDEN extern uint64_t __signal_xsave_size;
/* entry.S calls it with the FPU state saved at `fpu`. */
LIBC_HIDDEN void __signal_dispatch(int sig, struct signal_frame *frame, void *fpu);
LIBC_HIDDEN void __signal_info_convert(const struct signal_info *from, siginfo_t *to);
/* sigaction without validation of the caller's intent: also for SIGNALS_INTERNAL. */
LIBC_HIDDEN int64_t __signal_action_set(int sig, const struct signal_action *action,
                                        struct signal_action *old);
/* Wait with another mask until a handler has run: -ERR_INTR. */
LIBC_HIDDEN int64_t __signal_suspend(uint64_t mask);
