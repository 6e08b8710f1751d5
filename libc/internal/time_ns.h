/* internal/time_ns.h: struct timespec and nanoseconds. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include "abi/syscall.h"
#include "internal/libc.h"

#define NS_PER_SECOND 1000000000UL

static inline bool __timespec_valid(const struct timespec *t)
{
    return t->tv_nsec >= 0 && t->tv_nsec < (long)NS_PER_SECOND;
}

/* May a deadline of pthread_cond_clockwait and its like be on this clock? */
static inline bool __clock_times_out(clockid_t clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
}

/* Nanoseconds; times past the year 2554 become DEADLINE_NEVER, those before 0 become 0. */
static inline uint64_t __timespec_ns(const struct timespec *t)
{
    if (t->tv_sec < 0)
        return 0;
    uint64_t seconds, ns;
    if (__builtin_mul_overflow((uint64_t)t->tv_sec, NS_PER_SECOND, &seconds) ||
        __builtin_add_overflow(seconds, (uint64_t)t->tv_nsec, &ns))
        return DEADLINE_NEVER;
    return ns;
}

static inline struct timespec __ns_timespec(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_SECOND),
                             .tv_nsec = (long)(ns % NS_PER_SECOND)};
}

/* a + b, or DEADLINE_NEVER. */
static inline uint64_t __ns_add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? DEADLINE_NEVER : sum;
}

/* An absolute time on a POSIX clock as a kernel deadline: only for the kernel, it is no number to reckon with. */
LIBC_HIDDEN uint64_t __deadline(clockid_t clock, const struct timespec *at);
/* A relative time as a deadline. */
LIBC_HIDDEN uint64_t __deadline_after(const struct timespec *delay);
