/* bits/sigset.h: sigset_t, for signal.h, sys/select.h and poll.h. Signal n is bit n-1, as in the kernel. */
#pragma once

typedef struct {
    unsigned long __bits;
} sigset_t;
