/* psignal.c: say which signal it was, on standard error. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

void psignal(int sig, const char *message)
{
    if (message && message[0])
        fprintf(stderr, "%s: %s\n", message, strsignal(sig));
    else
        fprintf(stderr, "%s\n", strsignal(sig));
}

void psiginfo(const siginfo_t *info, const char *message)
{
    psignal(info->si_signo, message);
}
