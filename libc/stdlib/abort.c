/* abort.c: the disorderly end: SIGABRT, whatever the program did about it. */
#include <signal.h>
#include <stdlib.h>

void abort(void)
{
    raise(SIGABRT);
    /* It was ignored, blocked, or its handler came back. */
    signal(SIGABRT, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGABRT);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(SIGABRT);
    _Exit(127);
}
