/*
 * thread.h: threads, and how they wait.
 *
 * The kernel is event-driven: a thread that must wait records that in thread.wait and the core goes on with
 * something else; there is no kernel stack behind it. Whoever completes the wait claims the thread, sets its
 * result and makes it ready. Exactly one of completion, deadline, signal and kill wins the claim.
 *
 * The pattern of a blocking operation on an object with a lock:
 *
 *     lock_acquire(&object->lock);
 *     if (can be done now) { ...; lock_release(&object->lock); return result; }
 *     list_append(&object->waiters, &t->wait.link);
 *     status_t status = wait_arm(t, &object->kobject, &object->lock, deadline);
 *     if (status != STATUS_PARKED)
 *         list_remove(&t->wait.link);
 *     lock_release(&object->lock);
 *     return status;            (STATUS_PARKED: t may already run on another core: do not touch it)
 *
 * and of its completion, with object->lock held:
 *
 *     while ((node = list_pop(&object->waiters))) {
 *         struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
 *         if (!wait_claim(t)) continue;      (a deadline or signal won; it takes care of t)
 *         ... t->wait.data, copies ...
 *         wait_finish(t, result);
 *     }
 */
#pragma once
#include "arch.h"
#include "core/kobject.h"
#include "core/priority.h"
#include "core/timer.h"

struct process;
struct space;
struct scheme;
struct cpu;

/* What happens to a thread at its next return to user mode, and whether it may park. */
#define ATTENTION_SIGNAL 1u /* a deliverable signal */
#define ATTENTION_KILL   2u /* the process or thread ends */
#define ATTENTION_STOP   4u /* the process is stopped */

#define THREAD_RUNS (UINT64_C(1) << 63) /* in thread.used_ns */

enum wait_state { WAIT_NONE, WAIT_ARMED, WAIT_CLAIMED };

struct wait {
    /* Guarded by the thread's lock: */
    enum wait_state state;
    uint64_t sequence; /* of the wait: counts wait_arm */
    /* Set by the waiting thread before it arms, then the claimer's: */
    struct list link;       /* in the object's queue; guarded by *lock */
    struct kobject *object; /* counted; released when the thread runs again */
    struct lock *lock;      /* guards link */
    /* How to end the wait early, when unlinking under *lock is not enough (calls); NULL otherwise. Called without locks,
     * with a reference to t and to the wait's object (passed: t may already wait for another), and not claimed: it checks
     * that sequence is still the current wait. why: -ERR_INTR signal, -ERR_TIMEDOUT, -ERR_CANCELED kill. */
    void (*interrupt)(struct thread *t, struct kobject *object, uint64_t sequence, status_t why);
    uint64_t data[6];   /* the waiter's arguments for the completer */
    struct timer timer; /* the deadline; armed under the thread's lock */
    /* Of a wait with DEADLINE_REALTIME: that, and the place in machine.clock; otherwise 0. Guarded by the clock's lock. */
    uint64_t realtime;
    struct list clock_link;
    bool kill_only;             /* signals do not end this wait */
    struct priority_pool *pool; /* whom it would lend to: kept alive by object. NULL: nobody */
};

struct thread {
    struct kobject object;   /* counted by the process's list, queues, timers; never a handle */
    struct process *process; /* counted */
    struct space *space;     /* counted; only exec changes it */
    uint32_t id;             /* unique in the process */
    struct arch_user user;

    struct lock lock; /* rank LOCK_THREAD: wait.state, attention */
    struct wait wait;
    _Atomic uint32_t attention; /* written under lock; by thread_result also without */

    /* An operation in bounded steps: called by cpu_main instead of entering user mode until it returns something
     * other than STATUS_STEP; the value is then the system call's result as usual. */
    status_t (*step)(struct thread *t);
    union { /* the step's state */
        uint64_t words[16];
        void *pointers[16];
    } op;
    struct space *sync_space; /* space_sync in progress, with its ticket; borrowed from the op */
    uint64_t sync_ticket;

    struct request_slot
        *request; /* the call it waits in; guarded by the scheme's lock (core/scheme.h) */

    /* Scheduling; guarded by the run queue's lock of `cpu` while queued, else by whoever owns the thread: */
    _Atomic(struct cpu *) cpu; /* where it is queued or ran last; others may read it to kick */
    struct tree_node run_node; /* key: virtual deadline */
    uint64_t vruntime, started_ns;
    /* CPU time: what has been used; while it runs THREAD_RUNS and, modulo 2^63, when it would have begun had it run ever since. One word,
     * so that others read it whole at any time: thread_cpu_ns. Written by the core that it runs on. */
    _Atomic uint64_t used_ns;
    uint32_t weight;
    uint32_t share; /* its weight, divided by how many of its quota want to run */
    _Atomic(struct run_queue *) queue; /* written under that queue's lock: sched_queue */
    bool queued_realtime;              /* in which tree of the queue; guarded by its lock */
    bool queued_lent;                  /* the same: sched_is_lent then */
    uint64_t turn_left_ns;             /* RR: of its turn */
    _Atomic uint32_t
        place;         /* how it goes back when it is preempted: enum sched_place, set by others */
    bool running;      /* counted in its quota's `running`: neither parked nor ended */
    uint64_t affinity; /* mask of cores */
    _Atomic uint32_t
        priority; /* it runs at: 0, or 1 to 99, real-time. Written under the priority lock */

