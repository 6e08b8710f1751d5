/* timespec_getres.c: C23: how fine timespec_get's clock is. */
#include <time.h>

int timespec_getres(struct timespec *ts, int base)
{
    return base == TIME_UTC && clock_getres(CLOCK_REALTIME, ts) == 0 ? base : 0;
}
