/* signal_control.c: the signal_control system call. */
#include "core/machine.h"
#include "core/signal.h"
#include "core/space.h"

/* old may be 0. The mask of t becomes `mask`; what that unblocks is delivered before user code runs again. */
static status_t signal_set_mask(struct thread *t, uint64_t mask, uint64_t old)
{
    struct process *process = t->process;
    uint64_t previous = t->signal_mask; /* only t itself changes it */
    if (old != 0) {
        status_t status = user_write(t->space, old, &previous, sizeof previous);
        if (status < 0)
            return status;
    }
    lock_acquire(&process->lock);
    t->signal_mask = mask & ~DYAD_SIGNALS_FORCED;
    signal_update_attention(process, t);
    lock_release(&process->lock);
    return 0;
}

static status_t signal_set_entry(struct thread *t, uint64_t entry)
{
    if (entry >= DYAD_USER_END)
        return -ERR_INVAL;
    lock_acquire(&t->process->lock);
    t->process->signal_entry = entry;
    lock_release(&t->process->lock);
    return 0;
}

static status_t signal_set_actions(struct thread *t, uint64_t address)
{
    struct process *process = t->process;
    struct signal_actions actions;
    status_t status = user_read(t->space, &actions, address, sizeof actions);
    if (status < 0)
        return status;
    if (actions.caught & actions.ignored ||
        (actions.caught | actions.ignored) & DYAD_SIGNALS_FORCED)
        return -ERR_INVAL;
    lock_acquire(&process->lock);
    process->signal_caught = actions.caught;
    process->signal_ignored = actions.ignored;
    process->signal_onstack = actions.onstack;
    process->signal_children = actions.children;
    lock_release(&process->lock);
    return 0;
}

static status_t signal_pending(struct thread *t, uint64_t out)
{
    lock_acquire(&t->process->lock);
    uint64_t pending = t->process->signal_pending | t->signal_pending;
    lock_release(&t->process->lock);
    return user_write(t->space, out, &pending, sizeof pending);
}

static status_t signal_suspend(struct thread *t, uint64_t mask)
{
    struct process *process = t->process;
    lock_acquire(&process->lock);
    t->signal_saved_mask = t->signal_mask;
    t->signal_restore_mask = true;
    t->signal_mask = mask & ~DYAD_SIGNALS_FORCED;
    signal_update_attention(process, t);
    status_t status = wait_arm(t, &process->object, &process->lock, DEADLINE_NEVER);
    lock_release(&process->lock);
    return status; /* -ERR_INTR when one is pending already */
}

/* Waits for one of a set without delivering it. words[0]: the user's struct, [1]: set, [2]: deadline. */
static status_t signal_wait_step(struct thread *t)
{
    struct process *process = t->process;
    uint64_t at = t->op.words[0], set = t->op.words[1], deadline = t->op.words[2];
    struct signal_record *record = NULL;
    struct signal_info info;
    lock_acquire(&process->lock);
    uint64_t ready = (process->signal_pending | t->signal_pending) & set;
    if (ready == 0) {
        t->signal_wait_set = set;
        status_t status = wait_arm(t, &process->object, &process->lock, deadline);
        if (status != STATUS_PARKED)
            t->signal_wait_set = 0;
        lock_release(&process->lock);
        return status == -ERR_TIMEDOUT ? -ERR_AGAIN : status;
    }
    uint32_t signo = (uint32_t)__builtin_ctzll(ready) + 1;
    record = signal_take(process, t, signo, &info);
    t->signal_wait_set = 0;
    signal_update_attention(process, t);
    lock_release(&process->lock);
    if (record != NULL)
        quota_free(process->quota, record, sizeof *record);
    status_t status =
        user_write(t->space, at + offsetof(struct signal_wait, info), &info, sizeof info);
    return status < 0 ? status : (status_t)signo;
}

static status_t signal_wait(struct thread *t, uint64_t at)
{
    struct signal_wait wait;
    status_t status = user_read(t->space, &wait, at, sizeof wait);
    if (status < 0)
        return status;
    t->op.words[0] = at;
    t->op.words[1] = wait.set & ~DYAD_SIGNALS_FORCED;
    t->op.words[2] = wait.deadline;
    t->step = signal_wait_step;
    return signal_wait_step(t);
}

static status_t signal_stack(struct thread *t, uint64_t base, uint64_t bytes)
{
    if (base > DYAD_USER_END || bytes > DYAD_USER_END - base)
        return -ERR_INVAL;
    lock_acquire(&t->process->lock);
    t->altstack_base = base;
    t->altstack_bytes = bytes;
    lock_release(&t->process->lock);
    return 0;
}

static status_t signal_return(struct thread *t, uint64_t at)
{
    struct signal_frame frame;
    status_t status = user_read(t->space, &frame, at, sizeof frame);
    if (status == 0)
        status = arch_user_set(&t->user, &frame.regs);
    if (status < 0) {
        status = signal_fault(t, DYAD_SIGSEGV, 1, at);
        return status == STATUS_PARKED ? STATUS_PARKED : STATUS_NO_RESULT;
    }
    status = signal_set_mask(t, frame.mask, 0);
    ASSERT(status == 0);
    return STATUS_NO_RESULT;
}

status_t signal_control(struct thread *t, uint64_t op, uint64_t arg1, uint64_t arg2)
{
    switch (op) {
    case SIGNAL_SET_ENTRY: return signal_set_entry(t, arg1);
    case SIGNAL_SET_ACTIONS: return signal_set_actions(t, arg1);
    case SIGNAL_SET_MASK: return signal_set_mask(t, arg1, arg2);
    case SIGNAL_BLOCK: return signal_set_mask(t, t->signal_mask | arg1, arg2);
    case SIGNAL_UNBLOCK: return signal_set_mask(t, t->signal_mask & ~arg1, arg2);
    case SIGNAL_PENDING: return signal_pending(t, arg1);
    case SIGNAL_SUSPEND: return signal_suspend(t, arg1);
    case SIGNAL_WAIT: return signal_wait(t, arg1);
    case SIGNAL_STACK: return signal_stack(t, arg1, arg2);
    case SIGNAL_RETURN: return signal_return(t, arg1);
    default: return -ERR_INVAL;
    }
}
