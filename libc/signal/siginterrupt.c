/* siginterrupt.c: whether a handler interrupts calls. */
#include <stddef.h>
#include <signal.h>

int siginterrupt(int sig, int interrupts)
{
    struct sigaction action;
    if (sigaction(sig, NULL, &action) < 0)
        return -1;
    if (interrupts)
        action.sa_flags &= ~SA_RESTART;
    else
        action.sa_flags |= SA_RESTART;
    return sigaction(sig, &action, NULL);
}
