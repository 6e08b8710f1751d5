/* signal.h: pending signals, masks, and redirecting a thread to its process's signal entry. ABI: abi/signal.h. */
#pragma once
#include "core/process.h"

/* The system call. */
MUST_CHECK status_t signal_control(struct thread *t, uint64_t op, uint64_t arg1, uint64_t arg2);

/* ATTENTION_SIGNAL is set and t, current, is about to return to user mode: deliver one caught signal, or park the thread for
 * its supervisor. -> 0: go on (look at attention again), or STATUS_PARKED. */
MUST_CHECK status_t signal_deliver(struct thread *t);

/* t, current, did something for which it gets signo now, blocked or not. -> as signal_deliver. */
MUST_CHECK status_t signal_fault(struct thread *t, uint32_t signo, int32_t code, uint64_t addr);

/* Set or clear ATTENTION_SIGNAL after a change of masks or pending sets. */
void signal_update_attention(struct process *process, struct thread *t) REQUIRES(&process->lock);

/* For a wait of t, current, another mask holds, until the wait ends without a signal (give_back) or one is delivered: its frame has
 * the mask that was. No locks held. */
void signal_borrow_mask(struct thread *t, uint64_t mask);
void signal_give_back_mask(struct thread *t);

/* A new image: everything caught becomes default. */
void signal_reset_for_exec(struct process *process) REQUIRES(&process->lock);
/* Records of signals that were meant for a thread that ends: moved to `freed`. */
void signal_forget_thread(struct process *process, uint32_t thread_id, struct list *freed)
    REQUIRES(&process->lock);
void signal_free_records(struct process *process, struct list *records);
/* Forget all records (end of the process). */
void signal_discard_all(struct process *process);

/* Take signo out of the pending sets; *info is what was sent with it. -> a record for the caller to free, or NULL. */
struct signal_record *signal_take(struct process *process, struct thread *t, uint32_t signo,
                                  struct signal_info *info) REQUIRES(&process->lock);
