/* oldsignal.c: the signal functions of System V and 4.2BSD. */
#include <stddef.h>
#include <signal.h>
#include <stdbool.h>

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

/* The answer is what was: SIG_HOLD for a signal that was blocked. Only SIG_HOLD leaves it blocked. */
__signal_handler sigset(int sig, __signal_handler handler)
{
    struct sigaction action = {0}, old;
    sigset_t mask;
    bool hold = handler == SIG_HOLD;
    action.sa_handler = handler;
    if (sigprocmask(SIG_BLOCK, NULL, &mask) < 0 || sigaction(sig, hold ? NULL : &action, &old) < 0)
        return SIG_ERR;
    int blocked = sigismember(&mask, sig);
    if ((hold ? sighold(sig) : sigrelse(sig)) < 0)
        return SIG_ERR;
    return blocked ? SIG_HOLD : old.sa_handler;
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
