/*
 * check_objects.c: what is true of each object that can be reached while nobody holds the locks that guard it: of handle tables, watches and
 * queues, schemes with their tags, files and pins, namespaces, signals, timers. When all cores are idle also what is in flight is known, and
 * counts must be equal where they are bounds before.
 */
#include <string.h>

#include "core/event.h"
#include "core/memory.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/sched.h"
#include "core/scheme.h"
#include "core/space.h"
#include "tests/sim/user.h"

#define OBJECTS   1024u /* a power of 2; a machine with more is not looked at */
#define LIST_MOST 4096u /* a longer list is a ring without its head */

/* What refers to an object, as far as it can be seen. */
struct counted {
    struct kobject *object;
    uint32_t handles;  /* in tables, and with requests */
    uint32_t controls; /* of them those that keep a scheme served */
    uint32_t pins;     /* requests that name the file */
};

/* core/event.c's, as far as it is needed here. */
struct event_object_head {
    struct kobject object;
    struct event_queue queue;
};

static struct counted table[OBJECTS];
static unsigned slots[OBJECTS / 2], slot_count;
static bool idle;

static void table_reset(void)
{
    for (unsigned i = 0; i < slot_count; i++)
        table[slots[i]].object = NULL;
    slot_count = 0;
}

/* NULL: there is no room. */
static struct counted *counted_of(struct kobject *object)
{
    uint64_t slot = ((uintptr_t)object >> 4) * 0x9e3779b97f4a7c15u >> 40;
    for (;; slot++) {
        struct counted *at = &table[slot % OBJECTS];
        if (at->object == object)
            return at;
        if (at->object != NULL)
            continue;
        if (slot_count == ARRAY_COUNT(slots))
            return NULL;
        slots[slot_count++] = slot % OBJECTS;
        *at = (struct counted){.object = object};
        return at;
    }
}

/* Both directions agree; -> its length. */
static unsigned list_length(const struct list *head, const char *what)
{
    unsigned length = 0;
    for (const struct list *node = head->next; node != head; node = node->next) {
        if (node->next->prev != node || node->prev->next != node || ++length > LIST_MOST)
            sim_fail("%s: the list is not whole", what);
    }
    return length;
}

/* ---- what refers to what ---- */

static bool count_handle(struct kobject *object, uint32_t rights)
{
    struct counted *at = counted_of(object);
    if (at == NULL)
        return false;
    at->handles++;
    at->controls += object->ops->kind == HANDLE_KIND_SCHEME && (rights & RIGHT_CONTROL);
    return true;
}

static bool count_pin(struct file *file)
{
    struct counted *at = file != NULL ? counted_of(&file->object) : NULL;
    if (at != NULL)
        at->pins++;
    return file == NULL || at != NULL;
}

/* The call that a thread waits in. */
static bool count_request(const struct request_slot *slot)
{
    if (slot == NULL || slot->state == REQUEST_IDLE)
        return true;
    /* What goes with a request keeps a scheme served even without the right's bit: only handle_ref_take counts it, as here. */
    if (slot->send.object != NULL && !count_handle(slot->send.object, slot->send.rights))
        return false;
    return count_pin(slot->file) && count_pin(slot->other);
}

static bool count_process(struct process *process) NO_THREAD_ANALYSIS
{
    const struct handle_table *handles = &process->handles;
    for (uint32_t i = 0; i < handles->capacity; i++) {
        const struct handle_entry *entry = &handles->entries[i];
        if (entry->object != NULL && !count_handle(entry->object, entry->rights))
            return false;
    }
    LIST_FOR_EACH(node, &process->threads)
    {
        if (!count_request(LIST_ENTRY(node, struct thread, process_link)->request))
            return false;
    }
    return process->names == NULL || counted_of(&process->names->object) != NULL;
}

/* ---- processes ---- */

static void check_handles(const struct process *process)
{
    const struct handle_table *handles = &process->handles;
    unsigned used = 0, free = 0;
    for (uint32_t i = 0; i < handles->capacity; i++)
        used += handles->entries[i].object != NULL;
    for (uint32_t next = handles->first_free; next != 0;
         next = handles->entries[next - 1].next_free) {
        if (next > handles->capacity || ++free > handles->capacity ||
            handles->entries[next - 1].object != NULL)
            sim_fail("%s: the list of free handles is not whole", process->name);
    }
    if (used != handles->count || used + free != handles->capacity)
        sim_fail("%s: %u handles and %u free ones, said to be %u of %u", process->name, used, free,
                 handles->count, handles->capacity);
    if (handles->reserved > free)
        sim_fail("%s: %u handles are reserved, and %u are free", process->name, handles->reserved,
                 free);
}

