/* check.c: what must be true of the machine: at any moment, when all cores are idle, and when everything has ended. */
#include <string.h>

#include "core/event.h"
#include "core/heap.h"
#include "core/kschemes.h"
#include "core/process.h"
#include "core/sched.h"
#include "core/scheme.h"
#include "core/space.h"
#include "tests/sim/user.h"

/* The checkers call functions of core/ that take locks: as if outside of all cores, and without scheduling points. */
static struct sim_core *check_enter(void)
{
    struct sim_core *core = sim.core;
    sim.checked_from = core;
    sim.core = NULL;
    sim.running = false;
    return core;
}

static void check_leave(struct sim_core *core)
{
    sim.core = core;
    sim.checked_from = NULL;
    sim.running = true;
}

/* ---- at any moment ---- */

/* -> how many threads are in a tree of a core's queue; adds to *lent those that have only been lent a priority. */
static uint32_t check_ready(struct cpu *cpu, const struct tree *tree, bool realtime, uint32_t *lent)
{
    uint32_t count = 0;
    for (struct tree_node *node = tree_first(tree); node != NULL; node = tree_next(node)) {
        const struct thread *t = CONTAINER_OF(node, struct thread, run_node);
        if (sched_queue(t) != &cpu->queue || t->queued_realtime != realtime || t->cpu != cpu)
            sim_fail("run queue of core %u: thread %u is not said to be there", cpu->index, t->id);
        if (t->wait.state != WAIT_NONE)
            sim_fail("run queue of core %u: thread %u waits", cpu->index, t->id);
        count++;
        *lent += realtime && t->queued_lent;
    }
    return count;
}

static void check_queue(struct cpu *cpu) NO_THREAD_ANALYSIS
{
    const struct run_queue *queue = &cpu->queue;
    uint32_t lent = 0;
    uint32_t fair = check_ready(cpu, &queue->ready, false, &lent);
    uint32_t realtime = check_ready(cpu, &queue->realtime, true, &lent);
    if (fair + realtime != atomic_load(&queue->count) || (fair == 0) != (queue->weight_sum == 0))
        sim_fail("run queue of core %u: %u threads, said to be %u of weight %llu", cpu->index,
                 fair + realtime, atomic_load(&queue->count),
                 (unsigned long long)queue->weight_sum);
    if (fair + lent != atomic_load(&queue->ordinary) ||
        (realtime == 0) != (atomic_load(&queue->top) == 0))
        sim_fail(
            "run queue of core %u: %u ordinary threads, said to be %u, real-time ones up to %u",
            cpu->index, fair + lent, atomic_load(&queue->ordinary), atomic_load(&queue->top));
}

/* A thread is in one place only. */
static void check_place(const struct thread *t)
{
    unsigned places = sched_queue(t) != NULL;
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        const struct cpu *cpu = sim.cores[i].cpu;
        places += cpu->current == t;
        places += cpu->handoff == t;
    }
    if (places > 1)
        sim_fail("%s is in %u places at once", actor_name(t->user.actor), places);
}

/* What the core does now: the priority of its thread, and whether it will look at its queues before it goes on. */
static bool check_settled(const struct sim_core *core)
{
    bool quiet = core->running != &core->kernel || core->state == CORE_IDLE;
    return quiet && !core->kicked && core->irq == 0 && core->held_count == 0;
}

/* What others see of the core is so: a change that it has not been told of stays unknown until its thread leaves. */
static void check_level(const struct cpu *cpu)
{
    const struct thread *t = cpu->current;
    if (t != NULL && sched_level(cpu) != sched_rank(cpu, t))
        sim_fail("core %u is said to run priority %u, and thread %u there has %u", cpu->index,
                 sched_level(cpu), t->id, sched_rank(cpu, t));
}

