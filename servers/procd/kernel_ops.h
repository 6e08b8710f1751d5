/*
 * kernel_ops.h: what procd's logic needs from the kernel and from its transport. main.c has the real ones, the host tests
 * a fake kernel.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "abi/proc.h"
#include "abi/signal.h"
#include "abi/syscall.h"

struct process;

/* Every int or int64_t result is >= 0 or -ERR_*. Operations on a process that has just died fail with -ERR_SRCH; its EVENT_EXIT
 * follows, so most callers ignore that. */
struct kernel_ops {
    /* -> a handle of the child, which does not run yet */
    int64_t (*fork)(void *context, handle_t parent, uint32_t thread, const struct cred *cred);
    /* op: PROCESS_START, STOP, CONTINUE or RESUME */
    int (*control)(void *context, handle_t process, enum process_op op, uint64_t arg);
    int (*kill)(void *context, handle_t process, int32_t status);
    int (*signal)(void *context, handle_t process, const struct signal_info *info);
    int (*set_cred)(void *context, handle_t process, const struct cred *cred);
    int (*info)(void *context, handle_t process, struct process_info *info);
    /* 1 when there was one, 0 when not */
    int (*take_event)(void *context, handle_t process, struct process_event *event);

    /* Supervises and watches: procd_event(process) is called from then on. */
    int (*supervise)(void *context, struct process *process);
    /* Ends that and closes process->handle. */
    void (*release)(void *context, struct process *process);

    /* Enumeration, for the start: live kernel ids in order (0: none left), and a handle of one. */
    uint64_t (*next)(void *context, uint64_t kid);
    int64_t (*find)(void *context, uint64_t kid);
    /* A handle that is in no table. */
    void (*close)(void *context, handle_t process);

    uint64_t (*now)(void *context);
    /* procd_tick is called at deadline_ns (UINT64_MAX: not at all). */
    void (*set_timer)(void *context, uint64_t deadline_ns);
    /* Answers a PROC_WAIT that procd_wait kept. */
    void (*wait_done)(void *context, void *token, int64_t result,
                      const struct proc_wait_result *out);
};
