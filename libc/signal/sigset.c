/* sigset.c: sets of signals. */
#include <signal.h>
#include "internal/signals.h"

int sigemptyset(sigset_t *set)
{
    set->__bits = 0;
    return 0;
}

int sigfillset(sigset_t *set)
{
    set->__bits = ~SIGNALS_INTERNAL;
    return 0;
}

int sigaddset(sigset_t *set, int sig)
{
    if (!__signal_valid(sig))
        return (int)__result(-ERR_INVAL);
    set->__bits |= DYAD_SIGNAL_BIT(sig);
    return 0;
}

int sigdelset(sigset_t *set, int sig)
{
    if (!__signal_valid(sig))
        return (int)__result(-ERR_INVAL);
    set->__bits &= ~DYAD_SIGNAL_BIT(sig);
    return 0;
}

int sigismember(const sigset_t *set, int sig)
{
    if (!__signal_valid(sig))
        return (int)__result(-ERR_INVAL);
    return (set->__bits & DYAD_SIGNAL_BIT(sig)) != 0;
}

int sigisemptyset(const sigset_t *set)
{
    return set->__bits == 0;
}

int sigorset(sigset_t *out, const sigset_t *a, const sigset_t *b)
{
    out->__bits = a->__bits | b->__bits;
    return 0;
}

int sigandset(sigset_t *out, const sigset_t *a, const sigset_t *b)
{
    out->__bits = a->__bits & b->__bits;
    return 0;
}
