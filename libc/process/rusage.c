/*
 * rusage.c: what has been used. The kernel does not split a process's own time; all of it counts as user time. The largest size is the largest
 * that was seen here; faults, switches and I/O are not counted.
 */
#include <sys/resource.h>
#include <sys/times.h>
#include "abi/layout.h"
#include "internal/process.h"

#define NS_PER_TICK 10000000UL /* 100 ticks a second */

static struct timeval timeval_of(uint64_t ns)
{
    return (struct timeval){.tv_sec = (time_t)(ns / 1000000000),
                            .tv_usec = (suseconds_t)(ns % 1000000000 / 1000)};
}

/* KiB of memory, and the most that any call has found. */
static long largest_size(void)
{
    static _Atomic long largest;
    struct process_info info;
    if (dyad_process_control(HANDLE_NONE, PROCESS_INFO, dyad_arg(&info), sizeof info) < 0)
        return largest;
    long now = (long)(info.pages * (DYAD_PAGE_SIZE / 1024)), seen = largest;
    while (now > seen && !__c11_atomic_compare_exchange_weak(&largest, &seen, now, __ATOMIC_RELAXED,
                                                             __ATOMIC_RELAXED))
        continue;
    return now > seen ? now : seen;
}

int getrusage(int who, struct rusage *usage)
{
    int64_t user = 0, system = 0;
    switch (who) {
    case RUSAGE_SELF: user = dyad_clock_get(DYAD_CLOCK_PROCESS); break;
    case RUSAGE_THREAD: user = dyad_clock_get(DYAD_CLOCK_THREAD); break;
    case RUSAGE_CHILDREN:
        user = (int64_t)__children_user_ns;
        system = (int64_t)__children_system_ns;
        break;
    default: user = -ERR_INVAL;
    }
    if (user >= 0)
        *usage = (struct rusage){.ru_utime = timeval_of((uint64_t)user),
                                 .ru_stime = timeval_of((uint64_t)system),
                                 .ru_maxrss = who == RUSAGE_CHILDREN ? 0 : largest_size()};
    return (int)__result(user < 0 ? user : 0);
}

clock_t times(struct tms *out)
{
    int64_t own = dyad_clock_get(DYAD_CLOCK_PROCESS), now = dyad_clock_get(DYAD_CLOCK_MONOTONIC);
    if (out)
        *out = (struct tms){.tms_utime = (clock_t)((uint64_t)own / NS_PER_TICK),
                            .tms_cutime = (clock_t)(__children_user_ns / NS_PER_TICK),
                            .tms_cstime = (clock_t)(__children_system_ns / NS_PER_TICK)};
    return __result(now < 0 ? now : (int64_t)((uint64_t)now / NS_PER_TICK));
}
