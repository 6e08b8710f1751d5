/* internal/threads.h: the process's threads as a whole. */
#pragma once
#include "internal/lock.h"
#include "internal/thread.h"

#define THREAD_BUCKETS 64

struct thread_set {
    _Atomic int count; /* running threads */
    unsigned forks;    /* generations since the program began: the child of a fork has one thread */
    struct libc_lock lock;
    /* Guarded by lock: */
    struct thread *dead;    /* detached threads that have ended; others free their stacks */
    struct thread *initial; /* the one that was there before all others; NULL: not known */
    struct thread *known[THREAD_BUCKETS]; /* the others, until they are freed; by address */
};
LIBC_HIDDEN extern struct thread_set __threads;

/* The thread that a pthread_t names; NULL when its life is over: joined, or detached and ended. */
LIBC_HIDDEN struct thread *__thread_find(unsigned long handle);
LIBC_HIDDEN void __thread_known(struct thread *thread);
/* A signal to another thread, also one of libc's own: 0 or an errno value. */
LIBC_HIDDEN int __thread_signal(struct thread *thread, int sig);
/* Wait until the kernel has left the thread's stack: 0, or -ERR_TIMEDOUT. */
LIBC_HIDDEN int __thread_wait_gone(struct thread *thread, uint64_t deadline_ns);
/* Free a thread that is gone. */
LIBC_HIDDEN void __thread_free(struct thread *thread);
/* Free the detached threads that are gone by now. */
LIBC_HIDDEN void __thread_reap(void);

/* Run the destructors of thread-specific values; weak, in programs with keys. */
LIBC_HIDDEN void __keys_run_destructors(struct thread *self);
