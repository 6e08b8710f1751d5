/* siglist.c: the names of signals, by number. */
#include <signal.h>
#include "abi/signal.h"

const char *const sys_siglist[NSIG] = {
#define X(name, number, text) [number] = text,
    DYAD_SIGNAL_LIST(X)
#undef X
};

const char *const sys_signame[NSIG] = {
#define X(name, number, text) [number] = #name,
    DYAD_SIGNAL_LIST(X)
#undef X
};
