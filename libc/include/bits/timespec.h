/* bits/timespec.h: struct timespec, for time.h, sys/stat.h and others. */
#pragma once
#include <bits/time_types.h>

struct timespec {
    time_t tv_sec;
    long tv_nsec;
};
