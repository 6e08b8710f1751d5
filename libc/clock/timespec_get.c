/* timespec_get.c: the clocks of C11 and C23, and how fine they are. */
#define _ISOC23_SOURCE 1
#include <time.h>

/* The clock of a time base; -1: there is none. */
static clockid_t clock_of(int base)
{
    switch (base) {
    case TIME_UTC: return CLOCK_REALTIME;
    case TIME_MONOTONIC: return CLOCK_MONOTONIC;
    case TIME_ACTIVE: return CLOCK_PROCESS_CPUTIME_ID;
    case TIME_THREAD_ACTIVE: return CLOCK_THREAD_CPUTIME_ID;
    default: return -1;
    }
}

int timespec_get(struct timespec *ts, int base)
{
    clockid_t clock = clock_of(base);
    return clock != -1 && clock_gettime(clock, ts) == 0 ? base : 0;
}

int timespec_getres(struct timespec *ts, int base)
{
    clockid_t clock = clock_of(base);
    return clock != -1 && clock_getres(clock, ts) == 0 ? base : 0;
}
