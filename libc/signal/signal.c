/* signal.c: signal() with BSD's meaning: the handler stays, and calls are restarted. */
#include <signal.h>

static __signal_handler set(int sig, __signal_handler handler, int flags)
{
    struct sigaction action = {.sa_flags = flags}, old;
    action.sa_handler = handler;
    return sigaction(sig, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

__signal_handler signal(int sig, __signal_handler handler)
{
    return set(sig, handler, SA_RESTART);
}

__signal_handler bsd_signal(int sig, __signal_handler handler)
{
    return set(sig, handler, SA_RESTART);
}

__signal_handler sysv_signal(int sig, __signal_handler handler)
{
    return set(sig, handler, (int)(SA_RESETHAND | SA_NODEFER));
}
