/*
 * event_file.h: the protocol of the scheme event:, files that programs wait for.
 *
 * open "counter" (eventfd), "semaphore" (the same; a read takes 1) with the first value as mode, or "timer" (timerfd) with the clock as
 * mode: DYAD_CLOCK_REALTIME or _MONOTONIC. All are read as a uint64_t; counters are written as one. A non-blocking file gives -ERR_AGAIN
 * where another waits.
 */
#pragma once
#include "abi/scheme.h"

enum event_file_verb {
    /* in: struct event_timer, args[0] 1: value is a time of the clock, 0: from now; out: struct event_timer, what was before */
    EVENT_TIMER_SET = VERB_PRIVATE + 160,
    EVENT_TIMER_GET, /* out: struct event_timer: from now */
};

#define EVENT_COUNTER_MAX (UINT64_MAX - 1)

struct event_timer {
    uint64_t value_ns;    /* 0: off */
    uint64_t interval_ns; /* 0: once */
};