/* A core that runs something of less than what waits: when no core is in the kernel, and none has been told to look. */
static void check_priorities(void) NO_THREAD_ANALYSIS
{
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (!check_settled(&sim.cores[i]) || sim.cores[i].timer_ns <= sim.now_ns)
            return;
    }
    for (unsigned i = 0; i < sim.plan->cores; i++)
        check_level(sim.cores[i].cpu);
    for (unsigned i = 0; i < sim.plan->cores * sim.plan->cores; i++) {
        const struct cpu *cpu = sim.cores[i / sim.plan->cores].cpu;
        const struct cpu *other = sim.cores[i % sim.plan->cores].cpu;
        const struct tree_node *first = tree_first(&other->queue.realtime);
        if (first == NULL || sched_repays(cpu) || sched_repays(other))
            continue;
        const struct thread *waits = CONTAINER_OF(first, struct thread, run_node);
        uint32_t runs = cpu->current != NULL ? atomic_load(&cpu->current->priority) : 0;
        if ((waits->affinity >> cpu->index & 1) && atomic_load(&waits->priority) > runs)
            sim_fail("core %u runs priority %u while thread %u of priority %u waits on core %u",
                     cpu->index, runs, waits->id, atomic_load(&waits->priority), other->index);
    }
}

void check_often(void)
{
    check_priorities();
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        struct cpu *cpu = sim.cores[i].cpu;
        bool busy = sim.cores[i].held_count != 0;
        if (lock_is_free(&cpu->queue.lock) && !busy)
            check_queue(cpu);
    }
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        if (sim_actors[i].used && lock_is_free(&actor_thread(&sim_actors[i])->cpu->queue.lock))
            check_place(actor_thread(&sim_actors[i]));
    }
    authority_look();
    check_objects(false);
}

/* ---- all cores are idle ---- */

/* What `t` waits for has already happened. */
static void check_wait_happened(const struct actor *a, const char *what)
{
    check_describe();
    sim_fail("lost wake-up: %s waits although %s", actor_name(a), what);
}

/* A tag is held by a request that is served, or waits for the late reply of a process that lives. */
static void check_tags(const struct actor *a, struct scheme *scheme) NO_THREAD_ANALYSIS
{
    for (unsigned i = 0; i < scheme->chunk_count * TAG_CHUNK; i++) {
        const struct request_tag *tag = tag_at_locked(scheme, i);
        if (tag->state == TAG_ABANDONED &&
            tree_find(&sim.machine->processes, tag->server_kid) == NULL)
            sim_fail("%s: tag %u waits for the reply of a server that has died", actor_name(a), i);
        if (tag->state == TAG_HELD && (tag->slot == NULL || tag->slot->state != REQUEST_SERVED ||
                                       tag_index(tag->slot->message.tag) != i))
            sim_fail("%s: tag %u is held by no request", actor_name(a), i);
    }
}

static void check_server(const struct actor *a, struct scheme *scheme) NO_THREAD_ANALYSIS
{
    check_tags(a, scheme);
    if (!list_empty(&scheme->queue))
        check_wait_happened(a, "a request is queued");
    if (!list_empty(&scheme->notices) || scheme->cancel_first != 0)
        check_wait_happened(a, "a notice is queued");
    if (scheme_is_dead(scheme))
        check_wait_happened(a, "its scheme is dead");
}

/* A signal has come for a call that a server holds: the server has been told, or will be. */
static void check_cancel(const struct actor *a, const struct request_slot *slot) NO_THREAD_ANALYSIS
{
    uint32_t attention = atomic_load(&actor_thread(a)->attention);
    if (!(attention & ATTENTION_SIGNAL) || slot->file == NULL || slot->message.tag == 0)
        return;
    unsigned index = tag_index(slot->message.tag);
    const struct request_tag *tag = tag_at_locked(slot->file->scheme, index);
    if (slot->state == REQUEST_QUEUED)
        check_wait_happened(a, "a signal has come and no server has its request");
    if (!tag->cancel_queued && !tag->cancel_sent)
        check_wait_happened(a, "a signal has come and its server does not hear of it");
}

