/*
 * sched_turn.c: how long a thread may keep its core: slices, turns of round-robin, preemption, and what real-time threads leave to the
 * others: where these wait, real-time work runs up a debt, and when it is SCHED_REALTIME_NS they run until it is paid, at a rate of
 * SCHED_REALTIME_RATIO. So a real-time thread that never waits leaves them 5 % of its core, and a person a way to stop it. A server that
 * works at a client's priority below that thread's is one of the others: what was lent to it must not cost it its share.
 */
#include "core/machine.h"
#include "core/process.h"
#include "core/sched.h"

static bool is_round_robin(const struct thread *t)
{
    uint32_t word = atomic_load_explicit(&t->sched, memory_order_relaxed);
    return SCHED_WORD_POLICY(word) == DYAD_SCHED_RR;
}

/* Any in this queue that are not real-time of themselves? A hint. */
static bool others_wait(const struct cpu *cpu)
{
    return atomic_load_explicit(&cpu->queue.ordinary, memory_order_relaxed) != 0;
}

static struct cpu *sched_find_idle(struct machine *machine)
{
    for (uint32_t i = 0; i < machine->cpu_count; i++)
        if (atomic_load_explicit(&machine->cpus[i]->idle, memory_order_relaxed))
            return machine->cpus[i];
    return NULL;
}

/* Relaxed looks: a core that gets idle after them finds what is queued here by itself. */
uint64_t sched_spill_deadline(struct cpu *cpu)
{
    if (cpu->spill_ns == UINT64_MAX || sched_find_idle(cpu->machine) == NULL)
        return UINT64_MAX;
    return cpu->spill_ns == SCHED_SPILL_NEW ? cpu->now_ns + SCHED_SPILL_NS : cpu->spill_ns;
}

void sched_spill(struct cpu *cpu)
{
    if (cpu->spill_ns == SCHED_SPILL_NEW) {
        cpu->spill_ns = cpu->now_ns + SCHED_SPILL_NS;
        return;
    }
    cpu->spill_ns = UINT64_MAX;
    bool waits = cpu->current != NULL || cpu->handoff != NULL;
    if (!waits || queue_is_empty(&cpu->queue))
        return;
    struct cpu *idle = sched_find_idle(cpu->machine);
    if (idle != NULL)
        arch_cpu_kick(idle); /* it steals */
}

/* ---- turns ---- */

void sched_begin_turn(struct cpu *cpu, struct thread *t)
{
    uint32_t priority = sched_rank(cpu, t);
    if (priority != sched_level(cpu))
        atomic_store(&cpu->level, priority); /* then sched_pass_on looks */
    if (priority == 0) {
        cpu->slice_end_ns = cpu->now_ns + SCHED_SLICE_NS;
        return;
    }
    if (t->turn_left_ns == 0)
        t->turn_left_ns = DYAD_SCHED_RR_NS;
    cpu->slice_end_ns = is_round_robin(t) ? cpu->now_ns + t->turn_left_ns : UINT64_MAX;
}

/* The debt, if the current thread has run until now. */
static uint64_t debt_now(const struct cpu *cpu, const struct thread *t)
{
    uint64_t ran = cpu->now_ns - t->started_ns;
    if (sched_level(cpu) != 0) {
        uint64_t debt = cpu->realtime_debt_ns + ran;
        return debt < SCHED_REALTIME_NS ? debt : SCHED_REALTIME_NS;
    }
    ran *= SCHED_REALTIME_RATIO;
    return ran < cpu->realtime_debt_ns ? cpu->realtime_debt_ns - ran : 0;
}

/* Nobody is owed anything where nobody waits. */
static void settle_debt(struct cpu *cpu, const struct thread *t)
{
    bool realtime = sched_level(cpu) != 0;
    cpu->realtime_debt_ns = realtime && !others_wait(cpu) ? 0 : debt_now(cpu, t);
    if (cpu->realtime_debt_ns >= SCHED_REALTIME_NS)
        atomic_store_explicit(&cpu->repays, true, memory_order_relaxed);
    else if (cpu->realtime_debt_ns == 0)
        atomic_store_explicit(&cpu->repays, false, memory_order_relaxed);
}

/* ---- the current thread goes on, or not ---- */

static bool yields_in_front(struct thread *t)
{
    atomic_store_explicit(&t->place, PLACE_FRONT, memory_order_relaxed);
    return true;
}

/* The highest priority that waits in any queue. */
static uint32_t machine_top(const struct machine *machine)
{
    uint32_t top = 0;
    for (uint32_t i = 0; i < machine->cpu_count; i++) {
        uint32_t here = sched_top(machine->cpus[i]); /* read once: it may change */
        top = here > top ? here : top;
    }
    return top;
}

static bool realtime_must_yield(struct cpu *cpu, struct thread *t, bool asked)
{
    uint32_t own = sched_priority(t), top = asked ? machine_top(cpu->machine) : sched_top(cpu);
    if (others_wait(cpu) && debt_now(cpu, t) >= SCHED_REALTIME_NS)
        return yields_in_front(t);
    if (top > own)
        return yields_in_front(t);
    bool behind =
        atomic_exchange_explicit(&t->place, PLACE_BACK, memory_order_relaxed) == PLACE_BEHIND;
    bool over = cpu->now_ns >= cpu->slice_end_ns;
    if (sched_top(cpu) == own && (behind || over))
        return true;
    if (over || behind) { /* of nobody's concern: the next turn, perhaps by another policy */
        t->turn_left_ns = 0;
        sched_begin_turn(cpu, t);
    }
    return false;
}

