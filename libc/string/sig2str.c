/* sig2str.c: signals by name (POSIX 2024), and the GNU names for their texts. */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sigabbrev_np(int sig)
{
    if (sig == SIGPOLL)
        return "POLL"; /* the POSIX name of SIGIO */
    return sig > 0 && sig < NSIG ? sys_signame[sig] : NULL;
}

const char *sigdescr_np(int sig)
{
    return sig > 0 && sig < NSIG ? sys_siglist[sig] : NULL;
}

/* Real-time signals are counted from the nearer end. */
int sig2str(int sig, char *out)
{
    const char *name = sigabbrev_np(sig);
    int up = sig - SIGRTMIN, down = SIGRTMAX - sig;
    if (name)
        strcpy(out, name);
    else if (up < 0 || down < 0)
        return -1;
    else if (up == 0 || down == 0)
        strcpy(out, up == 0 ? "RTMIN" : "RTMAX");
    else if (up <= down)
        snprintf(out, SIG2STR_MAX, "RTMIN+%d", up);
    else
        snprintf(out, SIG2STR_MAX, "RTMAX-%d", down);
    return 0;
}

/* The number at text, up to its end; -1: it is none, or above `most`. */
static int number(const char *text, int most)
{
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return -1;
    unsigned long value = strtoul(text, &end, 10);
    return *end == 0 && value <= (unsigned long)most ? (int)value : -1;
}

static int real_time(const char *text)
{
    int span = SIGRTMAX - SIGRTMIN, offset = 0;
    if (strncmp(text, "RTMIN", 5) != 0 && strncmp(text, "RTMAX", 5) != 0)
        return -1;
    bool from_min = text[4] == 'N';
    if (text[5] != 0)
        offset = text[5] == (from_min ? '+' : '-') ? number(text + 6, span) : -1;
    return offset < 0 ? -1 : from_min ? SIGRTMIN + offset : SIGRTMAX - offset;
}

int str2sig(const char *restrict text, int *restrict out)
{
    int sig = number(text, NSIG - 1);
    for (int i = 1; sig < 0 && i < NSIG; i++) {
        if (sys_signame[i] && strcmp(text, sys_signame[i]) == 0)
            sig = i;
    }
    if (sig < 0)
        sig = real_time(text);
    char name[SIG2STR_MAX];
    if (sig <= 0 || sig2str(sig, name) < 0)
        return -1;
    *out = sig;
    return 0;
}
