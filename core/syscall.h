/* syscall.h: the one table of system calls. The ABI is abi/syscall.h. */
#pragma once
#include "core/thread.h"

/* Do the system call that t, current, has trapped with. -> its result, or STATUS_* of core/base.h. */
MUST_CHECK status_t syscall_dispatch(struct thread *t);

/*
 * The calls that only read what is the caller's own, for bodies that can ask before they leave the user context (they need
 * not). As if the thread had gone on computing: it keeps the core, its space and its registers, and leaves nothing to do to the
 * core's loop. On the core that runs it, no locks held. `done` 0: the call is for syscall_dispatch.
 */
struct syscall_quick {
    uint64_t done;
    int64_t result;
};
struct syscall_quick syscall_quick(uint64_t number, uint64_t arg);
/* A bit for each of them, modulo 64: whether it is worth asking. */
extern const uint64_t syscall_quick_mask;