/* A thread of an ordinary policy, and real-time ones are about, or were. */
static bool fair_must_yield(struct cpu *cpu, struct thread *t, bool asked)
{
    bool repays = sched_repays(cpu) && debt_now(cpu, t) != 0;
    /* Real-time threads that kept away from here may come again. */
    bool paid = sched_repays(cpu) && !repays;
    uint32_t top = asked || paid ? machine_top(cpu->machine) : sched_top(cpu);
    if (paid) {
        sched_account(cpu, t);
        if (sched_rank(cpu, t) != sched_level(cpu))
            sched_begin_turn(cpu, t);
    }
    if (top != 0 && !repays)
        return true;
    return others_wait(cpu) && (asked || cpu->now_ns >= cpu->slice_end_ns);
}

bool sched_must_yield(struct cpu *cpu, struct thread *t)
{
    bool asked = atomic_load_explicit(&cpu->preempt, memory_order_relaxed);
    if (!asked && !sched_repays(cpu) && queue_is_empty(&cpu->queue))
        return false;
    if (asked) /* with a fence: who changes the priority after this look asks again */
        atomic_exchange(&cpu->preempt, false);
    const struct priorities *priorities = &cpu->machine->priorities;
    if ((sched_priority(t) | sched_level(cpu)) == 0 && !priorities_wait(priorities))
        return !queue_is_empty(&cpu->queue) && (asked || cpu->now_ns >= cpu->slice_end_ns);
    if (sched_rank(cpu, t) != sched_level(cpu)) {
        sched_account(cpu, t);
        sched_begin_turn(cpu, t);
        if (priorities_wait(priorities))
            sched_pass_on(cpu->machine);
    }
    return sched_rank(cpu, t) != 0 ? realtime_must_yield(cpu, t, asked)
                                   : fair_must_yield(cpu, t, asked);
}

static uint64_t realtime_deadline(struct cpu *cpu, struct thread *t)
{
    uint64_t deadline = UINT64_MAX;
    if (others_wait(cpu))
        deadline = cpu->now_ns + (SCHED_REALTIME_NS - debt_now(cpu, t));
    if (sched_top(cpu) == sched_level(cpu) && cpu->slice_end_ns < deadline)
        deadline = cpu->slice_end_ns;
    uint64_t spill = sched_spill_deadline(cpu);
    return spill < deadline ? spill : deadline;
}

uint64_t sched_deadline(struct cpu *cpu, struct thread *t)
{
    if (sched_level(cpu) != 0)
        return realtime_deadline(cpu, t);
    uint64_t spill = sched_spill_deadline(cpu);
    uint64_t deadline = spill < cpu->slice_end_ns ? spill : cpu->slice_end_ns;
    if (queue_is_empty(&cpu->queue))
        deadline = UINT64_MAX;
    if (sched_repays(cpu) && priorities_wait(&cpu->machine->priorities)) {
        uint64_t paid = cpu->now_ns + debt_now(cpu, t) / SCHED_REALTIME_RATIO + 1;
        deadline = paid < deadline ? paid : deadline;
    }
    return deadline;
}

/* ---- accounts ---- */

void sched_leave(struct cpu *cpu, struct thread *t)
{
    uint64_t began = atomic_load_explicit(&t->used_ns, memory_order_relaxed);
    if (began & THREAD_RUNS)
        atomic_store_explicit(&t->used_ns, (cpu->now_ns - began) & ~THREAD_RUNS,
                              memory_order_relaxed);
    cpu->current = NULL;
}

uint64_t thread_cpu_ns(const struct thread *t)
{
    uint64_t used = atomic_load_explicit(&t->used_ns, memory_order_relaxed);
    return used & THREAD_RUNS ? (arch_time_ns(DYAD_CLOCK_MONOTONIC) - used) & ~THREAD_RUNS : used;
}

void sched_account(struct cpu *cpu, struct thread *t)
{
    uint64_t now = cpu->now_ns = arch_time_ns(DYAD_CLOCK_MONOTONIC);
    uint64_t ran = now - t->started_ns;
    if ((sched_level(cpu) | cpu->realtime_debt_ns) != 0)
        settle_debt(cpu, t);
    t->started_ns = now;
    if (sched_level(cpu) != 0) { /* takes no part in the shares of the others */
        t->turn_left_ns = ran < t->turn_left_ns ? t->turn_left_ns - ran : 0;
        return;
    }
    struct run_queue *queue = &cpu->queue;
    lock_acquire(&queue->lock);
    uint64_t passed = sched_virtual(ran, (uint32_t)(queue->weight_sum + t->share));
    queue->vtime += passed;
    /* vruntime is relative while t is not queued: what it got beyond its share. */
    t->vruntime =
        (uint64_t)sched_bound_lag((int64_t)(t->vruntime + sched_virtual(ran, t->share) - passed));
    lock_release(&queue->lock);
}
