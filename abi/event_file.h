/*
 * event_file.h: the protocol of the scheme event:, files that programs wait for.
 *
 * open "counter" (eventfd), "semaphore" (the same; a read takes 1) with the first value as mode, or "timer" (timerfd) with the clock as
 * mode: DYAD_CLOCK_REALTIME or _MONOTONIC. All are read as a uint64_t; counters are written as one. A non-blocking file gives -ERR_AGAIN
 * where another waits. With FILE_PATH and no path: the scheme itself, for EVENT_CLOCK_SET.
 */
#pragma once
#include "abi/scheme.h"

enum event_file_verb {
    /* in: struct event_timer, args[0] EVENT_TIMER_*; out: struct event_timer, what was before. -ERR_CANCELED: it has been set, but it had been
     * canceled before, and nobody has read that */
    EVENT_TIMER_SET = VERB_PRIVATE + 160,
    EVENT_TIMER_GET, /* out: struct event_timer: from now */
    /* By effective uid 0, who has just set the real-time clock: absolute timers on it follow. -ERR_PERM */
    EVENT_CLOCK_SET,
};

#define EVENT_TIMER_ABSOLUTE 1u /* value is a time of the clock, not from now */
#define EVENT_TIMER_CANCEL \
    2u /* an absolute one of the real-time clock: when that is set, the next read gives -ERR_CANCELED */

#define EVENT_COUNTER_MAX (UINT64_MAX - 1)

struct event_timer {
    uint64_t value_ns;    /* 0: off */
    uint64_t interval_ns; /* 0: once */
};
