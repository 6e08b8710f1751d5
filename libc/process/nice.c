/* nice.c: priorities, as weights of the scheduler: one step of nice is about 1.25. */
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>
#include "internal/process.h"

static _Atomic int nice_value;

static const uint32_t weights[] = {
    65536, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906,
    3121,  2501,  1991,  1586,  1277,  1024,  820,   655,   526,   423,  335,  272,  215,  172,
    137,   110,   87,    70,    56,    45,    36,    29,    23,    18,   15,   12,
};

static int clamp(int value)
{
    return value < PRIO_MIN ? PRIO_MIN : value > PRIO_MAX - 1 ? PRIO_MAX - 1 : value;
}

static int64_t set_nice(int value)
{
    if (value < nice_value && dyad_cred_get(CRED_EUID) != 0)
        return -ERR_ACCES;
    int64_t result = dyad_thread_control(THREAD_SET_WEIGHT, weights[value - PRIO_MIN], 0);
    if (result >= 0)
        nice_value = value;
    return result;
}

/* The process itself is the only one whose priority can be seen or set. */
static int is_self(int which, id_t who)
{
    switch (which) {
    case PRIO_PROCESS: return who == 0 || who == (id_t)getpid();
    case PRIO_PGRP: return who == 0 || who == (id_t)getpgrp();
    case PRIO_USER: return who == 0 || who == getuid();
    default: return -1;
    }
}

int getpriority(int which, id_t who)
{
    int self = is_self(which, who);
    if (self > 0)
        return nice_value;
    return (int)__result(self < 0 ? -ERR_INVAL : -ERR_SRCH);
}

int setpriority(int which, id_t who, int value)
{
    int self = is_self(which, who);
    if (self <= 0)
        return (int)__result(self < 0 ? -ERR_INVAL : -ERR_SRCH);
    return (int)__result(set_nice(clamp(value)));
}

int nice(int change)
{
    int64_t result = set_nice(clamp(nice_value + clamp(change)));
    if (result < 0) {
        errno = EPERM;
        return -1;
    }
    return nice_value;
}
