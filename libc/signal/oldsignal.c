/* oldsignal.c: the signal functions of System V and 4.2BSD. */
#include <signal.h>

static int change_one(int how, int sig)
{
    sigset_t set;
    sigemptyset(&set);
    return sigaddset(&set, sig) < 0 ? -1 : sigprocmask(how, &set, NULL);
}

int sighold(int sig)
{
    return change_one(SIG_BLOCK, sig);
}
int sigrelse(int sig)
{
    return change_one(SIG_UNBLOCK, sig);
}

int sigignore(int sig)
{
    struct sigaction action = {0};
    action.sa_handler = SIG_IGN;
    return sigaction(sig, &action, NULL);
}

int sigpause(int sig)
{
    sigset_t mask;
    if (sigprocmask(SIG_BLOCK, NULL, &mask) < 0 || sigdelset(&mask, sig) < 0)
        return -1;
    return sigsuspend(&mask);
}

/* Only the first 32 signals fit. */
static int mask_call(int how, unsigned mask)
{
    sigset_t set = {.__bits = mask}, old;
    return sigprocmask(how, &set, &old) < 0 ? -1 : (int)old.__bits;
}

int sigblock(int mask)
{
    return mask_call(SIG_BLOCK, (unsigned)mask);
}
int sigsetmask(int mask)
{
    return mask_call(SIG_SETMASK, (unsigned)mask);
}
int siggetmask(void)
{
    return mask_call(SIG_BLOCK, 0);
}