    /* Guarded by the machine's priority lock (core/priority.h): */
    _Atomic uint32_t sched; /* SCHED_WORD(): its own; others may read it */
    uint32_t ceiling;
    struct priority_pool pool;              /* lent to it */
    struct loan loan;                       /* what it lends while it waits */
    _Atomic(struct priority_pool *) serves; /* the thread itself may look without the lock */
    struct list serves_link;
    uint32_t lock_id; /* 0: none yet */
    struct tree_node lock_node;

    struct list process_link; /* in process.threads; guarded by the process's lock */
    /* Guarded by the process's lock: */
    uint64_t signal_mask, signal_pending, signal_saved_mask;
    bool signal_restore_mask; /* SIGNAL_SUSPEND: the frame holds signal_saved_mask */
    uint32_t
        parked_signo; /* in stopped_threads for the supervisor to act on this signal; 0: merely stopped */
    uint64_t signal_wait_set; /* SIGNAL_WAIT: what it waits for */
    uint64_t altstack_base, altstack_bytes;
};

/*
 * Park the calling thread. The object's lock (rank below LOCK_THREAD) is held and wait.link is queued.
 * deadline: absolute ns; DEADLINE_NEVER. `object` gets a reference until the thread runs again.
 * -> STATUS_PARKED; -ERR_INTR when a signal or kill is pending; -ERR_TIMEDOUT when the deadline has passed (0: at once).
 * wait.interrupt must be set or NULL before.
 */
MUST_CHECK status_t wait_arm(struct thread *t, struct kobject *object, struct lock *lock,
                             uint64_t deadline);

/* The result of its system call, by whoever owns the thread: itself on its core, or the claimer of its wait. */
void thread_result(struct thread *t, status_t result);

/* Win the right to complete a parked thread: true at most once a wait. Its deadline is disarmed. */
MUST_CHECK bool wait_claim(struct thread *t);
/* The same, only when the wait is still number `sequence`. */
MUST_CHECK bool wait_claim_sequence(struct thread *t, uint64_t sequence);

/* Complete a claimed thread with its system call's result; afterwards t must not be touched. May hold any lock below
 * LOCK_TIMER. handoff: a hint that the caller's thread is about to park: t runs next on this core, and its time slice goes with it. */
void wait_finish(struct thread *t, status_t result);
void wait_finish_handoff(struct thread *t, status_t result);
/* Ready a claimed thread as it is: it goes on with t->step, or with its registers unchanged. */
void wait_resume(struct thread *t);

/* Called by thread_control and others. Sets attention bits and ends the current wait (SIGNAL, KILL). Holds no lock of rank
 * LOCK_SCHEME or above; the process's lock may not be held either. t is counted by the caller. */
void thread_interrupt(struct thread *t, uint32_t attention);

/* A thread of a live process; args->flags THREAD_SUSPENDED: it waits for PROCESS_START; args->sched: checked. *out is counted. */
MUST_CHECK status_t thread_create(struct process *process, struct space *space,
                                  const struct thread_args *args, struct thread **out);
/* The same with a mask of signals, which holds from its first instruction on. */
MUST_CHECK status_t thread_create_masked(struct process *process, struct space *space,
                                         const struct thread_args *args, uint64_t signal_mask,
                                         struct thread **out);
/* The same with the registers of `parent`, whose call it will see return 0; always suspended. parent does not run, or
 * is the caller. */
MUST_CHECK status_t thread_fork(struct process *process, struct space *space, struct thread *parent,
                                struct thread **out);
/* The current thread ends: leaves the process and gives everything back in steps. Always -> STATUS_STEP or STATUS_PARKED. */
MUST_CHECK status_t thread_end(struct thread *t);

/* End the current wait, if it is number `sequence` (0: whichever it is), because of `why`. No locks held that a wait may be under. */
void wait_interrupt(struct thread *t, uint64_t sequence, status_t why);
void wait_timer_fire(struct timer *timer, uint64_t sequence);

static inline bool thread_is_killed(struct thread *t)
{
    return atomic_load_explicit(&t->attention, memory_order_relaxed) & ATTENTION_KILL;
}
