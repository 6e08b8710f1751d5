/* sigwait.c: take a pending signal without its handler. */
#include <errno.h>
#include <signal.h>
#include "internal/cancel.h"
#include "internal/signals.h"
#include "internal/time_ns.h"

static int64_t wait_until(const sigset_t *set, siginfo_t *info, uint64_t deadline)
{
    struct signal_wait wait = {.set = set->__bits & ~SIGNALS_INTERNAL, .deadline = deadline};
    unsigned handlers = __thread_self()->handlers;
    int64_t sig;
    do
        sig = dyad_wait3(SYS_signal_control, SIGNAL_WAIT, dyad_arg(&wait), 0);
    while (__interrupted_by_libc(sig, handlers));
    if (sig > 0 && info)
        __signal_info_convert(&wait.info, info);
    return sig == -ERR_TIMEDOUT ? -ERR_AGAIN : sig;
}

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
    return (int)__result(CANCELLABLE(wait_until(set, info, DEADLINE_NEVER)));
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                 const struct timespec *restrict timeout)
{
    if (timeout && !__timespec_valid(timeout))
        return (int)__result(-ERR_INVAL);
    uint64_t deadline = timeout ? __deadline_after(timeout) : DEADLINE_NEVER;
    return (int)__result(CANCELLABLE(wait_until(set, info, deadline)));
}

int sigwait(const sigset_t *restrict set, int *restrict sig)
{
    int64_t result;
    do
        result = CANCELLABLE(wait_until(set, NULL, DEADLINE_NEVER));
    while (result == -ERR_INTR);
    if (result < 0)
        return (int)-result;
    *sig = (int)result;
    return 0;
}