/* What is pending where a record was sent to: the process, or one of its threads. */
static uint64_t pending_of(const struct process *process, uint32_t thread) NO_THREAD_ANALYSIS
{
    if (thread == 0)
        return process->signal_pending;
    LIST_FOR_EACH(node, &process->threads)
    {
        const struct thread *t = LIST_ENTRY(node, struct thread, process_link);
        if (t->id == thread)
            return t->signal_pending;
    }
    return 0;
}

static void check_records(const struct process *process) NO_THREAD_ANALYSIS
{
    list_length(&process->signal_records, "signal records");
    LIST_FOR_EACH(node, &process->signal_records)
    {
        const struct signal_record *record = LIST_ENTRY(node, struct signal_record, link);
        uint32_t signo = record->info.signo;
        uint64_t bit = DYAD_SIGNAL_BIT(signo);
        if (signo == 0 || signo > DYAD_SIGNAL_COUNT || !(pending_of(process, record->thread) & bit))
            sim_fail("%s: a record of signal %u, which is not pending", process->name, signo);
        for (const struct list *next = node->next; next != &process->signal_records && signo < 32;
             next = next->next) {
            const struct signal_record *other = LIST_ENTRY(next, struct signal_record, link);
            if (other->info.signo == signo && other->thread == record->thread)
                sim_fail("%s: two records of signal %u", process->name, signo);
        }
    }
}

static void check_thread(const struct process *process, const struct thread *t,
                         uint32_t after) NO_THREAD_ANALYSIS
{
    if (t->process != process || t->id <= after || t->id > process->next_thread_id)
        sim_fail("%s: thread %u is out of order, or another's", process->name, t->id);
    if ((t->signal_mask | t->signal_wait_set) & DYAD_SIGNALS_FORCED)
        sim_fail("%s: thread %u blocks or waits for what cannot be", process->name, t->id);
    if (t->weight == 0 || t->share == 0 || t->share > t->weight || t->affinity == 0)
        sim_fail("%s: thread %u: weight %u, share %u", process->name, t->id, t->weight, t->share);
    uint64_t ready = t->signal_pending & ~t->signal_mask;
    if (ready != 0 && lock_is_free(&t->lock) && !process->dying &&
        !(atomic_load(&t->attention) & ATTENTION_SIGNAL))
        sim_fail("%s: thread %u does not know of signals %#llx", process->name, t->id,
                 (unsigned long long)ready);
    if (t->wait.state == WAIT_ARMED && t->sync_space != NULL &&
        t->wait.object == &t->sync_space->object && t->wait.data[0] != t->sync_ticket)
        sim_fail("%s: thread %u waits for another ticket than its own", process->name, t->id);
    if (!idle)
        return;
    if (t->wait.state == WAIT_ARMED && (t->running || sched_queue(t) != NULL))
        sim_fail("%s: thread %u waits, and is counted as running", process->name, t->id);
    if (t->wait.state == WAIT_ARMED && t->wait.object == NULL)
        sim_fail("%s: thread %u waits for nothing", process->name, t->id);
}

static void check_stopped(const struct process *process) NO_THREAD_ANALYSIS
{
    list_length(&process->stopped_threads, "stopped threads");
    LIST_FOR_EACH(node, &process->stopped_threads)
    {
        const struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        if (t->process != process || t->wait.state == WAIT_NONE || !t->wait.kill_only)
            sim_fail("%s: thread %u is stopped, and does not wait so", process->name, t->id);
    }
    if (list_length(&process->exec_waiters, "exec waiters") > 1)
        sim_fail("%s: two threads wait for the others' end", process->name);
}

