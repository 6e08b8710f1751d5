/* bits/timeval.h: struct timeval, for sys/time.h, sys/select.h and others. */
#pragma once
#include <bits/types.h>

struct timeval {
    time_t tv_sec;
    suseconds_t tv_usec;
};
