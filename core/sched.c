/*
 * sched.c: per-core run queues: real-time threads by priority, then earliest eligible virtual deadline first (EEVDF; Stoica and
 * Abdel-Wahab, 1995).
 *
 * A thread's virtual time advances with its CPU time divided by its weight. It is eligible while it has not run more
 * than its share (vruntime <= the queue's virtual time), and among the eligible the earliest virtual deadline runs. While
 * a thread is not queued its vruntime is kept relative to the queue's time (its lag), so it can move between cores.
 *
 * Real-time threads take no part in that. No core runs a thread while one of higher priority that may run there waits in any
 * queue, unless real-time threads have to pay what they owe (SCHED_REALTIME_NS). Who queues such a thread looks at what the cores run
 * (cpu.level) and kicks one; who begins a thread looks at what waits in the queues (queue.top). Each publishes before it looks.
 */
#include "core/sched.h"

#include "core/machine.h"
#include "core/process.h"

#define SCHED_LOOK 8  /* how far to look for an eligible thread */
#define ORDER_BITS 56 /* of a real-time thread's key: its place among its equals */

void sched_init_thread(struct thread *t, struct cpu *cpu)
{
    t->cpu = cpu;
    t->weight = t->share = SCHED_WEIGHT_NORMAL;
    t->affinity = UINT64_MAX;
    t->vruntime = 0;
}

static uint32_t sched_policy(const struct thread *t)
{
    return SCHED_WORD_POLICY(atomic_load_explicit(&t->sched, memory_order_relaxed));
}

