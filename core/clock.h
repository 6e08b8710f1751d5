/* clock.h: the real-time clock: the body's, plus what root has set it ahead or back by; and the waits that follow it. */
#pragma once
#include "core/list.h"
#include "core/lock.h"

#include "abi/syscall.h"

struct machine;
struct thread;

struct clock {
    struct lock lock; /* rank LOCK_CLOCK */
    /* Guarded by lock: */
    struct list
        waiters GUARDED_BY(&lock); /* wait.clock_link of threads parked with a DEADLINE_REALTIME */
    _Atomic uint64_t ahead_ns;     /* modulo 2^64; written under lock */
};

void clock_init(struct machine *machine);
uint64_t clock_realtime_ns(struct machine *machine);
/* When a real-time deadline is, by CLOCK_MONOTONIC and the clock as it is set now. 0: it has passed. */
uint64_t clock_deadline(struct machine *machine, uint64_t realtime_ns);
/* CLOCK_REALTIME becomes now_ns, and waits with DEADLINE_REALTIME end when it says so. -ERR_PERM, -ERR_INVAL. Takes LOCK_CLOCK, and
 * each waiter's lock. */
MUST_CHECK status_t clock_set(struct thread *t, uint64_t now_ns);
