/* alarm.c: the real-time interval timer, kept by procd, for alarm(). */
#include <unistd.h>
#include "internal/alarm.h"
#include "internal/process.h"
#include "internal/time_ns.h"

_Atomic uint64_t __alarm_interval_ns;

int64_t __alarm_arm(uint64_t value, uint64_t interval, uint64_t *left)
{
    uint64_t values[2] = {0, 0};
    int64_t result = __proc_verb(PROC_ALARM, value, interval, 0, 0, values);
    *left = values[0];
    return result;
}

unsigned alarm(unsigned seconds)
{
    uint64_t left = 0;
    __alarm_interval_ns = 0;
    if (__alarm_arm(seconds * NS_PER_SECOND, 0, &left) < 0)
        return 0;
    return (unsigned)((left + NS_PER_SECOND - 1) / NS_PER_SECOND);
}
