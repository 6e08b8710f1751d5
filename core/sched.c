/*
 * sched.c: per-core run queues, earliest eligible virtual deadline first (EEVDF; Stoica and Abdel-Wahab, 1995).
 *
 * A thread's virtual time advances with its CPU time divided by its weight. It is eligible while it has not run more
 * than its share (vruntime <= the queue's virtual time), and among the eligible the earliest virtual deadline runs. While
 * a thread is not queued its vruntime is kept relative to the queue's time (its lag), so it can move between cores.
 */
#include "core/sched.h"

#include "core/machine.h"
#include "core/process.h"

#define SCHED_LAG_MAX ((int64_t)SCHED_SLICE_NS)
#define SCHED_LOOK    8 /* how far to look for an eligible thread */

void sched_init_thread(struct thread *t, struct cpu *cpu)
{
    t->cpu = cpu;
    t->weight = t->share = SCHED_WEIGHT_NORMAL;
    t->affinity = UINT64_MAX;
    t->vruntime = 0;
}

uint64_t sched_virtual(uint64_t ns, uint32_t weight)
{
    return weight == SCHED_WEIGHT_NORMAL
               ? ns
               : ns * SCHED_WEIGHT_NORMAL / weight; /* usually without the division */
}

/* The machine's own quota is not divided: a thread there and a whole limited quota weigh the same. */
static void sched_set_share(struct thread *t)
{
    struct quota *quota = t->process->quota;
    uint32_t running =
        quota->parent != NULL ? atomic_load_explicit(&quota->running, memory_order_relaxed) : 1;
    t->share = running > 1 ? t->weight / running : t->weight;
    if (t->share == 0)
        t->share = 1;
}

void sched_rise(struct thread *t)
{
    struct quota *quota = t->process->quota;
    if (t->running)
        return;
    t->running = true;
    if (quota->parent != NULL)
        atomic_fetch_add_explicit(&quota->running, 1, memory_order_relaxed);
}

void sched_rest(struct thread *t)
{
    struct quota *quota = t->process->quota;
    if (!t->running)
        return;
    t->running = false;
    if (quota->parent != NULL)
        atomic_fetch_sub_explicit(&quota->running, 1, memory_order_relaxed);
}

static int64_t sched_clamp_lag(int64_t lag)
{
    if (lag > SCHED_LAG_MAX)
        return SCHED_LAG_MAX;
    return lag < -SCHED_LAG_MAX ? -SCHED_LAG_MAX : lag;
}

/* The lock orders the changes; relaxed for those who look without it. */
static void queue_count_change(struct run_queue *queue, int change) REQUIRES(&queue->lock)
{
    uint32_t count = atomic_load_explicit(&queue->count, memory_order_relaxed);
    atomic_store_explicit(&queue->count, count + (uint32_t)change, memory_order_relaxed);
}

static void queue_insert(struct run_queue *queue, struct thread *t) REQUIRES(&queue->lock)
{
    ASSERT(!t->queued && t->running);
    sched_set_share(t);
    t->vruntime = queue->vtime + (uint64_t)sched_clamp_lag((int64_t)t->vruntime);
    t->queued = true;
    queue_count_change(queue, 1);
    queue->weight_sum += t->share;
    tree_insert(&queue->ready, &t->run_node, t->vruntime + sched_virtual(SCHED_SLICE_NS, t->share));
}

/* Should t, just queued, not wait for the end of the slice? Only when it is due much earlier: among equals it waits. */
static bool queue_preempts(const struct run_queue *queue, const struct thread *t)
    REQUIRES(&queue->lock)
{
    return (int64_t)(queue->running_deadline - t->run_node.key) > (int64_t)SCHED_SLICE_NS;
}

static void queue_remove(struct run_queue *queue, struct thread *t) REQUIRES(&queue->lock)
{
    tree_remove(&queue->ready, &t->run_node);
    t->vruntime -= queue->vtime;
    t->queued = false;
    queue_count_change(queue, -1);
    queue->weight_sum -= t->share;
}

/* The core that a ready thread should go to. */
static struct cpu *sched_place(struct machine *machine, struct thread *t)
{
    struct cpu *last = t->cpu;
    bool last_allowed = t->affinity >> last->index & 1;
    if (last_allowed && atomic_load(&last->idle))
        return last;
    struct cpu *allowed = last_allowed ? last : NULL;
    for (uint32_t i = 0; i < machine->cpu_count; i++) {
        struct cpu *cpu = machine->cpus[i];
        if (!(t->affinity >> i & 1))
            continue;
        if (atomic_load(&cpu->idle))
            return cpu;
        if (allowed == NULL)
            allowed = cpu;
    }
    return allowed != NULL ? allowed : last;
}