static void check_process(const struct process *process) NO_THREAD_ANALYSIS
{
    uint32_t after = 0;
    check_handles(process);
    check_records(process);
    check_stopped(process);
    if (list_length(&process->threads, "threads") != process->thread_count)
        sim_fail("%s: not %u threads", process->name, process->thread_count);
    LIST_FOR_EACH(node, &process->threads)
    {
        const struct thread *t = LIST_ENTRY(node, struct thread, process_link);
        check_thread(process, t, after);
        after = t->id;
    }
    if (process->state == PROCESS_STATE_DEAD && !process->dying)
        sim_fail("%s: dead, and has not died", process->name);
    uint32_t levels = atomic_load(&process->levels);
    if (((levels & EVENT_SIGNAL) != 0) != (process->default_pending != 0) && idle)
        sim_fail("%s: levels %#x, signals for its supervisor %#llx", process->name, levels,
                 (unsigned long long)process->default_pending);
    if (((levels & EVENT_EXIT) != 0) != (process->state == PROCESS_STATE_DEAD) && idle)
        sim_fail("%s: levels %#x in state %d", process->name, levels, process->state);
    if (idle && process->thread_count != 0 && process->space == NULL)
        sim_fail("%s: threads without memory", process->name);
}

/* ---- watches ---- */

static struct event_queue *queue_of(struct kobject *object)
{
    switch (object->ops->kind) {
    case HANDLE_KIND_EVENT: return &CONTAINER_OF(object, struct event_object_head, object)->queue;
    case HANDLE_KIND_SCHEME: return &scheme_of(object)->events;
    default: return NULL;
    }
}

static void check_watched(const struct kobject *object) NO_THREAD_ANALYSIS
{
    if (!lock_is_free(&object->watch_lock))
        return;
    unsigned watches = list_length(&object->watches, "watches of an object");
    if (watches != atomic_load(&object->watched))
        sim_fail("a %s has %u watches, said to be %u", object->ops->name, watches,
                 atomic_load(&object->watched));
    LIST_FOR_EACH(node, &object->watches)
    {
        const struct watch *watch = LIST_ENTRY(node, struct watch, object_link);
        if (watch->object != object || !list_linked(&watch->all_link))
            sim_fail("a watch of a %s is another's, or of no queue", object->ops->name);
    }
}

static void check_queue(const struct event_queue *queue) NO_THREAD_ANALYSIS
{
    if (!lock_is_free(&queue->lock))
        return;
    unsigned watches = list_length(&queue->watches, "watches of a queue");
    unsigned triggered = list_length(&queue->triggered, "triggered watches");
    if (watches != atomic_load(&queue->watch_count) || triggered != atomic_load(&queue->pending))
        sim_fail("a queue with %u watches, %u triggered, said to be %u and %u", watches, triggered,
                 atomic_load(&queue->watch_count), atomic_load(&queue->pending));
    LIST_FOR_EACH(node, &queue->triggered)
    {
        const struct watch *watch = LIST_ENTRY(node, struct watch, queue_link);
        if (watch->queue != queue || !list_linked(&watch->all_link))
            sim_fail("a triggered watch is not one of its queue");
    }
    /* Level-triggered: who looks is told of all that is ready. */
    LIST_FOR_EACH(node, &queue->watches)
    {
        const struct watch *watch = LIST_ENTRY(node, struct watch, all_link);
        uint32_t levels = idle ? watch->object->ops->poll(watch->object) : 0;
        if ((levels & (watch->mask | EVENT_ERROR | EVENT_HANGUP)) &&
            !list_linked(&watch->queue_link))
            sim_fail("a %s is ready (%#x), and its watch is not triggered",
                     watch->object->ops->name, levels);
    }
}

/* ---- schemes ---- */

/* Each tag is free and in the list of the free ones, or it is not. */
static void check_tags(struct scheme *scheme) NO_THREAD_ANALYSIS
{
    unsigned count = scheme->chunk_count * TAG_CHUNK, free = 0, listed = 0, cancels = 0, queued = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct request_tag *tag = tag_at_locked(scheme, i);
        free += tag->state == TAG_FREE;
        cancels += tag->cancel_queued;
        if (tag->generation == 0 || (tag->state == TAG_FREE && tag->cancel_queued) ||
            (tag->state == TAG_HELD) != (tag->slot != NULL))
            sim_fail("scheme %s: tag %u in state %d is not whole", scheme->name, i, tag->state);
    }
    for (unsigned next = scheme->tag_free; next != 0; next = tag_at_locked(scheme, next - 1)->next)
        if (next > count || ++listed > count || tag_at_locked(scheme, next - 1)->state != TAG_FREE)
            sim_fail("scheme %s: the list of free tags is not whole", scheme->name);
    unsigned previous = 0;
    for (unsigned next = scheme->cancel_first; next != 0;
         previous = next, next = tag_at_locked(scheme, next - 1)->next) {
        const struct request_tag *tag = next <= count ? tag_at_locked(scheme, next - 1) : NULL;
        if (tag == NULL || ++queued > count || !tag->cancel_queued || tag->prev != previous)
            sim_fail("scheme %s: the list of cancels is not whole", scheme->name);
    }
    if (free != listed || cancels != queued || scheme->cancel_last != previous)
        sim_fail("scheme %s: %u of %u free tags and %u of %u cancels are listed", scheme->name,
                 listed, free, queued, cancels);
}

