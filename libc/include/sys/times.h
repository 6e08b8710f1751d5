/* sys/times.h: processor time in clock ticks (sysconf(_SC_CLK_TCK)). */
#pragma once
#include <features.h>
#include <bits/types.h>

struct tms {
    clock_t tms_utime, tms_stime, tms_cutime, tms_cstime;
};

__BEGIN_DECLS
clock_t times(struct tms *__out);
__END_DECLS
