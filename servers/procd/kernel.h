/* kernel.h: struct kernel_ops by real system calls, and events and time by the server library. */
#pragma once
#include "servers/lib/server.h"
#include "servers/procd/procd.h"

struct kernel {
    struct procd *procd;
    struct server *server;
    handle_t proc;    /* the kernel's scheme `proc:`, for enumeration */
    uint64_t own_kid; /* procd cannot supervise itself */
    handle_t
        own_handle; /* nor kill itself before it has answered: that ends server_run, with this status */
    int32_t own_status;
    struct server_timer timer;
};

extern const struct kernel_ops kernel_ops_real;

/* The context of kernel_ops_real. server and procd are borrowed. -ERR_* when `proc:` cannot be opened. */
int kernel_init(struct kernel *kernel, struct procd *procd, struct server *server);
