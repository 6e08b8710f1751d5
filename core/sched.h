/*
 * sched.h: which thread runs where: per-core queues, stealing. Real-time threads (thread.priority 1 to 99) strictly by priority, in
 * the order of their coming among equals; below them the others, earliest eligible virtual deadline first.
 */
#pragma once
#include "core/cpu.h"
#include "core/thread.h"

#define SCHED_WEIGHT_NORMAL 1024u
#define SCHED_WEIGHT_IDLE   3u /* of SCHED_IDLE */
#define SCHED_SLICE_NS      3000000u
#define SCHED_SPILL_NS \
    100000u                /* who is woken by fork, a request or a pipe gets its turn here before */
#define SCHED_SPILL_NEW 0u /* somebody was queued since the clock was read */
/* After so much real-time work in a row on a core where others wait, those get a SCHED_REALTIME_RATIO-th of it: 5 of 100 ms. */
#define SCHED_REALTIME_NS    95000000u
#define SCHED_REALTIME_RATIO 19u

/* thread.place: among its equals, when it is queued next. BEHIND asks a running thread to let its equals go first. */
enum sched_place { PLACE_BACK, PLACE_FRONT, PLACE_BEHIND };

/* What a thread may have got beyond its share, or less, to be remembered. */
static inline int64_t sched_bound_lag(int64_t lag)
{
    const int64_t most = SCHED_SLICE_NS;
    return lag > most ? most : lag < -most ? -most : lag;
}

/* The queue that t waits in; NULL: none. Under that queue's lock it stays, otherwise it may be old. */
static inline struct run_queue *sched_queue(const struct thread *t)
{
    return atomic_load_explicit(&t->queue, memory_order_acquire);
}

/* Hints, without the lock. */
static inline uint32_t sched_priority(const struct thread *t)
{
    return atomic_load_explicit(&t->priority, memory_order_relaxed);
}
static inline uint32_t sched_top(const struct cpu *cpu) /* waits here */
{
    return atomic_load_explicit(&cpu->queue.top, memory_order_relaxed);
}
static inline uint32_t sched_level(const struct cpu *cpu) /* runs here */
{
    return atomic_load_explicit(&cpu->level, memory_order_relaxed);
}

static inline bool sched_repays(const struct cpu *cpu) /* no real-time thread is welcome */
{
    return atomic_load_explicit(&cpu->repays, memory_order_relaxed);
}

/* Its priority comes from others alone: who holds a mutex or serves a request at the priority of who waits for it. */
static inline bool sched_is_lent(const struct thread *t)
{
    uint32_t word = atomic_load_explicit(&t->sched, memory_order_relaxed);
    return sched_priority(t) != 0 && SCHED_WORD_PRIORITY(word) == 0;
}

/* The priority that t has on this core: where others are paid, a thread that has only been lent one is one of these. */
static inline uint32_t sched_rank(const struct cpu *cpu, const struct thread *t)
{
    return sched_repays(cpu) && sched_is_lent(t) ? 0 : sched_priority(t);
}

void sched_init_thread(struct thread *t, struct cpu *cpu);
/* t parks or ends; it wants to run again. Called by whoever owns the thread. */
void sched_rest(struct thread *t);
void sched_rise(struct thread *t);
/* ns of CPU time in the machine's virtual time: longer for a thread of little weight. */
static inline uint64_t sched_virtual(uint64_t ns, uint32_t weight)
{
    return weight == SCHED_WEIGHT_NORMAL
               ? ns
               : ns * SCHED_WEIGHT_NORMAL / weight; /* usually without the division */
}
/* Queue a thread that may run: here when nobody else waits here, else on its last core, an idle one, or where it is allowed; kicks
 * that core when needed. A real-time one goes to the core that runs what matters least. */
void sched_ready(struct thread *t);
/* t's priority or policy has been changed, wherever t is: by who holds the priority lock. */
void sched_reprioritize(struct thread *t, enum sched_place place);
/* When a thread that waits here should be offered to an idle core; UINT64_MAX: never, or no core is idle. */
uint64_t sched_spill_deadline(struct cpu *cpu);
/* Looked at once spill_ns has come: wake an idle core if the thread still waits. One that has just been queued gets its time here. */
void sched_spill(struct cpu *cpu);
/* When the current thread has to be looked at again; UINT64_MAX: only when something happens. */
uint64_t sched_deadline(struct cpu *cpu, struct thread *t);
/* Must the current thread, which goes on otherwise, make room for another? */
bool sched_must_yield(struct cpu *cpu, struct thread *t);
/* The current thread begins a turn, or runs at another priority from now on. */
void sched_begin_turn(struct cpu *cpu, struct thread *t);
/* A core has published that it runs something else: a real-time thread that counted on it, or on the core that came for that one,
 * may have been outrun. It gets another core; and that one does the same. For whom priorities_wait. */
void sched_pass_on(struct machine *machine);
/* The next thread for this core, from its queue or stolen; NULL: nothing to do. */
struct thread *sched_next(struct cpu *cpu);
/* The current thread leaves the core (parks, yields, ends): account its time. */
void sched_account(struct cpu *cpu, struct thread *t);
/* After that: t, the current thread, leaves the core. */
void sched_leave(struct cpu *cpu, struct thread *t);
/* ns of CPU time of any thread, now. */
uint64_t thread_cpu_ns(const struct thread *t);
