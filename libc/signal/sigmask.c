/* sigmask.c: blocked and pending signals. */
#include <signal.h>
#include "internal/cancel.h"
#include "internal/signals.h"

static int64_t change_mask(int how, const sigset_t *set, sigset_t *old)
{
    uint64_t before = 0;
    if (set && how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK)
        return -ERR_INVAL;
    enum signal_op op = !set || how == SIG_BLOCK ? SIGNAL_BLOCK
                        : how == SIG_UNBLOCK     ? SIGNAL_UNBLOCK
                                                 : SIGNAL_SET_MASK;
    uint64_t bits = set ? set->__bits & ~SIGNALS_INTERNAL : 0;
    int64_t result = dyad_signal_control(op, bits, dyad_arg(&before));
    if (result >= 0 && old)
        old->__bits = before & ~SIGNALS_INTERNAL;
    return result;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
    return (int)__result(change_mask(how, set, old));
}

int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
    return (int)-change_mask(how, set, old);
}

int sigpending(sigset_t *set)
{
    uint64_t pending = 0;
    int64_t result = dyad_signal_control(SIGNAL_PENDING, dyad_arg(&pending), 0);
    if (result >= 0)
        set->__bits = pending & ~SIGNALS_INTERNAL;
    return (int)__result(result);
}

/* Ends with EINTR after a handler has run; a stop and continue does not end it. */
int64_t __signal_suspend(uint64_t mask)
{
    unsigned handlers = __thread_self()->handlers;
    int64_t result;
    do
        result = dyad_wait3(SYS_signal_control, SIGNAL_SUSPEND, mask, 0);
    while (__interrupted_by_libc(result, handlers));
    return result;
}

int sigsuspend(const sigset_t *mask)
{
    return (int)__result(CANCELLABLE(__signal_suspend(mask->__bits & ~SIGNALS_INTERNAL)));
}