static void check_call(const struct actor *a, const struct request_slot *slot)
{
    if (slot == NULL || slot->client != actor_thread(a) || slot->state == REQUEST_IDLE)
        check_wait_happened(a, "its call is not under way");
    if (slot->state == REQUEST_MOVING)
        check_wait_happened(a, "nobody moves its request");
    if (slot->state == REQUEST_QUEUED && !list_linked(&slot->link))
        check_wait_happened(a, "its request is in no queue");
    if (slot->state == REQUEST_SERVED && slot->message.tag == 0)
        check_wait_happened(a, "its request has no tag");
    if (slot->file != NULL && scheme_is_dead(slot->file->scheme))
        check_wait_happened(a, "the scheme of its call is dead");
    check_cancel(a, slot);
}

/* core/event.c's, as far as it is needed here. */
struct event_object_head {
    struct kfile file;
    struct event_queue queue;
};

static void check_events(const struct actor *a, struct kobject *object) NO_THREAD_ANALYSIS
{
    struct event_queue *queue =
        &CONTAINER_OF(kfile_of(object), struct event_object_head, file)->queue;
    LIST_FOR_EACH(node, &queue->watches)
    {
        const struct watch *watch = LIST_ENTRY(node, struct watch, all_link);
        unsigned levels = watch->object->ops->poll(watch->object);
        if (levels & (watch->mask | EVENT_ERROR | EVENT_HANGUP))
            check_wait_happened(a, "an event that it watches is there");
    }
}

#define PIPE_NEED_WORD 4 /* t->op of core/pipe.c */

static void check_pipe(const struct actor *a, struct kobject *object)
{
    const struct thread *t = actor_thread(a);
    unsigned levels = object->ops->poll(object);
    if (object->ops->kind == HANDLE_KIND_PIPE_READ && levels != 0)
        check_wait_happened(a, "the pipe can be read");
    if (object->ops->kind == HANDLE_KIND_PIPE_WRITE &&
        ((levels & EVENT_ERROR) ||
         ((levels & EVENT_WRITABLE) && t->op.words[PIPE_NEED_WORD] <= 4096)))
        check_wait_happened(a, "the pipe can be written");
}

static void check_stopped(const struct actor *a, struct process *process) NO_THREAD_ANALYSIS
{
    const struct thread *t = actor_thread(a);
    bool stopped = false;
    LIST_FOR_EACH(node, &process->stopped_threads)
    stopped |= node == &t->wait.link;
    if (stopped && t->parked_signo == 0 && process->state == PROCESS_STATE_RUNNING)
        check_wait_happened(a, "its process is not stopped");
}

static void check_wait(const struct actor *a)
{
    const struct thread *t = actor_thread(a);
    struct kobject *object = t->wait.object;
    bool call = t->wait.interrupt != NULL;
    if (t->wait.state != WAIT_ARMED || object == NULL) {
        check_describe();
        sim_fail("lost thread: %s neither runs, is queued nor waits (state %d)", actor_name(a),
                 t->wait.state);
    }
    uint32_t attention = atomic_load(&t->attention);
    if (attention & ATTENTION_KILL)
        check_wait_happened(a, "it has been killed");
    if ((attention & ATTENTION_SIGNAL) && !call && !t->wait.kill_only)
        check_wait_happened(a, "a signal has come");
    if (call)
        check_call(a, t->request);
    switch (call ? 0 : object->ops->kind) {
    case HANDLE_KIND_SCHEME: check_server(a, scheme_of(object)); break;
    case HANDLE_KIND_EVENT: check_events(a, object); break;
    case HANDLE_KIND_PIPE_READ:
    case HANDLE_KIND_PIPE_WRITE: check_pipe(a, object); break;
    case HANDLE_KIND_SPACE: check_wait_happened(a, "no core is in user mode"); break;
    case HANDLE_KIND_PROCESS: check_stopped(a, process_of(object)); break;
    default: break;
    }
}

