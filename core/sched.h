/* sched.h: which thread runs where: per-core queues, earliest eligible virtual deadline first, stealing. */
#pragma once
#include "core/cpu.h"

#define SCHED_WEIGHT_NORMAL 1024u
#define SCHED_SLICE_NS      3000000u

void sched_init_thread(struct thread *t, struct cpu *cpu);
/* Queue a thread that may run: on its last core, an idle one, or where it is allowed; kicks that core when needed. */
void sched_ready(struct thread *t);
/* The next thread for this core, from its queue or stolen; NULL: nothing to do. */
struct thread *sched_next(struct cpu *cpu);
/* The current thread leaves the core (parks, yields, ends): account its time. */
void sched_account(struct cpu *cpu, struct thread *t);
