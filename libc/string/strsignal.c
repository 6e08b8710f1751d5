/* strsignal.c: the texts of the signal numbers. */
#include <stdio.h>
#include <string.h>
#include "abi/signal.h"
#include "internal/libc.h"

#define X(name, number, text) [number] = text,
static const char *const texts[] = {DYAD_SIGNAL_LIST(X)};
#undef X

char *strsignal(int sig)
{
    static _Thread_local char unknown[32];
    if (sig > 0 && (size_t)sig < ARRAY_COUNT(texts) && texts[sig])
        return (char *)texts[sig];
    snprintf(unknown, sizeof unknown,
             sig >= 32 && sig <= DYAD_SIGNAL_COUNT ? "Real-time signal %d" : "Unknown signal %d",
             sig >= 32 && sig <= DYAD_SIGNAL_COUNT ? sig - 32 : sig);
    return unknown;
}