static void check_processes(void) NO_THREAD_ANALYSIS
{
    for (struct tree_node *node = tree_first(&sim.machine->processes); node != NULL;
         node = tree_next(node)) {
        const struct process *process = CONTAINER_OF(node, struct process, machine_node);
        if (process->space != NULL)
            space_check(process->space);
        unsigned threads = 0, reserved = process->handles.reserved;
        LIST_FOR_EACH(thread, &process->threads)
        threads++;
        if (threads != process->thread_count)
            sim_fail("%s has %u threads, not %u", process->name, threads, process->thread_count);
        if (reserved > threads)
            sim_fail("%s has %u reserved handles and %u threads", process->name, reserved, threads);
    }
}

void check_idle(void)
{
    struct sim_core *core = check_enter();
    check_often();
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        const struct cpu *cpu = sim.cores[i].cpu;
        if (cpu->current != NULL || cpu->handoff != NULL || cpu->reap != NULL ||
            atomic_load(&cpu->queue.count) != 0) {
            check_describe();
            sim_fail("core %u sleeps and has a thread to run", i);
        }
    }
    if (reclaim_pending(&sim.machine->page_pool.reclaim) ||
        reaper_pending(&sim.machine->schemes->reaper))
        sim_fail("all cores sleep and work is left to be reaped");
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        if (sim_actors[i].used)
            check_wait(&sim_actors[i]);
    }
    check_processes();
    check_objects(true);
    check_leave(core);
}

/* ---- the end ---- */

void check_end(void)
{
    struct machine *machine = sim.machine;
    quarantine_flush();
    machine_destroy(machine);
    while (reclaim_step(machine))
        continue;
    heap_check(machine);
    if (heap_bytes_used(machine) != 0)
        sim_fail("leak: %zu bytes of kernel memory", heap_bytes_used(machine));
    heap_trim(machine);
    page_pool_check(machine);
    if (page_count_free(machine) != page_count_total(machine))
        sim_fail("leak: %zu pages", page_count_total(machine) - page_count_free(machine));
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
        uint64_t used = atomic_load(&machine->quota.used[kind]);
        if (used != 0)
            sim_fail("leak: quota %u: %llu", kind, (unsigned long long)used);
    }
    uint32_t references = atomic_load(&machine->quota.references);
    if (references != 1)
        sim_fail("leak: %u references of the root quota", references - 1);
    if (sim.spaces != 0 || sim.users != 0)
        sim_fail("leak: %u spaces, %u user contexts", sim.spaces, sim.users);
}

/* ---- in words ---- */

static const char *wait_words(const struct thread *t)
{
    if (t->wait.state == WAIT_NONE)
        return sched_queue(t) != NULL ? "ready" : "not waiting";
    if (t->wait.state == WAIT_CLAIMED)
        return "claimed";
    if (t->wait.interrupt != NULL)
        return "waits for the reply to a call";
    return "waits";
}

void check_describe(void)
{
    for (unsigned i = 0; i < SIM_ACTORS_MAX; i++) {
        const struct actor *a = &sim_actors[i];
        if (!a->used)
            continue;
        const struct thread *t = actor_thread(a);
        sim_report("  %s: in call %llu(%#llx, %#llx), %s%s%s, attention %u", actor_name(a),
                   (unsigned long long)a->user->number, (unsigned long long)a->user->args[0],
                   (unsigned long long)a->user->args[1], wait_words(t),
                   t->wait.object != NULL ? ", object: " : "",
                   t->wait.object != NULL ? t->wait.object->ops->name : "",
                   atomic_load(&t->attention));
        if (t->wait.interrupt != NULL && t->request != NULL)
            sim_report(", request state %d", t->request->state);
        sim_report("\n");
    }
}