/*
 * Whether t waits here for a moment instead of waking another core at once. Who wakes a thread often blocks right after (a
 * request, a pipe, a wait for a child): then t runs here next, with no kick and warm caches. If not, sched_spill offers it.
 */
static bool sched_keeps(struct cpu *self, const struct thread *t)
{
    return self != NULL && t->affinity == UINT64_MAX && queue_is_empty(&self->queue);
}

void sched_ready(struct thread *t)
{
    struct machine *machine = t->object.machine;
    struct cpu *self = arch_cpu_self();
    bool keeps = sched_keeps(self, t);
    struct cpu *cpu = keeps ? self : sched_place(machine, t);
    lock_acquire(&cpu->queue.lock);
    t->cpu = cpu;
    queue_insert(&cpu->queue, t);
    if (queue_preempts(&cpu->queue, t))
        atomic_store_explicit(&cpu->preempt, true, memory_order_relaxed);
    lock_release(&cpu->queue.lock);
    /* Pairs with the idle core: it sets idle, then looks at its queue; here the queue is filled, then idle is read. */
    atomic_thread_fence(memory_order_seq_cst);
    if (cpu != self)
        arch_cpu_kick(cpu);
    else if (keeps)
        cpu->spill_ns = SCHED_SPILL_NEW;
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

static struct thread *queue_pick(struct run_queue *queue, uint32_t cpu_index) REQUIRES(&queue->lock)
{
    struct tree_node *node = tree_first(&queue->ready);
    struct thread *fallback = NULL;
    for (unsigned i = 0; node != NULL && i < SCHED_LOOK; i++, node = tree_next(node)) {
        struct thread *t = CONTAINER_OF(node, struct thread, run_node);
        if (!(t->affinity >> cpu_index & 1) && t->cpu->index != cpu_index)
            continue;
        if ((int64_t)(t->vruntime - queue->vtime) <= 0)
            return t;
        if (fallback == NULL)
            fallback = t;
    }
    return fallback;
}

static struct thread *queue_take(struct cpu *from, struct cpu *to)
{
    struct run_queue *queue = &from->queue;
    /* What comes in right after this look is announced by sched_ready, which kicks its core. */
    if (queue_is_empty(queue))
        return NULL;
    lock_acquire(&queue->lock);
    struct thread *t = queue_pick(queue, to->index);
    if (t != NULL)
        queue_remove(queue, t);
    if (t != NULL && from == to) {
        queue->running_deadline = t->run_node.key;
        atomic_store_explicit(&from->preempt, false, memory_order_relaxed);
    }
    lock_release(&queue->lock);
    return t;
}

static void sched_begin(struct cpu *cpu, struct thread *t)
{
    atomic_store_explicit(&t->cpu, cpu, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst); /* pairs with thread_interrupt */
    t->started_ns = cpu->now_ns;
    cpu->current = t;
    cpu->switches++;
    atomic_store_explicit(&cpu->current_kid, t->process->kid, memory_order_relaxed);
    atomic_store_explicit(&cpu->current_thread_id, t->id, memory_order_relaxed);
}

/* The thread that was handed the core runs on in the slice of who handed it over, so that a client and a server that call each
 * other for ever share one slice and nobody in the queue starves. NULL: there is none, or the slice is over. */
static struct thread *sched_take_handoff(struct cpu *cpu)
{
    struct thread *t = cpu->handoff;
    cpu->handoff = NULL;
    if (t == NULL || cpu->now_ns < cpu->slice_end_ns)
        return t;
    sched_ready(t);
    return NULL;
}

struct thread *sched_next(struct cpu *cpu)
{
    struct machine *machine = cpu->machine;
    struct thread *t = sched_take_handoff(cpu);
    if (t == NULL) {
        cpu->slice_end_ns = cpu->now_ns + SCHED_SLICE_NS;
        t = queue_take(cpu, cpu);
    }
    for (uint32_t i = 1; t == NULL && i < machine->cpu_count; i++)
        t = queue_take(machine->cpus[(cpu->index + i) % machine->cpu_count], cpu);
    if (t != NULL)
        sched_begin(cpu, t);
    return t;
}

void sched_account(struct cpu *cpu, struct thread *t)
{
    uint64_t now = cpu->now_ns = arch_time_ns(DYAD_CLOCK_MONOTONIC);
    uint64_t ran = now - t->started_ns;
    t->started_ns = now;
    t->runtime_ns += ran;
    struct run_queue *queue = &cpu->queue;
    lock_acquire(&queue->lock);
    uint64_t passed = sched_virtual(ran, (uint32_t)(queue->weight_sum + t->share));
    queue->vtime += passed;
    /* vruntime is relative while t is not queued: what it got beyond its share. */
    t->vruntime =
        (uint64_t)sched_clamp_lag((int64_t)(t->vruntime + sched_virtual(ran, t->share) - passed));
    lock_release(&queue->lock);
}
