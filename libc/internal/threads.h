/* internal/threads.h: the process's threads as a whole. */
#pragma once
#include "internal/lock.h"
#include "internal/thread.h"

struct thread_set {
    _Atomic int count; /* running threads */
    struct libc_lock lock;
    struct thread *
        dead; /* guarded by lock: detached threads that have ended; their stacks are freed by others */
};
LIBC_HIDDEN extern struct thread_set __threads;

/* Wait until the kernel has left the thread's stack: 0, or -ERR_TIMEDOUT. */
LIBC_HIDDEN int __thread_wait_gone(struct thread *thread, uint64_t deadline_ns);
/* Free a thread that is gone. */
LIBC_HIDDEN void __thread_free(struct thread *thread);
/* Free the detached threads that are gone by now. */
LIBC_HIDDEN void __thread_reap(void);

/* Run the destructors of thread-specific values; weak, in programs with keys. */
LIBC_HIDDEN void __keys_run_destructors(struct thread *self);
