/* thread.c: threads begin and end. */
#include "core/thread.h"

#include "core/log.h"
#include "core/machine.h"
#include "core/process.h"
#include "core/sched.h"
#include "core/scheme.h"
#include "core/signal.h"
#include "core/space.h"

static void thread_destroy(struct kobject *object)
{
    struct thread *t = CONTAINER_OF(object, struct thread, object);
    struct process *process = t->process;
    request_slot_free(t);
    if (t->space != NULL)
        kobject_put(&t->space->object);
    quota_release(process->quota, QUOTA_THREADS, 1);
    quota_free(process->quota, t, sizeof *t);
    kobject_put(&process->object);
}

static const struct kobject_ops thread_ops = {.name = "thread", .destroy = thread_destroy};

/* Everything but the user context. */
static status_t thread_alloc(struct process *process, struct space *space, struct thread **out)
{
    struct machine *machine = process->object.machine;
    status_t status = quota_charge(process->quota, QUOTA_THREADS, 1);
    if (status < 0)
        return status;
    struct thread *t = quota_alloc(process->quota, sizeof *t);
    if (t == NULL) {
        quota_release(process->quota, QUOTA_THREADS, 1);
        return -ERR_NOMEM;
    }
    kobject_init(&t->object, machine, &thread_ops);
    lock_init(&t->lock, LOCK_THREAD);
    list_init(&t->wait.link);
    list_init(&t->wait.clock_link);
    list_init(&t->process_link);
    t->wait.timer.object = &t->object;
    t->wait.timer.fire = wait_timer_fire;
    t->process = process;
    t->space = space;
    kobject_get(&process->object);
    kobject_get(&space->object);
    struct cpu *self = arch_cpu_self();
    sched_init_thread(t, self != NULL ? self : machine->cpus[0]);
    priority_pool_init(&t->pool, t);
    list_init(&t->serves_link);
    *out = t;
    return 0;
}

/* Join the process; a suspended thread is parked in its stopped_threads. */
static status_t thread_join_process(struct thread *t, bool suspended)
{
    struct process *process = t->process;
    status_t status = 0;
    lock_acquire(&process->lock);
    if (process->dying) {
        status = -ERR_SRCH;
    } else {
        t->id = ++process->next_thread_id;
        list_append(&process->threads, &t->process_link);
        process->thread_count++;
        suspended |= process->state == PROCESS_STATE_STOPPED;
        if (suspended) {
            t->wait.kill_only = true;
            list_append(&process->stopped_threads, &t->wait.link);
            status = wait_arm(t, &process->object, &process->lock, DEADLINE_NEVER);
            ASSERT(status == STATUS_PARKED);
            status = 0;
        } else if (process->state == PROCESS_STATE_NEW) {
            process->state = PROCESS_STATE_RUNNING;
        }
    }
    lock_release(&process->lock);
    if (status == 0 && !suspended) {
        sched_rise(t);
        sched_ready(t);
    }
    return status;
}

/* What the process's list will own; drops the thread on failure. */
static status_t thread_publish(struct thread *t, bool suspended, struct thread **out)
{
    kobject_get(&t->object); /* the caller's, so that it may look at t after it runs */
    status_t status = thread_join_process(t, suspended);
    if (status < 0) {
        arch_user_fini(&t->user);
        kobject_put(&t->object);
        kobject_put(&t->object);
        return status;
    }
    *out = t; /* only now: a fork gives back what it finds there */
    return status;
}

status_t thread_create_masked(struct process *process, struct space *space,
                              const struct thread_args *args, uint64_t signal_mask,
                              struct thread **out)
{
    struct thread *t = NULL;
    status_t status = thread_alloc(process, space, &t);
    if (status < 0)
        return status;
    status = arch_user_init(&t->user, &space->arch, args->entry, args->stack, args->arg, args->tls);
    if (status < 0) {
        kobject_put(&t->object);
        return status;
    }
    t->signal_mask = signal_mask;
    if (args->sched != 0)
        priority_set(t, args->sched, false);
    return thread_publish(t, args->flags & THREAD_SUSPENDED, out);
}

