/*
 * internal/thread.h: what a thread has of its own. FS points at its struct thread; the program's TLS block lies just
 * below it (variant II). Offsets 0 and 0x28 are fixed by the x86-64 TLS ABI and the compiler's stack protector.
 */
#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/syscall.h"
#include "internal/libc.h"

struct __cleanup;

enum thread_state { THREAD_JOINABLE, THREAD_DETACHED, THREAD_EXITED, THREAD_JOINED };

struct thread {
    struct thread *self;
    uintptr_t reserved[4];
    uintptr_t canary;

    int error;               /* errno */
    unsigned interruptions;  /* handlers without SA_RESTART that ran; see internal/gate.h */
    unsigned handlers;       /* all handlers that ran */
    uint32_t id;             /* the kernel's thread id; 0 until somebody asked */
    _Atomic int state;       /* enum thread_state */
    _Atomic int alive;       /* 1 until the kernel has left the thread's stack for good */
    volatile int cancel_now; /* 1: what waits is to return -ERR_INTR; gate.S reads it */
    _Atomic int cancel_requested;
    int cancel_state, cancel_type;
    volatile int cancel_point; /* 1 in a cancellation point */
    bool keys_used;            /* values has been written to */
    void *mapping;             /* stack, guard, TLS and this struct; NULL for the first thread */
    size_t mapping_size;
    void *stack; /* what pthread_getattr_np tells; NULL: the process's own */
    size_t stack_size, guard_size;
    void *result;
    void *(*start)(void *);
    void *argument;
    uint64_t signal_mask;      /* to set when it starts */
    struct thread *next_dead;  /* in the list of detached threads that have ended */
    struct thread *next_known; /* in its bucket of __threads.known */
    struct __cleanup *cleanups;
    uint32_t lock_id; /* by which words of locks name it; 0: not asked for yet */
    int ceiling;      /* the highest of the priority ceilings of mutexes that it holds; */
    unsigned char ceilings[DYAD_PRIORITY_MAX + 1]; /* how many it holds of each */
    void *robust; /* first of the robust mutexes that it holds (thread/robust.c) */
    void *values[PTHREAD_KEYS_MAX];
};
_Static_assert(offsetof(struct thread, canary) == 0x28, "the compiler reads the canary at fs:0x28");
_Static_assert(offsetof(struct thread, cancel_now) == 0x48, "gate.S reads it at fs:0x48");

static inline struct thread *__thread_self(void)
{
    struct thread *self;
    __asm__("mov %%fs:0, %0" : "=r"(self));
    return self;
}

/* The thread's kernel id, asked for once. */
LIBC_HIDDEN uint32_t __thread_id(struct thread *self);
/* The only thread left after fork is this one. */
LIBC_HIDDEN void __thread_after_fork(void);

/* The program's TLS template (PT_TLS), found by __libc_start. */
struct tls_image {
    const void *data;
    size_t file_size, mem_size, align;
};
LIBC_HIDDEN extern struct tls_image __tls_image;

/* Bytes of a TLS block with its struct thread, to be placed at an address aligned to __tls_align(). */
LIBC_HIDDEN size_t __tls_area_size(void);
LIBC_HIDDEN size_t __tls_align(void);
/* Build both in zeroed memory; the result is what FS must hold. */
LIBC_HIDDEN struct thread *__tls_area_init(void *area);
