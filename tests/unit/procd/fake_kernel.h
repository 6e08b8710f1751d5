/* fake_kernel.h: a kernel for procd's tests: processes are table rows, and what procd does to them is recorded. */
#pragma once
#include "servers/procd/procd.h"

#define FAKE_MAX 64

struct fake_process {
    bool exists, supervised, stopped, started;
    struct process_info info;
    struct process_event events[8];
    unsigned event_count;
    uint64_t signals;        /* posted, as bits */
    struct signal_info last; /* the last one posted */
    unsigned resumed;
    bool killed;
    int32_t kill_status;
};

struct fake_kernel {
    struct procd procd;
    struct fake_process processes[FAKE_MAX]; /* kid and handle are the index */
    uint64_t next_kid;
    uint64_t now_ns, timer_ns;
    int fail_fork, fail_supervise, fail_start; /* -ERR_* once */
    /* The last wait_done: */
    void *done_token;
    int64_t done_result;
    struct proc_wait_result done_out;
    unsigned done_count;
};

extern const struct kernel_ops fake_kernel_ops;

/* An empty machine with procd started on it. */
void fake_init(struct fake_kernel *k);
/* procd has died and starts again on the same processes. */
void fake_restart_procd(struct fake_kernel *k);
/* A kernel process without a pid -> its handle. */
handle_t fake_create(struct fake_kernel *k);
struct fake_process *fake_of(struct fake_kernel *k, uint32_t pid);

/* What processes do: */
void fake_exit(struct fake_kernel *k, uint32_t pid, int32_t status);
void fake_default_signal(struct fake_kernel *k, uint32_t pid, int signo); /* EVENT_SIGNAL */
void fake_fault(struct fake_kernel *k, uint32_t pid, int signo);
/* Lets processes die that procd has killed. */
void fake_bury(struct fake_kernel *k);