static void check_file(struct scheme *scheme, struct file *file, uint64_t key) NO_THREAD_ANALYSIS
{
    const struct counted *counted = counted_of(&file->object);
    if (file->scheme != scheme || file->id != key)
        sim_fail("scheme %s: file %llu is another's", scheme->name, (unsigned long long)file->id);
    if (counted != NULL && counted->pins != file->pins)
        sim_fail("scheme %s: file %llu is pinned %u times by %u requests", scheme->name,
                 (unsigned long long)file->id, file->pins, counted->pins);
    bool told = list_linked(&file->notice_link);
    if (told != (file->notices != 0) && idle)
        sim_fail("scheme %s: file %llu: notices %u", scheme->name, (unsigned long long)file->id,
                 file->notices);
    if (told && (file->notices & NOTICE_CLOSE) && (!file->closed || file->pins != 0))
        sim_fail("scheme %s: file %llu: its close is told too early", scheme->name,
                 (unsigned long long)file->id);
    if (idle && file->closed != (atomic_load(&file->object.handles) == 0))
        sim_fail("scheme %s: file %llu has %u handles, closed: %d", scheme->name,
                 (unsigned long long)file->id, atomic_load(&file->object.handles), file->closed);
}

static void check_scheme(struct scheme *scheme) NO_THREAD_ANALYSIS
{
    if (!lock_is_free(&scheme->lock))
        return;
    check_tags(scheme);
    list_length(&scheme->servers, "servers");
    list_length(&scheme->notices, "notices");
    list_length(&scheme->queue, "requests");
    LIST_FOR_EACH(node, &scheme->queue)
    {
        const struct request_slot *slot = LIST_ENTRY(node, struct request_slot, link);
        if (slot->state != REQUEST_QUEUED || slot->message.tag != 0)
            sim_fail("scheme %s: a request in its queue is in state %d with tag %u", scheme->name,
                     slot->state, slot->message.tag);
    }
    for (struct tree_node *node = tree_first(&scheme->files); node != NULL; node = tree_next(node))
        check_file(scheme, CONTAINER_OF(node, struct file, node), node->key);
    bool backlog =
        !list_empty(&scheme->queue) || !list_empty(&scheme->notices) || scheme->cancel_first != 0;
    if (idle && backlog && !atomic_load(&scheme->backlog) && !scheme_is_dead(scheme))
        sim_fail("scheme %s: something waits for a server, and it does not show", scheme->name);
}

/* ---- namespaces, timers ---- */

static void check_names(struct namespace *names) NO_THREAD_ANALYSIS
{
    if (!lock_is_free(&names->lock))
        return;
    if (list_length(&names->entries, "names") != names->count ||
        names->count > NAMESPACE_ENTRIES_MAX)
        sim_fail("a namespace does not have %u names", names->count);
    LIST_FOR_EACH(node, &names->entries)
    {
        const struct namespace_entry *entry = LIST_ENTRY(node, struct namespace_entry, link);
        if (strlen(entry->name) != entry->length ||
            (entry->scheme == NULL) == (entry->kernel == NULL))
            sim_fail("the name %s is not whole", entry->name);
        for (const struct list *other = node->next; other != &names->entries; other = other->next)
            if (strcmp(LIST_ENTRY(other, struct namespace_entry, link)->name, entry->name) == 0)
                sim_fail("the name %s is there twice", entry->name);
    }
}