/* The machine's own quota is not divided: a thread there and a whole limited quota weigh the same. */
static void sched_set_share(struct thread *t)
{
    struct quota *quota = t->process->quota;
    uint32_t running =
        quota->parent != NULL ? atomic_load_explicit(&quota->running, memory_order_relaxed) : 1;
    uint32_t weight = sched_policy(t) == DYAD_SCHED_IDLE ? SCHED_WEIGHT_IDLE : t->weight;
    t->share = running > 1 ? weight / running : weight;
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

/* The lock orders the changes; relaxed for those who look without it. */
static void count_change(_Atomic uint32_t *count, int change)
{
    uint32_t old = atomic_load_explicit(count, memory_order_relaxed);
    atomic_store_explicit(count, old + (uint32_t)change, memory_order_relaxed);
}

/* Of a real-time thread, by its node in the tree: the one that it was queued with. */
static uint32_t node_priority(const struct tree_node *node)
{
    return DYAD_PRIORITY_MAX - (uint32_t)(node->key >> ORDER_BITS);
}

/* What others see of the real-time threads here. */
static void queue_publish_realtime(struct run_queue *queue, struct thread *t, int change)
    REQUIRES(&queue->lock)
{
    const struct tree_node *first = tree_first(&queue->realtime);
    uint32_t top = first != NULL ? node_priority(first) : 0;
    atomic_store_explicit(&queue->top, top, memory_order_relaxed);
    atomic_fetch_add_explicit(&t->object.machine->priorities.queued, (uint32_t)change,
                              memory_order_relaxed);
}

/* Release: who finds it here also finds t->cpu, which has been set before. */
static void queue_mark(struct run_queue *queue, struct thread *t, bool realtime)
    REQUIRES(&queue->lock)
{
    t->queued_realtime = realtime;
    atomic_store_explicit(&t->queue, queue, memory_order_release);
}

static void queue_insert_realtime(struct run_queue *queue, struct thread *t, uint32_t priority)
    REQUIRES(&queue->lock)
{
    uint64_t order = ++queue->order, middle = 1UL << (ORDER_BITS - 1);
    bool front = atomic_load_explicit(&t->place, memory_order_relaxed) == PLACE_FRONT;
    uint64_t key = (uint64_t)(DYAD_PRIORITY_MAX - priority) << ORDER_BITS;
    tree_insert(&queue->realtime, &t->run_node, key | (front ? middle - order : middle + order));
    queue_mark(queue, t, true);
    t->queued_lent = sched_is_lent(t);
    count_change(&queue->count, 1);
    count_change(&queue->ordinary, t->queued_lent);
    queue_publish_realtime(queue, t, 1);
    atomic_store_explicit(&t->place, PLACE_BACK, memory_order_relaxed);
}

static void queue_insert(struct run_queue *queue, struct thread *t) REQUIRES(&queue->lock)
{
    ASSERT(sched_queue(t) == NULL && t->running);
    /* After t->cpu has been set: sched_reprioritize changes the priority and then looks there. */
    uint32_t priority = atomic_load(&t->priority);
    if (priority != 0) {
        queue_insert_realtime(queue, t, priority);
        return;
    }
    sched_set_share(t);
    t->vruntime = queue->vtime + (uint64_t)sched_bound_lag((int64_t)t->vruntime);
    queue_mark(queue, t, false);
    count_change(&queue->count, 1);
    count_change(&queue->ordinary, 1);
    queue->weight_sum += t->share;
    tree_insert(&queue->ready, &t->run_node, t->vruntime + sched_virtual(SCHED_SLICE_NS, t->share));
}

/* Should t, just queued, not wait for the end of the slice? Only when it is due much earlier: among equals it waits. */
static bool queue_preempts(const struct run_queue *queue, const struct thread *t)
    REQUIRES(&queue->lock)
{
    return t->queued_realtime ||
           (int64_t)(queue->running_deadline - t->run_node.key) > (int64_t)SCHED_SLICE_NS;
}

static void queue_remove(struct run_queue *queue, struct thread *t) REQUIRES(&queue->lock)
{
    ASSERT(sched_queue(t) == queue);
    atomic_store_explicit(&t->queue, NULL, memory_order_relaxed);
    count_change(&queue->count, -1);
    if (t->queued_realtime) {
        count_change(&queue->ordinary, -(int)t->queued_lent);
        tree_remove(&queue->realtime, &t->run_node);
        queue_publish_realtime(queue, t, -1);
        return;
    }
    count_change(&queue->ordinary, -1);
    tree_remove(&queue->ready, &t->run_node);
    t->vruntime -= queue->vtime;
    queue->weight_sum -= t->share;
}

/* ---- where to ---- */

/* How much it matters what a core does: 0: idle; else 1 + the highest priority there. Where others are paid: more than any. */
static uint32_t cpu_matters(struct cpu *cpu)
{
    uint32_t level = sched_level(cpu), top = sched_top(cpu);
    if (top == 0 && atomic_load(&cpu->idle))
        return 0;
    if (sched_repays(cpu))
        return 1 + DYAD_PRIORITY_MAX;
    return 1 + (top > level ? top : level);
}

/* The core in the mask where a thread disturbs least; of equals its last. NULL: none. */
static struct cpu *sched_least(struct machine *machine, uint64_t mask, const struct cpu *last,
                               uint32_t *matters)
{
    struct cpu *best = NULL;
    for (uint32_t i = 0; i < machine->cpu_count; i++) {
        struct cpu *cpu = machine->cpus[i];
        if (!(mask >> i & 1))
            continue;
        uint32_t here = cpu_matters(cpu);
        if (best == NULL || here < *matters || (here == *matters && cpu == last)) {
            best = cpu;
            *matters = here;
        }
    }
    return best;
}

/* Also when it has to wait: behind an equal that yields its turn comes, behind one of higher priority perhaps never. But one that has
 * been preempted goes on where it was. */
static struct cpu *sched_place_realtime(struct machine *machine, struct thread *t)
{
    uint32_t matters = 0;
    struct cpu *last = t->cpu, *best = sched_least(machine, t->affinity, last, &matters);
    bool preempted = atomic_load_explicit(&t->place, memory_order_relaxed) == PLACE_FRONT;
    bool stays = preempted && matters > sched_priority(t) && (t->affinity >> last->index & 1);
    return best != NULL && !stays ? best : last;
}

/* The core has to look again. */
static void sched_tell_cpu(struct cpu *cpu)
{
    atomic_store_explicit(&cpu->preempt, true, memory_order_relaxed);
    if (cpu != arch_cpu_self())
        arch_cpu_kick(cpu);
}

/* A thread of this priority and mask has to wait where it was queued: get a core for it that does something of less. */
static void sched_push(struct machine *machine, uint32_t priority, uint64_t mask)
{
    uint32_t matters = 0;
    struct cpu *cpu = sched_least(machine, mask, NULL, &matters);
    if (cpu != NULL && matters <= priority)
        sched_tell_cpu(cpu);
}

/* The core that a ready thread should go to. */
static struct cpu *sched_place(struct machine *machine, struct thread *t)
{
    if (sched_priority(t) != 0)
        return sched_place_realtime(machine, t);
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
        if (allowed == NULL || (sched_level(allowed) != 0 && sched_level(cpu) == 0))
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
    return self != NULL && t->affinity == UINT64_MAX && queue_is_empty(&self->queue) &&
           (sched_priority(t) | sched_level(self)) == 0;
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
    uint32_t priority = t->queued_realtime ? sched_priority(t) : 0;
    bool behind = priority != 0 && tree_first(&cpu->queue.realtime) != &t->run_node;
    uint64_t mask = t->affinity;
    lock_release(&cpu->queue.lock); /* t may be gone from here on */
    /* Pairs with the idle core: it sets idle, then looks at its queue; here the queue is filled, then idle is read. */
    atomic_thread_fence(memory_order_seq_cst);
    if (cpu != self)
        arch_cpu_kick(cpu);
    else if (keeps)
        cpu->spill_ns = SCHED_SPILL_NEW;
    if (priority != 0 && (behind || sched_level(cpu) >= priority))
        sched_push(machine, priority, mask);
}

/* The core where t runs or waits has to look again. */
static void sched_tell(struct cpu *cpu, struct thread *t, enum sched_place place)
{
    if (place == PLACE_BEHIND && sched_queue(t) == NULL)
        atomic_store_explicit(&t->place, place, memory_order_relaxed);
    sched_tell_cpu(cpu);
}

static bool sched_runs(const struct cpu *cpu, const struct thread *t)
{
    return atomic_load_explicit(&cpu->current_kid, memory_order_relaxed) == t->process->kid &&
           atomic_load_explicit(&cpu->current_thread_id, memory_order_relaxed) == t->id;
}

static void queue_move(struct run_queue *queue, struct thread *t, enum sched_place place)
    REQUIRES(&queue->lock)
{
    queue_remove(queue, t);
    atomic_store_explicit(&t->place, place == PLACE_FRONT ? PLACE_FRONT : PLACE_BACK,
                          memory_order_relaxed);
    queue_insert(queue, t);
}

/* Held locks keep t alive, but it may move; each round sees that it has. */
void sched_reprioritize(struct thread *t, enum sched_place place)
{
    for (;;) {
        struct cpu *cpu = atomic_load(&t->cpu);
        lock_acquire(&cpu->queue.lock);
        /* In this queue or not: that cannot change now. In another it may come and go, and no second look would say when. */
        const struct run_queue *queue = sched_queue(t);
        bool queued = queue == &cpu->queue;
        bool elsewhere = !queued && (queue != NULL || atomic_load(&t->cpu) != cpu);
        if (queued)
            queue_move(&cpu->queue, t, place);
        lock_release(&cpu->queue.lock);
        if (elsewhere)
            continue;
        if (queued || sched_runs(cpu, t))
            sched_tell(cpu, t, place);
        if (queued && sched_level(cpu) >= sched_priority(t))
            sched_push(t->object.machine, sched_priority(t), t->affinity);
        return;
    }
}

/* May t, which waits, run on the core? Where it was queued it may in any case. */
static bool may_run_on(const struct thread *t, uint32_t cpu_index)
{
    return (t->affinity >> cpu_index & 1) || t->cpu->index == cpu_index;
}

static struct thread *queue_pick(struct run_queue *queue, uint32_t cpu_index) REQUIRES(&queue->lock)
{
    struct tree_node *node = tree_first(&queue->ready);
    struct thread *fallback = NULL;
    for (unsigned i = 0; node != NULL && i < SCHED_LOOK; i++, node = tree_next(node)) {
        struct thread *t = CONTAINER_OF(node, struct thread, run_node);
        if (!may_run_on(t, cpu_index))
            continue;
        if ((int64_t)(t->vruntime - queue->vtime) <= 0)
            return t;
        if (fallback == NULL)
            fallback = t;
    }
    return fallback;
}

/* The first real-time thread above a priority that may run on the core. */
static struct thread *queue_pick_realtime(struct run_queue *queue, uint32_t cpu_index,
                                          uint32_t above) REQUIRES(&queue->lock)
{
    struct tree_node *node = tree_first(&queue->realtime);
    for (unsigned i = 0; node != NULL && i < SCHED_LOOK; i++, node = tree_next(node)) {
        struct thread *t = CONTAINER_OF(node, struct thread, run_node);
        if (node_priority(node) <= above)
            return NULL;
        if (may_run_on(t, cpu_index))
            return t;
    }
    return NULL;
}

/* The highest priority that threads of this queue have of themselves, or that others run or wait with on other cores. */
static uint32_t queue_rival(struct run_queue *queue, const struct cpu *to) REQUIRES(&queue->lock)
{
    const struct machine *machine = to->machine;
    const struct tree_node *node = tree_first(&queue->realtime);
    while (node != NULL && CONTAINER_OF(node, struct thread, run_node)->queued_lent)
        node = tree_next(node);
    uint32_t highest = node != NULL ? node_priority(node) : 0;
    for (uint32_t i = 0; i < machine->cpu_count; i++) {
        if (machine->cpus[i] == to)
            continue;
        uint32_t level = sched_level(machine->cpus[i]), top = sched_top(machine->cpus[i]);
        uint32_t here = level > top ? level : top;
        highest = here > highest ? here : highest;
    }
    return highest;
}

/* A thread that might get nothing for the priority that it has been lent: somebody else has no lower one. Where only such threads
 * are owed something, one of them is found. */
static struct thread *queue_pick_lent(struct run_queue *queue, const struct cpu *to)
    REQUIRES(&queue->lock)
{
    struct tree_node *node = tree_first(&queue->realtime);
    uint32_t rival = queue_rival(queue, to);
    for (; node != NULL; node = tree_next(node)) {
        struct thread *t = CONTAINER_OF(node, struct thread, run_node);
        if (t->queued_lent && node_priority(node) <= rival && may_run_on(t, to->index))
            return t;
    }
    return NULL;
}

static struct thread *queue_choose(struct run_queue *queue, const struct cpu *to)
    REQUIRES(&queue->lock)
{
    struct thread *t = NULL;
    if (tree_first(&queue->realtime) == NULL)
        return queue_pick(queue, to->index);
    if (sched_repays(to)) {
        t = queue_pick_lent(queue, to);
        t = t != NULL ? t : queue_pick(queue, to->index);
    }
    if (t == NULL)
        t = queue_pick_realtime(queue, to->index, 0);
    return t != NULL ? t : queue_pick(queue, to->index);
}

static struct thread *queue_take(struct cpu *from, struct cpu *to)
{
    struct run_queue *queue = &from->queue;
    /* What comes in right after this look is announced by sched_ready, which kicks its core. */
    if (queue_is_empty(queue))
        return NULL;
    lock_acquire(&queue->lock);
    struct thread *t = queue_choose(queue, to);
    uint64_t key = t != NULL ? t->run_node.key : 0;
    if (t != NULL && from == to) {
        if (!t->queued_realtime)
            queue->running_deadline = key;
        atomic_store_explicit(&from->preempt, false, memory_order_relaxed);
    }
    if (t != NULL)
        queue_remove(queue, t);
    lock_release(&queue->lock);
    return t;
}

static void sched_begin(struct cpu *cpu, struct thread *t)
{
    uint32_t priority = sched_rank(cpu, t);
    atomic_store_explicit(&t->cpu, cpu, memory_order_relaxed);
    atomic_store_explicit(&cpu->level, priority, memory_order_relaxed);
    atomic_store_explicit(&cpu->current_kid, t->process->kid, memory_order_relaxed);
    atomic_store_explicit(&cpu->current_thread_id, t->id, memory_order_relaxed);
    /* Pairs with thread_interrupt, with sched_reprioritize and with sched_push: they look for whom they have to tell. */
    atomic_thread_fence(memory_order_seq_cst);
    t->started_ns = cpu->now_ns;
    uint64_t used = atomic_load_explicit(&t->used_ns, memory_order_relaxed);
    ASSERT(!(used & THREAD_RUNS));
    atomic_store_explicit(&t->used_ns, (cpu->now_ns - used) | THREAD_RUNS, memory_order_relaxed);
    cpu->current = t;
    cpu->switches++;
    if ((priority | sched_priority(t)) != 0)
        sched_begin_turn(cpu, t);
}

/* The thread that was handed the core runs on in the slice of who handed it over, so that a client and a server that call each
 * other for ever share one slice and nobody in the queue starves. NULL: there is none, the slice is over, or another goes first. */
static struct thread *sched_take_handoff(struct cpu *cpu)
{
    struct thread *t = cpu->handoff;
    cpu->handoff = NULL;
    if (t == NULL)
        return t;
    uint32_t priority = sched_priority(t);
    bool first = priority == 0
                     ? (sched_level(cpu) | sched_top(cpu)) == 0 && cpu->now_ns < cpu->slice_end_ns
                     : priority >= sched_top(cpu) && !sched_repays(cpu);
    if (first)
        return t;
    sched_ready(t);
    return NULL;
}

/* A real-time thread that waits in another queue and comes before the one that this core has just begun: they change places. */
static struct thread *sched_outranked(struct cpu *cpu, struct thread *t)
{
    struct machine *machine = cpu->machine;
    if (sched_repays(cpu) && sched_rank(cpu, t) == 0)
        return t;
    for (uint32_t i = 1; i < machine->cpu_count; i++) {
        struct cpu *from = machine->cpus[(cpu->index + i) % machine->cpu_count];
        if (sched_top(from) <= sched_priority(t))
            continue;
        lock_acquire(&from->queue.lock);
        struct thread *better = queue_pick_realtime(&from->queue, cpu->index, sched_priority(t));
        if (better != NULL)
            queue_remove(&from->queue, better);
        lock_release(&from->queue.lock);
        if (better == NULL)
            continue;
        sched_leave(cpu, t);
        if (sched_priority(t) != 0)
            atomic_store_explicit(&t->place, PLACE_FRONT, memory_order_relaxed);
        sched_begin(cpu, better);
        sched_ready(t);
        t = better;
    }
    return t;
}

/* One in the queue that comes before what a core runs where it may run: that core. NULL: none. */
static struct cpu *queue_wants(struct run_queue *queue, struct machine *machine)
    REQUIRES(&queue->lock)
{
    const struct tree_node *node = tree_first(&queue->realtime);
    for (unsigned i = 0; node != NULL && i < SCHED_LOOK; i++, node = tree_next(node)) {
        const struct thread *t = CONTAINER_OF(node, struct thread, run_node);
        uint32_t matters = 0;
        struct cpu *cpu = sched_least(machine, t->affinity, NULL, &matters);
        if (cpu != NULL && matters <= node_priority(node))
            return cpu;
    }
    return NULL;
}

void sched_pass_on(struct machine *machine)
{
    uint32_t least = 0;
    sched_least(machine, UINT64_MAX, NULL, &least);
    for (uint32_t i = 0; i < machine->cpu_count; i++) {
        struct run_queue *queue = &machine->cpus[i]->queue;
        uint32_t top = sched_top(machine->cpus[i]);
        if (top == 0 || least > top)
            continue;
        lock_acquire(&queue->lock);
        struct cpu *cpu = queue_wants(queue, machine);
        lock_release(&queue->lock);
        if (cpu == NULL)
            continue;
        sched_tell_cpu(cpu);
        return;
    }
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
    if (t == NULL) {
        atomic_store_explicit(&cpu->level, 0, memory_order_relaxed);
        return NULL;
    }
    sched_begin(cpu, t);
    if (priorities_wait(&machine->priorities)) {
        t = sched_outranked(cpu, t);
        sched_pass_on(machine);
    }
    return t;
}
