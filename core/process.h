/* process.h: a process: a container of threads, memory, handles and credentials. POSIX's view of it is procd's. */
#pragma once
#include "core/handle.h"
#include "core/kobject.h"
#include "core/quota.h"
#include "core/thread.h"

struct namespace;

/* A queued signal's information; standard signals have at most one for the process and one for each thread. */
struct signal_record {
    struct list link;
    uint32_t thread; /* its id; 0: for the process */
    struct signal_info info;
};

struct process {
    struct kobject object; /* kind HANDLE_KIND_PROCESS */
    uint64_t kid;
    struct tree_node
        machine_node;    /* in machine.processes, key kid; guarded by the machine's lock */
    struct quota *quota; /* counted; pays for the process itself */
    struct quota *
        child_quota; /* counted, or NULL: set by PROCESS_SET_QUOTA; pays for what it creates. Under lock */
    uint64_t start_ns;
    struct lock lock; /* rank LOCK_PROCESS */
    /* Guarded by lock: */
    struct handle_table handles;
    struct namespace *names GUARDED_BY(&lock); /* counted */
    struct space *space GUARDED_BY(&lock);     /* counted */
    struct cred cred; /* written under lock; a request copies it under lock */
    char name[32];
    struct list threads GUARDED_BY(&lock);
    uint32_t thread_count GUARDED_BY(&lock);
    uint32_t next_thread_id GUARDED_BY(&lock);
    enum process_state state GUARDED_BY(&lock);
    _Atomic bool
        dying; /* kill or exit has begun: no new threads or handles; set under the lock, read anywhere */
    int32_t status GUARDED_BY(&lock);
    uint64_t cpu_ns; /* of ended threads */
    struct list stopped_threads GUARDED_BY(&lock);      /* wait.link: stopped, not started, or parked on a default signal */
    struct list exec_waiters GUARDED_BY(&lock); /* wait.link: waits for the other threads' end */
    /* Counts the schemes that this process has stopped serving by giving up its handle: see scheme_server_left. */
    _Atomic uint32_t serve_epoch;
    uint64_t execs GUARDED_BY(&lock);
    bool execing GUARDED_BY(&lock); /* an exec is killing the other threads: no second one */
    /* Signals: */
    uint64_t signal_entry, signal_pending, signal_caught, signal_ignored, signal_onstack;
    uint64_t signal_children; /* SIGNAL_CHILDREN_* */
    struct list signal_records GUARDED_BY(&lock);
    _Atomic uint64_t
        signal_level; /* pending for it or any of its threads, for EVENT_PENDING; written under lock */
    /* Supervision: */
    uint64_t supervisor_kid GUARDED_BY(&lock); /* 0: nobody has asked; it may have died since */
    uint64_t
        default_pending GUARDED_BY(&lock); /* signals reported by EVENT_SIGNAL, not taken yet */
    uint32_t fault_signo GUARDED_BY(&lock);
    bool exit_taken GUARDED_BY(&lock);
    _Atomic uint32_t levels; /* EVENT_* for poll */
};

extern const struct kobject_ops process_ops;

static inline struct process *process_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct process, object);
}

/* An empty process with its own empty space; one reference. */
MUST_CHECK status_t process_create(struct machine *machine, struct quota *quota,
                                   struct namespace *names, struct process **out);

/* System calls (core/process_control.c, core/fork.c, core/exec.c). */
MUST_CHECK status_t process_control(struct thread *t, handle_t h, uint64_t op, uint64_t arg,
                                    uint64_t length);
MUST_CHECK status_t process_fork(struct thread *t, handle_t h, uint64_t thread_id, uint64_t cred);
MUST_CHECK status_t process_exec(struct thread *t, handle_t space, uint64_t args);

MUST_CHECK status_t process_create_child(struct thread *t, handle_t names);
MUST_CHECK status_t thread_create_call(struct thread *t, handle_t process, uint64_t args);
MUST_CHECK status_t thread_control(struct thread *t, uint64_t op, uint64_t arg1, uint64_t arg2);
/* PROCESS_GET_SCHED and PROCESS_SET_SCHED: of its first thread. */
MUST_CHECK status_t process_sched(struct thread *t, struct process *process, bool set,
                                  uint64_t word);
MUST_CHECK status_t thread_clock(struct thread *t, uint64_t clock);
MUST_CHECK status_t thread_sleep(struct thread *t, uint64_t clock, uint64_t until);

/* A counted thread of the process with an id above `after`; NULL: no more. Each can so be acted on without the lock. */
struct thread *process_thread_after(struct process *process, uint32_t after);

/* Is there a live process that acts on default signals and faults of this one? No locks held. */
bool process_is_supervised(struct process *process);
/* Not yet started. */
bool process_is_unborn(struct process *process);

/* One word of the credentials (CRED_PID to CRED_SGID); procd may be changing them. No locks held. */
uint32_t process_cred_word(struct process *process, unsigned word);

/* What pays for new spaces, memory objects and processes of this one: counted. No locks held. */
struct quota *process_spending_quota(struct process *process);

/* Waiters learn that the process has ended; its memory may still be on the way back. No locks held. */
void process_announce_exit(struct process *process);
/* thread_interrupt for every thread but one (NULL: all). No locks held. */
void process_interrupt_all(struct process *process, const struct thread *except,
                           uint32_t attention);
/* The last thread has given everything back. No locks held. */
void process_finish(struct process *process);
/* The current thread stops with its process. -> STATUS_PARKED, or 0 when it need not. */
MUST_CHECK status_t process_park_stopped(struct thread *t);
/* Ready the stopped_threads that wait for the supervisor's verdict on `signo`; 0: those stopped or not started. No locks held. */
void process_release_stopped(struct process *process, uint32_t signo);

/* End a process with a wait status: idempotent; the first status stays. Threads end when they next leave user mode or
 * their wait; the last one tears the process down in steps. No locks held. */
void process_kill(struct process *process, int32_t status);

/* Post a signal; info is copied. -ERR_SRCH dead, -ERR_INVAL number, -ERR_AGAIN too many queued. No locks held. */
MUST_CHECK status_t process_signal(struct process *process, uint32_t thread_id,
                                   const struct signal_info *info);
