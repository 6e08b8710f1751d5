/*
 * priority.h: real-time priorities, and who runs at whose.
 *
 * A thread runs at the highest of its own priority, the ceiling that it has asked for, and what those lend it who wait for it: the
 * waiters for a mutex that it holds (core/futex.c), the clients of a scheme that it serves (core/request.c). Who waits has one loan;
 * loans are in pools, of a thread or of a scheme; a thread that gets more passes it on to whom it waits for itself.
 *
 * All of it is under one lock of the machine, which nobody takes who has no priority and has been lent none.
 */
#pragma once
#include "core/list.h"
#include "core/lock.h"
#include "core/tree.h"

struct machine;
struct thread;

/* Where loans go: a thread, or the threads that serve a scheme. Guarded by the machine's priority lock. */
struct priority_pool {
    struct tree loans;    /* loan.node: the highest first, among equals who came first */
    struct thread *owner; /* of a thread's pool */
    struct list workers;  /* else thread.serves_link of who serves, at most PRIORITY_WORKERS */
    uint32_t worker_count;
};
#define PRIORITY_WORKERS 16u

struct loan {
    struct tree_node node;
    _Atomic(struct priority_pool *)
        to; /* NULL: none; read without the lock by who owns the thread */
};

/* The machine's part. */
struct priorities {
    struct lock lock;                  /* rank LOCK_PRIORITY */
    struct tree ids GUARDED_BY(&lock); /* thread.lock_node by lock_id */
    uint32_t next_id GUARDED_BY(&lock);
    /* Real-time threads in all run queues. Changed under their locks. */
    _Atomic uint32_t queued;
};

/* A hint, without any lock: does a real-time thread wait in a queue? */
static inline bool priorities_wait(const struct priorities *priorities)
{
    return atomic_load_explicit(&priorities->queued, memory_order_relaxed) != 0;
}

void priority_init(struct machine *machine);
void priority_pool_init(struct priority_pool *pool, struct thread *owner);
/* Nobody has lent; who serves it serves nothing any more. */
void priority_pool_fini(struct machine *machine, struct priority_pool *pool);

/* A policy and priority as SCHED_WORD(), for a thread of a process with these credentials that had `old`. -ERR_INVAL, -ERR_PERM. */
MUST_CHECK status_t priority_check(uint32_t euid, uint32_t old, uint64_t wanted);
uint32_t priority_get(struct thread *t);
/* Checked; keeps_place as in THREAD_SET_SCHED. No locks of rank LOCK_PRIORITY or above held. */
void priority_set(struct thread *t, uint32_t word, bool keeps_place);
/* The caller's own. -ERR_INVAL: its priority is above. */
MUST_CHECK status_t priority_set_ceiling(struct thread *t, uint64_t ceiling);

/* t, parked under the lock of what it waits for, which the caller holds, lends to the pool while it waits. Takes priorities.lock. */
void priority_lend(struct thread *t, struct priority_pool *pool);
/* The wait is over. By whoever owns t; t has a loan. */
void priority_return(struct thread *t);
/* t, current, serves the scheme with this pool, and no other. */
void priority_serve(struct thread *t, struct priority_pool *pool);
/* t ends: it serves nothing and has no number; whoever waits for it gets -ERR_OWNERDEAD. No locks held. */
void priority_thread_end(struct thread *t);

/* The number by which the words of locks name t, from its first use. */
uint32_t priority_lock_id(struct thread *t);
/* t, parked for a lock as above, lends to the thread with this number. False: there is none. */
MUST_CHECK bool priority_lend_holder(struct thread *t, uint32_t id);
MUST_CHECK bool priority_holder_lives(struct machine *machine, uint32_t id);
/* t lets the lock `key` (wait.data of who waits for it) go: the first waiter, claimed, to which the others now lend; NULL: none.
 * *more: there are others. The lock of the wait is held. */
struct thread *priority_pass_lock(struct thread *t, const uint64_t key[2], bool *more);