status_t thread_create(struct process *process, struct space *space, const struct thread_args *args,
                       struct thread **out)
{
    return thread_create_masked(process, space, args, 0, out);
}

status_t thread_fork(struct process *process, struct space *space, struct thread *parent,
                     struct thread **out)
{
    struct thread *t = NULL;
    status_t status = thread_alloc(process, space, &t);
    if (status < 0)
        return status;
    status = arch_user_fork(&t->user, &space->arch, &parent->user);
    if (status < 0) {
        kobject_put(&t->object);
        return status;
    }
    arch_user_result(&t->user, 0);
    t->signal_mask = parent->signal_restore_mask ? parent->signal_saved_mask : parent->signal_mask;
    t->altstack_base = parent->altstack_base;
    t->altstack_bytes = parent->altstack_bytes;
    t->weight = parent->weight;
    t->affinity = parent->affinity;
    if (priority_get(parent) != 0)
        priority_set(t, priority_get(parent), false);
    return thread_publish(t, true, out);
}

/* ---- the end ---- */

/* The last step: nothing of the thread is left but its memory. */
static status_t thread_end_finish(struct thread *t)
{
    struct cpu *cpu = arch_cpu_self();
    sched_rest(t);
    cpu->current = NULL;
    cpu->reap = t; /* this runs inside the loop's use of t: the loop drops the list's reference */
    return STATUS_PARKED;
}

/* The process's last thread gives back the handles, then the memory. */
static status_t thread_end_process_step(struct thread *t)
{
    struct process *process = t->process;
    if (!handle_table_close_step(process, 32))
        return STATUS_STEP;
    lock_acquire(&process->lock);
    struct space *space = process->space;
    process->space = NULL;
    lock_release(&process->lock);
    if (space != NULL)
        kobject_put(&space->object);
    process_announce_exit(process);
    return STATUS_STEP;
}

static status_t thread_end_space_step(struct thread *t)
{
    /* Only ours is left: nobody can take a new reference. */
    if (atomic_load_explicit(&t->space->object.references, memory_order_acquire) == 1 &&
        space_teardown_step(t->space) == STATUS_STEP)
        return STATUS_STEP;
    struct space *space = t->space;
    t->space = NULL;
    kobject_put(&space->object);
    return 0;
}

static status_t thread_end_step(struct thread *t)
{
    bool last = t->op.words[0];
    if (last && t->op.words[1] == 0) {
        status_t status = thread_end_process_step(t);
        lock_acquire(&t->process->lock);
        bool released = t->process->space == NULL;
        lock_release(&t->process->lock);
        t->op.words[1] = released;
        return status;
    }
    if (thread_end_space_step(t) == STATUS_STEP)
        return STATUS_STEP;
    if (last)
        process_finish(t->process);
    return thread_end_finish(t);
}

status_t thread_end(struct thread *t)
{
    struct process *process = t->process;
    struct thread *waiter = NULL;
    struct list records;
    list_init(&records);
    arch_user_leave(&t->user);
    priority_thread_end(t);
    lock_acquire(&process->lock);
    list_remove(&t->process_link);
    if (t->signal_pending != 0)
        signal_forget_thread(process, t->id, &records);
    process->cpu_ns += thread_cpu_ns(t);
    bool last = --process->thread_count == 0;
    if (last)
        process->dying = true;                            /* status 0 unless one was set */
    struct list *node = list_pop(&process->exec_waiters); /* at most one; it counts who is left */
    if (node != NULL) {
        waiter = LIST_ENTRY(node, struct thread, wait.link);
        if (!wait_claim(waiter))
            waiter = NULL;
    }
    lock_release(&process->lock);
    signal_free_records(process, &records);
    if (waiter != NULL)
        wait_resume(waiter);
    arch_user_fini(&t->user);
    t->op.words[0] = last;
    t->op.words[1] = 0;
    t->step = thread_end_step;
    return STATUS_STEP;
}
