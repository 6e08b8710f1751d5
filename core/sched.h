/* sched.h: which thread runs where: per-core queues, earliest eligible virtual deadline first, stealing. */
#pragma once
#include "core/cpu.h"

#define SCHED_WEIGHT_NORMAL 1024u
#define SCHED_SLICE_NS      3000000u
#define SCHED_SPILL_NS \
    100000u                /* who is woken by fork, a request or a pipe gets its turn here before */
#define SCHED_SPILL_NEW 0u /* somebody was queued since the clock was read */

void sched_init_thread(struct thread *t, struct cpu *cpu);
/* t parks or ends; it wants to run again. Called by whoever owns the thread. */
void sched_rest(struct thread *t);
void sched_rise(struct thread *t);
/* ns of CPU time in the machine's virtual time: longer for a thread of little weight. */
uint64_t sched_virtual(uint64_t ns, uint32_t weight);
/* Queue a thread that may run: here when nobody else waits here, else on its last core, an idle one, or where it is allowed; kicks
 * that core when needed. */
void sched_ready(struct thread *t);
/* When a thread that waits here should be offered to an idle core; UINT64_MAX: never, or no core is idle. */
uint64_t sched_spill_deadline(struct cpu *cpu);
/* Looked at once spill_ns has come: wake an idle core if the thread still waits. One that has just been queued gets its time here. */
void sched_spill(struct cpu *cpu);
/* The next thread for this core, from its queue or stolen; NULL: nothing to do. */
struct thread *sched_next(struct cpu *cpu);
/* The current thread leaves the core (parks, yields, ends): account its time. */
void sched_account(struct cpu *cpu, struct thread *t);
