/* cpu.h: one core: its run queue, timers and loop. */
#pragma once
#include "arch.h"
#include "core/list.h"
#include "core/lock.h"
#include "core/tree.h"

struct thread;
struct space;

struct run_queue {
    struct lock lock;                       /* rank LOCK_RUNQUEUE */
    struct tree ready GUARDED_BY(&lock);    /* thread.run_node by virtual deadline */
    struct tree realtime GUARDED_BY(&lock); /* thread.run_node by priority, then in order */
    uint64_t order GUARDED_BY(&lock);       /* counts what has been put into realtime */
    _Atomic uint32_t
        count; /* changed under lock; read without it as a hint: who queues from another core kicks */
    /* The same: how many of these are not real-time, or only lent a priority, and the highest priority (0: none). Each question has
     * one word that answers it: a difference of two would be seen between their changes. */
    _Atomic uint32_t ordinary, top;
    uint64_t vtime GUARDED_BY(&lock); /* the queue's virtual time: never decreases */
    uint64_t weight_sum GUARDED_BY(&lock);
    uint64_t running_deadline GUARDED_BY(&lock); /* virtual: of the thread that was last taken from here */
};

/* A hint, without the lock. */
static inline bool queue_is_empty(const struct run_queue *queue)
{
    return atomic_load_explicit(&queue->count, memory_order_relaxed) == 0;
}

struct cpu {
    uint32_t index;
    struct machine *machine;
    struct arch_cpu arch;
    uint64_t locks_held;              /* debug: a bit a rank */
    uint8_t locks_nested[LOCK_RANKS]; /* debug: how many more of a rank */
    struct run_queue queue;
    struct lock timer_lock;                     /* rank LOCK_TIMER */
    struct tree timers GUARDED_BY(&timer_lock); /* thread.wait.timer by deadline */
    /* The first deadline in timers, UINT64_MAX: none. Changed under timer_lock, read without it. Only this core adds timers, so it
     * never sees a value that is too late; one that another core has just removed costs a look or a wake-up in vain. */
    _Atomic uint64_t timer_first_ns;
    _Atomic bool idle; /* in or about to enter arch_cpu_idle */
    _Atomic bool
        preempt; /* a thread that is due much earlier than the current one was queued here, or priorities have changed */
    _Atomic uint32_t level; /* the priority that the current thread runs at; others read it */
    /* Only this core's: */
    struct thread *current; /* running, or NULL once parked */
    struct thread *handoff; /* runs next, before the queue */
    uint64_t slice_end_ns;  /* of the current thread and those it hands the core to */
    /* What real-time threads owe the others that wait here: see SCHED_REALTIME_NS. */
    uint64_t realtime_debt_ns;
    _Atomic bool repays; /* the others run until it is paid; read by who looks for a core */
    uint64_t spill_ns;   /* see sched_spill; SCHED_SPILL_NEW: not known yet; UINT64_MAX: never */
    struct thread *reap; /* an ended thread whose reference is dropped by the loop */
    uint64_t timer_armed_ns;
    uint64_t now_ns; /* when this round of the loop began, or time was last accounted */
    uint64_t switches, traps;
    _Atomic uint64_t idle_ns; /* others may read it */
    /* For the watchdog: */
    _Atomic uint64_t loop_count, current_kid;
    _Atomic uint32_t current_thread_id;
};

/* The earliest deadline on this core; UINT64_MAX: none. */
static inline uint64_t timer_next(const struct cpu *cpu)
{
    return atomic_load_explicit(&cpu->timer_first_ns, memory_order_relaxed);
}

/* The loop of a core; does not return. Called by the body once a core. */
_Noreturn void cpu_main(struct cpu *cpu);
/* The current thread goes back to the queue. */
void cpu_yield(struct cpu *cpu, struct thread *t);
/* One round of it: run what is due, then one thread until its trap is handled, or idle once. For simulators and tests. */
void cpu_step(struct cpu *cpu);
