/* deadline.c: POSIX times as kernel deadlines. */
#include "internal/gate.h"
#include "internal/time_ns.h"

uint64_t __deadline_after(const struct timespec *delay)
{
    uint64_t ns = __timespec_ns(delay);
    if (ns == DEADLINE_NEVER)
        return DEADLINE_NEVER;
    return __ns_add((uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC), ns);
}

/* The kernel follows the real-time clock when it is set. */
uint64_t __deadline(clockid_t clock, const struct timespec *at)
{
    uint64_t ns = __timespec_ns(at);
    if (ns >= DEADLINE_REALTIME)
        return DEADLINE_NEVER;
    return clock == CLOCK_REALTIME ? ns | DEADLINE_REALTIME : ns;
}
