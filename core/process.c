/* process.c: processes: creation, stopping, killing, the end. */
#include "core/process.h"

#include "core/event.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/namespace.h"
#include "core/signal.h"
#include "core/space.h"

/* No thread, handle or list knows it any more: no locks are needed. */
static void process_destroy(struct kobject *object) NO_THREAD_ANALYSIS
{
    struct process *process = process_of(object);
    struct machine *machine = object->machine;
    while (!handle_table_close_step(process, 64)) {
    }
    signal_discard_all(process);
    if (process->space != NULL)
        kobject_put(&process->space->object);
    if (process->names != NULL)
        kobject_put(&process->names->object);
    lock_acquire(&machine->lock);
    if (process->machine_node.linked) {
        tree_remove(&machine->processes, &process->machine_node);
        machine->process_count--;
    }
    lock_release(&machine->lock);
    struct quota *quota = process->quota;
    if (process->child_quota != NULL)
        quota_put(process->child_quota);
    quota_free(quota, process, sizeof *process);
    quota_release(quota, QUOTA_PROCESSES, 1);
    quota_put(quota);
}

bool process_is_unborn(struct process *process)
{
    lock_acquire(&process->lock);
    bool unborn = process->state == PROCESS_STATE_NEW;
    lock_release(&process->lock);
    return unborn;
}

/* A process that was never started and has lost its last handle: nobody can ever run or reap it. */
static void process_close(struct kobject *object)
{
    struct process *process = process_of(object);
    if (process_is_unborn(process))
        process_kill(process, WSTATUS_SIGNAL(DYAD_SIGKILL));
}

static unsigned process_poll(struct kobject *object)
{
    return atomic_load_explicit(&process_of(object)->levels, memory_order_acquire);
}

const struct kobject_ops process_ops = {
    .name = "process",
    .kind = HANDLE_KIND_PROCESS,
    .close = process_close,
    .destroy = process_destroy,
    .poll = process_poll,
};

static void process_init(struct process *process, struct machine *machine, struct quota *quota,
                         struct namespace *names, struct space *space) NO_THREAD_ANALYSIS
{
    kobject_init(&process->object, machine, &process_ops);
    lock_init(&process->lock, LOCK_PROCESS);
    list_init(&process->threads);
    list_init(&process->stopped_threads);
    list_init(&process->exec_waiters);
    list_init(&process->signal_records);
    process->quota = quota;
    quota_get(quota);
    process->names = names;
    kobject_get(&names->object);
    process->space = space;
    process->start_ns = arch_time_ns(DYAD_CLOCK_MONOTONIC);
    process->state = PROCESS_STATE_NEW;
    lock_acquire(&machine->lock);
    process->kid = machine->next_kid++;
    tree_insert(&machine->processes, &process->machine_node, process->kid);
    machine->process_count++;
    lock_release(&machine->lock);
}

status_t process_create(struct machine *machine, struct quota *quota, struct namespace *names,
                        struct process **out)
{
    status_t status = quota_charge(quota, QUOTA_PROCESSES, 1);
    if (status < 0)
        return status;
    struct process *process = quota_alloc(quota, sizeof *process);
    struct space *space = NULL;
    status = process != NULL ? space_create(machine, quota, &space) : -ERR_NOMEM;
    if (status < 0) {
        quota_free(quota, process, sizeof *process);
        quota_release(quota, QUOTA_PROCESSES, 1);
        return status;
    }
    process_init(process, machine, quota, names, space);
    *out = process;
    return 0;
}

/* ---- all threads ---- */

struct thread *process_thread_after(struct process *process, uint32_t after)
{
    struct thread *found = NULL;
    lock_acquire(&process->lock);
    LIST_FOR_EACH(node, &process->threads)
    {
        struct thread *t = LIST_ENTRY(node, struct thread, process_link);
        if (t->id > after) {
            found = t; /* the list is in order of ids */
            kobject_get(&t->object);
            break;
        }
    }
    lock_release(&process->lock);
    return found;
}

void process_interrupt_all(struct process *process, const struct thread *except, uint32_t attention)
{
    uint32_t id = 0;
    struct thread *t;
    while ((t = process_thread_after(process, id)) != NULL) {
        id = t->id;
        if (t != except)
            thread_interrupt(t, attention);
        kobject_put(&t->object);
    }
}

