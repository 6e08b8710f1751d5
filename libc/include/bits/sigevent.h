/* bits/sigevent.h: struct sigevent, for <signal.h>, <aio.h> and <mqueue.h>. */
#pragma once
#include <bits/pthread_types.h>

union sigval {
    int sival_int;
    void *sival_ptr;
};

struct sigevent {
    union sigval sigev_value;
    int sigev_signo;
    int sigev_notify;
    void (*sigev_notify_function)(union sigval);
    pthread_attr_t *sigev_notify_attributes;
};
