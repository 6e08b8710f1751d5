/* internal/clock_id.h: POSIX clocks as the kernel's. */
#pragma once
#include <time.h>
#include "abi/error.h"
#include "abi/syscall.h"
#include "internal/gate.h"

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

/*
 * CPU clocks of other threads and processes, with Linux's numbers: the complement of the id above three bits. Only clock_getcpuclockid and
 * pthread_getcpuclockid give them.
 */
#define CLOCK_OF_PROCESS 2
#define CLOCK_OF_THREAD  6

static inline clockid_t __clock_make(uint32_t id, int kind)
{
    return (clockid_t)(~id << 3 | (uint32_t)kind);
}

/* ns of CPU time of such a clock; -ERR_INVAL: there is none. */
LIBC_HIDDEN int64_t __clock_read_other(clockid_t clock);

/* The clock that is CLOCK_THREAD_CPUTIME_ID to the caller, for others. Whoever uses it links __clock_read_other. */
LIBC_HIDDEN clockid_t __clock_own_thread(void);

/* What any clock says, or -ERR_INVAL. */
LIBC_HIDDEN int64_t __clock_read(clockid_t clock);
