/* internal/alarm.h: the real-time interval timer. */
#pragma once
#include <stdint.h>
#include "internal/libc.h"

/* Arm it (value 0: stop) -> 0 or -ERR_*; *left: ns that were left. */
LIBC_HIDDEN int64_t __alarm_arm(uint64_t value, uint64_t interval, uint64_t *left);
/* procd reports what was left but not the interval, so it is remembered here. */
LIBC_HIDDEN extern _Atomic uint64_t __alarm_interval_ns;
