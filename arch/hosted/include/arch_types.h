/* arch_types.h: what the Linux body keeps in the core's structures. Plain types; no host headers. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct stub;         /* a Linux process that holds one address space: stub_pool.h */
struct stub_context; /* the shared page of one of its threads: stub/stub_abi.h */

struct arch_space {
    struct stub *stub;
};

struct arch_user {
    struct stub *stub;
    struct stub_context *context;
    uint32_t index;     /* of the thread in its stub */
    uint32_t trap_kind; /* enum stub_trap of the last trap, checked */
};

struct arch_cpu {
    uint32_t index;
    _Atomic uint32_t started;
    _Atomic uint32_t kicked;     /* sticky until reported */
    _Atomic uint32_t interrupts; /* bits of enum arch_device; core 0 only */
    _Atomic uint32_t idle_word;  /* futex word while no context runs */
    /* The futex word that this core may be sleeping on; a waker looks here. Stays valid for ever: the
     * shared pages of contexts are recycled, never unmapped. */
    _Atomic(_Atomic uint32_t *) wait_word;
    uint64_t deadline_ns; /* arch_timer_arm; this core only */
    struct stub_context
        *last; /* the context that trapped last: it may still spin and can be told to stop */
    /* affinity.c; this core only: */
    bool spins;      /* rather than sleep until a trap */
    uint32_t doubts; /* runs in a row for which that was wrong */
    uint32_t window_runs;
    uint64_t window_cycles; /* that those runs took */
    uint64_t sleep_cycles;  /* what a run takes when sleeping */
    uint64_t retry_ns, backoff_ns;
};
