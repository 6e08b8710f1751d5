/* exec.c: exec: the process goes on in another address space with one new thread. */
#include "core/machine.h"
#include "core/process.h"
#include "core/signal.h"
#include "core/space.h"

/* The state of an exec in progress, in thread.op. */
struct exec_op {
    struct space *space; /* counted */
    struct thread *next; /* counted: takes over, suspended */
    char name[32];
};
_Static_assert(sizeof(struct exec_op) <= sizeof(((struct thread *)0)->op), "fits thread.op");

static void exec_put(struct exec_op *op)
{
    kobject_put(&op->space->object);
    kobject_put(&op->next->object);
}

/* Everything is ready: swap the spaces, and end this thread. */
static status_t exec_commit(struct thread *t)
{
    struct process *process = t->process;
    struct exec_op op = *(struct exec_op *)&t->op;
    lock_acquire(&process->lock);
    struct space *old = process->space;
    process->space = op.space; /* the op's reference moves */
    process->execing = false;
    process->execs++;
    memcpy(process->name, op.name, sizeof op.name);
    signal_reset_for_exec(process);
    op.next->signal_mask = t->signal_mask;
    op.next->signal_pending = t->signal_pending;
    signal_update_attention(process, op.next);
    list_remove(&op.next->wait.link);
    bool won = wait_claim(op.next);
    lock_release(&process->lock);
    if (won) /* otherwise a kill has it */
        wait_resume(op.next);
    if (old != NULL)
        kobject_put(&old->object);
    kobject_put(&op.next->object);
    return thread_end(t);
}

/* Wait until the other threads are gone. */
static status_t exec_step(struct thread *t)
{
    struct process *process = t->process;
    struct exec_op *op = (struct exec_op *)&t->op;
    lock_acquire(&process->lock);
    /* Two are left: this one and the one that takes over. */
    if (process->thread_count <= 2) {
        lock_release(&process->lock);
        return exec_commit(t);
    }
    t->wait.kill_only = true;
    list_append(&process->exec_waiters, &t->wait.link);
    status_t status = wait_arm(t, &process->object, &process->lock, DEADLINE_NEVER);
    if (status != STATUS_PARKED) {
        list_remove(&t->wait.link);
        t->wait.kill_only = false;
    }
    lock_release(&process->lock);
    if (status == STATUS_PARKED)
        return status;
    exec_put(op); /* killed; so is the thread that would have taken over */
    return status;
}

static void exec_kill_others(struct thread *t, struct thread *next)
{
    struct process *process = t->process;
    uint32_t id = 0;
    struct thread *other;
    while ((other = process_thread_after(process, id)) != NULL) {
        id = other->id;
        if (other != t && other != next)
            thread_interrupt(other, ATTENTION_KILL);
        kobject_put(&other->object);
    }
}

/* Only one exec of a process at a time: two would kill each other. The first kills the thread that loses. */
static status_t exec_claim(struct process *process)
{
    lock_acquire(&process->lock);
    bool won = !process->execing;
    process->execing = true;
    lock_release(&process->lock);
    return won ? 0 : -ERR_BUSY;
}

static void exec_unclaim(struct process *process)
{
    lock_acquire(&process->lock);
    process->execing = false;
    lock_release(&process->lock);
}

status_t process_exec(struct thread *t, handle_t space_h, uint64_t args_at)
{
    struct exec_args args;
    status_t status = user_read(t->space, &args, args_at, sizeof args);
    if (status < 0)
        return status;
    if (args.entry >= DYAD_USER_END || args.stack >= DYAD_USER_END)
        return -ERR_INVAL;
    struct kobject *object;
    status = handle_lookup(t->process, space_h, HANDLE_KIND_SPACE, RIGHT_CONTROL, &object, NULL);
    if (status < 0)
        return status;
    status = exec_claim(t->process);
    if (status < 0) {
        kobject_put(object);
        return status;
    }
    struct exec_op *op = (struct exec_op *)&t->op;
    op->space = CONTAINER_OF(object, struct space, object);
    memcpy(op->name, args.name, sizeof op->name);
    op->name[sizeof op->name - 1] = '\0';
    struct thread_args start = {.entry = args.entry,
                                .stack = args.stack,
                                .flags = THREAD_SUSPENDED,
                                .sched = priority_get(t)};
    status = op->space == t->space ? -ERR_INVAL
                                   : thread_create(t->process, op->space, &start, &op->next);
    if (status < 0) {
        exec_unclaim(t->process);
        kobject_put(object);
        return status;
    }
    op->next->weight = t->weight;
    op->next->affinity = t->affinity;
    (void)handle_close(t->process, space_h); /* the image is the process's now */
    space_expect_program(op->space, &(struct user_regs){.rip = args.entry, .rsp = args.stack});
    exec_kill_others(t, op->next);
    t->step = exec_step;
    return STATUS_STEP;
}