static void check_timers(struct cpu *cpu) NO_THREAD_ANALYSIS
{
    if (!lock_is_free(&cpu->timer_lock))
        return;
    struct tree_node *first = tree_first(&cpu->timers);
    if (timer_next(cpu) != (first != NULL ? first->key : UINT64_MAX))
        sim_fail("core %u: its first timer is not noted", cpu->index);
    for (struct tree_node *node = first; node != NULL; node = tree_next(node)) {
        const struct timer *timer = CONTAINER_OF(node, struct timer, node);
        if (timer->cpu != cpu || !node->linked)
            sim_fail("core %u: a timer that is another's", cpu->index);
    }
}

static void check_weights(struct cpu *cpu) NO_THREAD_ANALYSIS
{
    if (!lock_is_free(&cpu->queue.lock))
        return;
    uint64_t sum = 0;
    for (struct tree_node *node = tree_first(&cpu->queue.ready); node; node = tree_next(node)) {
        const struct thread *t = CONTAINER_OF(node, struct thread, run_node);
        sum += t->share;
        if (!t->running)
            sim_fail("run queue of core %u: thread %u is not counted as running", cpu->index,
                     t->id);
    }
    if (sum != cpu->queue.weight_sum)
        sim_fail("run queue of core %u: weights of %llu, said to be %llu", cpu->index,
                 (unsigned long long)sum, (unsigned long long)cpu->queue.weight_sum);
}

/* ---- all ---- */

static void check_counts(const struct counted *at)
{
    const struct kobject *object = at->object;
    uint32_t handles = atomic_load(&object->handles), references = atomic_load(&object->references);
    if (handles < at->handles || references < handles || (idle && handles != at->handles))
        sim_fail("a %s with %u handles that can be seen has %u, and %u references",
                 object->ops->name, at->handles, handles, references);
    if (object->ops->kind != HANDLE_KIND_SCHEME)
        return;
    struct scheme *scheme = scheme_of(at->object);
    uint32_t controls = atomic_load(&scheme->controls);
    if (controls < at->controls || (idle && controls != at->controls))
        sim_fail("scheme %s is served by %u handles, said to be %u", scheme->name, at->controls,
                 controls);
    if (idle && scheme_is_dead(scheme) != (controls == 0))
        sim_fail("scheme %s is served by %u handles, dead: %d", scheme->name, controls,
                 scheme_is_dead(scheme));
}

static void check_object(const struct counted *at)
{
    struct kobject *object = at->object;
    struct event_queue *queue = queue_of(object);
    check_counts(at);
    check_watched(object);
    if (queue != NULL)
        check_queue(queue);
    if (object->ops->kind == HANDLE_KIND_SCHEME)
        check_scheme(scheme_of(object));
    if (object->ops->kind == HANDLE_KIND_NAMESPACE)
        check_names(CONTAINER_OF(object, struct namespace, object));
    if (object->ops->kind == HANDLE_KIND_MEMORY && idle) /* it takes the lock */
        memory_check(memory_of(object));
}

/* A moment at which nobody is changing a handle table; otherwise next time. */
static bool tables_are_quiet(struct machine *machine) NO_THREAD_ANALYSIS
{
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        if (sim.cores[i].held_count != 0)
            return false;
    }
    if (!lock_is_free(&machine->lock))
        return false;
    struct tree_node *node = tree_first(&machine->processes);
    for (; node != NULL; node = tree_next(node)) {
        if (!lock_is_free(&CONTAINER_OF(node, struct process, machine_node)->lock))
            return false;
    }
    return true;
}

void check_objects(bool all_idle) NO_THREAD_ANALYSIS
{
    struct machine *machine = sim.machine;
    if (!tables_are_quiet(machine))
        return;
    idle = all_idle;
    table_reset();
    bool whole = true;
    for (struct tree_node *node = tree_first(&machine->processes); node; node = tree_next(node))
        whole = whole && count_process(CONTAINER_OF(node, struct process, machine_node));
    for (unsigned i = 0; whole && i < slot_count; i++)
        check_object(&table[slots[i]]);
    for (struct tree_node *node = tree_first(&machine->processes); node; node = tree_next(node))
        check_process(CONTAINER_OF(node, struct process, machine_node));
    for (unsigned i = 0; i < sim.plan->cores; i++) {
        check_timers(sim.cores[i].cpu);
        check_weights(sim.cores[i].cpu);
    }
}
