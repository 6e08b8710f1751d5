/* internal/clock_id.h: POSIX clocks as the kernel's. */
#pragma once
#include <time.h>
#include "abi/error.h"
#include "abi/syscall.h"

/* enum dyad_clock, or -ERR_INVAL. */
static inline int __clock_id(clockid_t clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE: return DYAD_CLOCK_REALTIME;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME: return DYAD_CLOCK_MONOTONIC;
    case CLOCK_PROCESS_CPUTIME_ID: return DYAD_CLOCK_PROCESS;
    case CLOCK_THREAD_CPUTIME_ID: return DYAD_CLOCK_THREAD;
    default: return -ERR_INVAL;
    }
}
