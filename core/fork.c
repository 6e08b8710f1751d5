/* fork.c: process_fork: a copy of a process with one thread, made in bounded steps. */
#include "core/machine.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/scheme.h"
#include "core/space.h"

/* The state of a fork in progress, in thread.op. */
struct fork_op {
    struct process *child; /* counted; dropped (and so ended) on failure */
    struct space *from;    /* counted: the parent's space */
    struct space *to;      /* counted */
    struct thread *thread; /* counted: the child's thread, suspended */
    uint64_t cursor;
    uint64_t synced; /* the copy is complete: waiting for the other cores */
};
_Static_assert(sizeof(struct fork_op) <= sizeof(((struct thread *)0)->op), "fits thread.op");

static struct fork_op *fork_op(struct thread *t)
{
    return (struct fork_op *)&t->op;
}

static void fork_put(struct thread *t)
{
    struct fork_op *op = fork_op(t);
    kobject_put(&op->from->object);
    kobject_put(&op->to->object);
    if (op->thread != NULL)
        kobject_put(&op->thread->object);
    kobject_put(&op->child->object);
}

static status_t fork_fail(struct thread *t, status_t status)
{
    process_kill(fork_op(t)->child, WSTATUS_SIGNAL(DYAD_SIGKILL));
    fork_put(t);
    return status;
}

static status_t fork_step(struct thread *t)
{
    struct fork_op *op = fork_op(t);
    if (!op->synced) {
        status_t status = space_fork_step(op->from, op->to, &op->cursor);
        if (status < 0)
            return status == STATUS_STEP ? STATUS_STEP : fork_fail(t, status);
        op->synced = 1;
    }
    /* The parent's pages have lost write permission: no core may go on with the old translations when the child starts. */
    status_t status = space_sync(t, op->from);
    if (status == STATUS_PARKED || status == STATUS_STEP)
        return status;
    if (status == 0) {
        struct user_regs regs;
        arch_user_get(&op->thread->user, &regs);
        space_expect(op->to, &regs);
        status = handle_install(t->process, &op->child->object, RIGHT_ALL);
    }
    if (status < 0)
        return fork_fail(t, status);
    fork_put(t);
    return status;
}

/* The thread to copy, counted, when the caller may copy it now: itself, or one blocked in a call that it serves. */
static status_t fork_find_thread(struct thread *t, struct process *parent, uint64_t id,
                                 struct thread **out)
{
    status_t status = -ERR_SRCH;
    lock_acquire(&parent->lock);
    LIST_FOR_EACH(node, &parent->threads)
    {
        struct thread *found = LIST_ENTRY(node, struct thread, process_link);
        if (found->id == id) {
            kobject_get(&found->object);
            *out = found;
            status = 0;
            break;
        }
    }
    lock_release(&parent->lock);
    if (status == 0 && *out != t && !scheme_is_serving(t->process, *out)) {
        kobject_put(&(*out)->object);
        status = -ERR_BUSY;
    }
    return status;
}

static void fork_copy_state(struct process *child, struct process *parent, const struct cred *cred)
{
    lock_acquire(&parent->lock);
    struct cred own = parent->cred;
    char name[sizeof parent->name];
    memcpy(name, parent->name, sizeof name);
    uint64_t entry = parent->signal_entry, caught = parent->signal_caught;
    uint64_t ignored = parent->signal_ignored, onstack = parent->signal_onstack;
    uint64_t children = parent->signal_children;
    lock_release(&parent->lock);
    lock_acquire(&child->lock);
    child->cred = cred != NULL ? *cred : own;
    memcpy(child->name, name, sizeof name);
    child->signal_entry = entry;
    child->signal_caught = caught;
    child->signal_ignored = ignored;
    child->signal_onstack = onstack;
    child->signal_children = children;
    lock_release(&child->lock);
}

/* References to what the child shares with the parent; -ERR_SRCH when the parent is ending. */
static status_t fork_pin(struct process *parent, struct space **space, struct namespace **names)
{
    lock_acquire(&parent->lock);
    bool alive = parent->space != NULL && parent->names != NULL && !parent->dying;
    if (alive) {
        *space = parent->space;
        *names = parent->names;
        kobject_get(&(*space)->object);
        kobject_get(&(*names)->object);
    }
    lock_release(&parent->lock);
    return alive ? 0 : -ERR_SRCH;
}

static status_t fork_begin(struct thread *t, struct process *parent, struct thread *model,
                           const struct cred *cred)
{
    struct fork_op *op = fork_op(t);
    struct namespace *names = NULL;
    *op = (struct fork_op){0};
    status_t status = fork_pin(parent, &op->from, &names);
    if (status < 0)
        return status;
    struct quota *quota = process_spending_quota(parent);
    status = process_create(t->object.machine, quota, names, &op->child);
    kobject_put(&names->object);
    quota_put(quota);
    if (status < 0) {
        kobject_put(&op->from->object);
        return status;
    }
    lock_acquire(&op->child->lock);
    op->to = op->child->space;
    kobject_get(&op->to->object);
    lock_release(&op->child->lock);
    fork_copy_state(op->child, parent, cred);
    status = handle_table_copy(op->child, parent);
    /* Registers first: the model is blocked now, and what happens to it later does not matter. */
    if (status == 0)
        status = thread_fork(op->child, op->to, model, &op->thread);
    if (status < 0)
        return fork_fail(t, status);
    t->step = fork_step;
    return STATUS_STEP;
}

status_t process_fork(struct thread *t, handle_t h, uint64_t thread_id, uint64_t cred_at)
{
    struct cred cred;
    struct process *parent = t->process;
    struct kobject *object = NULL;
    struct thread *model = NULL;
    status_t status = cred_at != 0 ? user_read(t->space, &cred, cred_at, sizeof cred) : 0;
    if (status == 0 && h != HANDLE_NONE) {
        status = handle_lookup(t->process, h, HANDLE_KIND_PROCESS, RIGHT_CONTROL, &object, NULL);
        if (status == 0)
            parent = process_of(object);
    }
    if (status == 0)
        status = fork_find_thread(t, parent, thread_id, &model);
    if (status == 0) {
        status = fork_begin(t, parent, model, cred_at != 0 ? &cred : NULL);
        kobject_put(&model->object);
    }
    if (object != NULL)
        kobject_put(object);
    return status;
}