uint32_t process_cred_word(struct process *process, unsigned word)
{
    ASSERT(word < sizeof process->cred / sizeof(uint32_t));
    lock_acquire(&process->lock);
    uint32_t value = ((const uint32_t *)&process->cred)[word];
    lock_release(&process->lock);
    return value;
}

struct quota *process_spending_quota(struct process *process)
{
    lock_acquire(&process->lock);
    struct quota *quota = process->child_quota != NULL ? process->child_quota : process->quota;
    quota_get(quota);
    lock_release(&process->lock);
    return quota;
}

bool process_is_supervised(struct process *process)
{
    struct machine *machine = process->object.machine;
    lock_acquire(&process->lock);
    uint64_t kid = process->supervisor_kid;
    lock_release(&process->lock);
    lock_acquire(&machine->lock);
    bool alive = kid != 0 && tree_find(&machine->processes, kid) != NULL;
    lock_release(&machine->lock);
    return alive;
}

void process_kill(struct process *process, int32_t wstatus)
{
    lock_acquire(&process->lock);
    bool first = !process->dying;
    if (first) {
        process->dying = true;
        process->status = wstatus;
    }
    bool empty = process->thread_count == 0 && process->state != PROCESS_STATE_DEAD;
    lock_release(&process->lock);
    if (first && empty) {
        process_announce_exit(process);
        process_finish(process);
        return;
    }
    process_interrupt_all(process, NULL, ATTENTION_KILL);
}

void process_release_stopped(struct process *process, uint32_t signo)
{
    struct list released;
    list_init(&released);
    /* All under one hold of the lock: one that is released and parks again at once must not be met twice. */
    lock_acquire(&process->lock);
    for (struct list *node = process->stopped_threads.next; node != &process->stopped_threads;) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        node = node->next;
        if (t->parked_signo != signo)
            continue;
        list_remove(&t->wait.link);
        if (wait_claim(t)) { /* otherwise a kill has it */
            t->parked_signo = 0;
            list_append(&released, &t->wait.link);
        }
    }
    lock_release(&process->lock);
    struct list *node;
    while ((node = list_pop(&released)) != NULL)
        wait_resume(LIST_ENTRY(node, struct thread, wait.link));
}

status_t process_park_stopped(struct thread *t)
{
    struct process *process = t->process;
    status_t status = 0;
    lock_acquire(&process->lock);
    if (process->state == PROCESS_STATE_STOPPED) {
        t->wait.kill_only = true;
        list_append(&process->stopped_threads, &t->wait.link);
        status = wait_arm(t, &process->object, &process->lock, DEADLINE_NEVER);
        if (status != STATUS_PARKED) {
            list_remove(&t->wait.link);
            t->wait.kill_only = false;
        }
    } else {
        atomic_fetch_and_explicit(&t->attention, ~ATTENTION_STOP, memory_order_relaxed);
    }
    lock_release(&process->lock);
    return status;
}

/* ---- the end ---- */

void process_announce_exit(struct process *process)
{
    lock_acquire(&process->lock);
    ASSERT(process->state != PROCESS_STATE_DEAD); /* it ends once */
    process->state = PROCESS_STATE_DEAD;
    lock_release(&process->lock);
    atomic_fetch_or(&process->levels, EVENT_EXIT);
    watch_trigger(&process->object, EVENT_EXIT);
}

void process_finish(struct process *process)
{
    struct machine *machine = process->object.machine;
    signal_discard_all(process);
    lock_acquire(&process->lock);
    struct namespace *names = process->names;
    process->names = NULL;
    struct space *space = process->space;
    process->space = NULL;
    unsigned wstatus = (unsigned)process->status;
    lock_release(&process->lock);
    if (names != NULL)
        kobject_put(&names->object);
    if (space != NULL)
        kobject_put(&space->object);
    lock_acquire(&machine->lock);
    if (process->machine_node.linked) {
        tree_remove(&machine->processes, &process->machine_node);
        machine->process_count--;
    }
    lock_release(&machine->lock);
    if (process == machine->init) {
        log_line(machine, LOG_ERROR, "init has ended with status %x", wstatus);
        arch_halt(125);
    }
}
