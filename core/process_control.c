/* process_control.c: the process_control system call: one function an operation, one table. */
#include "core/event.h"
#include "core/ipc.h"
#include "core/machine.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/sched.h"
#include "core/signal.h"
#include "core/space.h"

typedef status_t control_fn(struct thread *t, struct process *process, uint64_t arg,
                            uint64_t length);

static status_t control_info(struct thread *t, struct process *process, uint64_t arg,
                             uint64_t length)
{
    struct process_info info = {0};
    lock_acquire(&process->lock);
    info.kid = process->kid;
    info.cred = process->cred;
    memcpy(info.name, process->name, sizeof info.name);
    info.state = process->state;
    info.threads = process->thread_count;
    info.handles = process->handles.count;
    info.status = process->status;
    info.execs = process->execs;
    info.start_ns = process->start_ns;
    info.signals_pending = process->signal_pending;
    info.signals_caught = process->signal_caught;
    info.signals_ignored = process->signal_ignored;
    info.signals_children = process->signal_children;
    info.kernel_bytes =
        atomic_load_explicit(&process->quota->used[QUOTA_KERNEL_BYTES], memory_order_relaxed);
    info.cpu_ns = process->cpu_ns;
    LIST_FOR_EACH(node, &process->threads)
    {
        struct thread *thread = LIST_ENTRY(node, struct thread, process_link);
        info.cpu_ns += thread_cpu_ns(thread);
        if (node == process->threads.next)
            info.signals_blocked = thread->signal_mask;
        info.signals_pending |= thread->signal_pending;
        lock_acquire(&thread->lock);
        info.waiting += thread->wait.state != WAIT_NONE;
        lock_release(&thread->lock);
    }
    struct space *space = process->space;
    if (space != NULL)
        kobject_get(&space->object);
    lock_release(&process->lock);
    if (space != NULL) {
        info.pages = space_usage(space, &info.mapped);
        kobject_put(&space->object);
    }
    size_t bytes = length < sizeof info ? (size_t)length : sizeof info;
    return user_write(t->space, arg, &info, bytes);
}

static status_t control_start(struct thread *t, struct process *process, uint64_t arg,
                              uint64_t length)
{
    (void)t, (void)arg, (void)length;
    lock_acquire(&process->lock);
    bool is_new = process->state == PROCESS_STATE_NEW;
    bool empty = is_new && process->thread_count == 0; /* it could not end by itself */
    if (is_new && !empty)
        process->state = PROCESS_STATE_RUNNING;
    lock_release(&process->lock);
    if (empty)
        return -ERR_INVAL;
    process_release_stopped(process, 0);
    return 0;
}

static status_t control_kill(struct thread *t, struct process *process, uint64_t arg,
                             uint64_t length)
{
    (void)t, (void)length;
    process_kill(process, (int32_t)(arg & 0xffff));
    return 0;
}

static status_t control_signal(struct thread *t, struct process *process, uint64_t arg,
                               uint64_t length)
{
    (void)length;
    struct signal_post post;
    status_t status = user_read(t->space, &post, arg, sizeof post);
    return status < 0 ? status : process_signal(process, post.thread, &post.info);
}

static status_t control_stop(struct thread *t, struct process *process, uint64_t arg,
                             uint64_t length)
{
    (void)t, (void)arg, (void)length;
    lock_acquire(&process->lock);
    bool running = process->state == PROCESS_STATE_RUNNING;
    if (running)
        process->state = PROCESS_STATE_STOPPED;
    lock_release(&process->lock);
    if (running)
        process_interrupt_all(process, NULL, ATTENTION_STOP);
    return 0;
}

static status_t control_continue(struct thread *t, struct process *process, uint64_t arg,
                                 uint64_t length)
{
    (void)t, (void)arg, (void)length;
    lock_acquire(&process->lock);
    bool stopped = process->state == PROCESS_STATE_STOPPED;
    if (stopped)
        process->state = PROCESS_STATE_RUNNING;
    lock_release(&process->lock);
    if (stopped)
        process_release_stopped(process, 0);
    return stopped;
}

static status_t control_set_cred(struct thread *t, struct process *process, uint64_t arg,
                                 uint64_t length)
{
    (void)length;
    struct cred cred;
    status_t status = user_read(t->space, &cred, arg, sizeof cred);
    if (status < 0)
        return status;
    lock_acquire(&process->lock);
    process->cred = cred;
    lock_release(&process->lock);
    return 0;
}

/* May the process be given a handle of the object? Two that have not started would keep each other, or one itself, for ever. */
static bool may_have(struct process *process, struct kobject *object)
{
    return object->ops->kind != HANDLE_KIND_PROCESS || !process_is_unborn(process_of(object)) ||
           !process_is_unborn(process);
}

static status_t control_give(struct thread *t, struct process *process, uint64_t arg,
                             uint64_t length)
{
    (void)length;
    struct kobject *object;
    uint32_t rights;
    status_t status = handle_take(t->process, (handle_t)arg, false, &object, &rights);
    if (status < 0)
        return status;
    status = may_have(process, object) ? handle_install(process, object, rights) : -ERR_INVAL;
    kobject_handle_put(object);
    return status;
}

static status_t control_take_event(struct thread *t, struct process *process, uint64_t arg,
                                   uint64_t length)
{
    (void)length;
    struct process_event event = {0};
    lock_acquire(&process->lock);
    if (process->fault_signo != 0) {
        event.events = EVENT_FAULT;
        event.signo = process->fault_signo;
        process->fault_signo = 0;
        atomic_fetch_and(&process->levels, ~EVENT_FAULT);
    } else if (process->default_pending != 0) {
        event.events = EVENT_SIGNAL;
        event.signo = (uint32_t)__builtin_ctzll(process->default_pending) + 1;
        process->default_pending &= process->default_pending - 1;
        if (process->default_pending == 0)
            atomic_fetch_and(&process->levels, ~EVENT_SIGNAL);
    } else if (process->state == PROCESS_STATE_DEAD) {
        event.events = EVENT_EXIT;
        event.status = process->status;
    }
    lock_release(&process->lock);
    if (event.events == 0)
        return 0;
    status_t status = user_write(t->space, arg, &event, sizeof event);
    return status < 0 ? status : 1;
}

static status_t control_set_namespace(struct thread *t, struct process *process, uint64_t arg,
                                      uint64_t length)
{
    (void)length;
    struct kobject *object;
    status_t status =
        handle_lookup(t->process, (handle_t)arg, HANDLE_KIND_NAMESPACE, 0, &object, NULL);
    if (status < 0)
        return status;
    lock_acquire(&process->lock);
    struct namespace *old = process->names;
    process->names = process->dying ? NULL : CONTAINER_OF(object, struct namespace, object);
    bool taken = process->names != NULL;
    lock_release(&process->lock);
    if (old != NULL)
        kobject_put(&old->object);
    if (!taken)
        kobject_put(object);
    return taken ? 0 : -ERR_SRCH;
}

/* A process that has not run yet changes over with what it uses; afterwards only new charges would, so it is refused. */
static status_t control_set_quota(struct thread *t, struct process *process, uint64_t arg,
                                  uint64_t length)
{
    (void)length;
    struct quota_limits limits;
    status_t status = user_read(t->space, &limits, arg, sizeof limits);
    if (status < 0)
        return status;
    struct quota *quota = NULL;
    status = quota_create(process->quota, &limits, &quota);
    if (status < 0)
        return status;
    lock_acquire(&process->lock);
    struct quota *old = process->child_quota;
    process->child_quota = quota;
    lock_release(&process->lock);
    if (old != NULL)
        quota_put(old);
    return 0;
}

static status_t control_set_name(struct thread *t, struct process *process, uint64_t arg,
                                 uint64_t length)
{
    (void)length;
    char name[sizeof process->name];
    status_t status = user_read(t->space, name, arg, sizeof name);
    if (status < 0)
        return status;
    name[sizeof name - 1] = '\0';
    lock_acquire(&process->lock);
    memcpy(process->name, name, sizeof name);
    lock_release(&process->lock);
    return 0;
}

static status_t control_space(struct thread *t, struct process *process, uint64_t arg,
                              uint64_t length)
{
    (void)arg, (void)length;
    lock_acquire(&process->lock);
    struct space *space = process->space;
    if (space != NULL)
        kobject_get(&space->object);
    lock_release(&process->lock);
    if (space == NULL)
        return -ERR_SRCH;
    status_t status = handle_install(t->process, &space->object, RIGHT_ALL);
    kobject_put(&space->object);
    return status;
}

static status_t control_self(struct thread *t, struct process *process, uint64_t arg,
                             uint64_t length)
{
    (void)arg, (void)length;
    if (process != t->process)
        return -ERR_INVAL;
    return handle_install(t->process, &process->object, RIGHT_ALL);
}

static status_t control_resume(struct thread *t, struct process *process, uint64_t arg,
                               uint64_t length)
{
    (void)t, (void)length;
    if (arg == 0 || arg > DYAD_SIGNAL_COUNT)
        return -ERR_INVAL;
    process_release_stopped(
        process, (uint32_t)arg); /* it stops again by itself when the process is stopped */
    return 0;
}

static status_t control_get_sched(struct thread *t, struct process *process, uint64_t arg,
                                  uint64_t length)
{
    (void)arg, (void)length;
    return process_sched(t, process, false, 0);
}

static status_t control_set_sched(struct thread *t, struct process *process, uint64_t arg,
                                  uint64_t length)
{
    (void)length;
    return process_sched(t, process, true, arg);
}

static status_t control_supervise(struct thread *t, struct process *process, uint64_t arg,
                                  uint64_t length)
{
    (void)arg, (void)length;
    lock_acquire(&process->lock);
    process->supervisor_kid = t->process->kid;
    unsigned levels = atomic_load(&process->levels);
    lock_release(&process->lock);
    if (levels != 0)
        watch_trigger(&process->object, levels);
    return 0;
}

static const struct {
    control_fn *run;
    bool self_allowed; /* on the caller's own process without a handle */
} controls[] = {
    [PROCESS_INFO] = {control_info, true},
    [PROCESS_START] = {control_start, false},
    [PROCESS_KILL] = {control_kill, true},
    [PROCESS_SIGNAL] = {control_signal, true},
    [PROCESS_STOP] = {control_stop, false},
    [PROCESS_CONTINUE] = {control_continue, false},
    [PROCESS_SET_CRED] = {control_set_cred, false},
    [PROCESS_GIVE] = {control_give, false},
    [PROCESS_TAKE_EVENT] = {control_take_event, false},
    [PROCESS_SET_NAMESPACE] = {control_set_namespace, true},
    [PROCESS_SET_QUOTA] = {control_set_quota, true},
    [PROCESS_SET_NAME] = {control_set_name, true},
    [PROCESS_SPACE] = {control_space, false},
    [PROCESS_SELF] = {control_self, true},
    [PROCESS_RESUME] = {control_resume, false},
    [PROCESS_SUPERVISE] = {control_supervise, false},
    [PROCESS_GET_SCHED] = {control_get_sched, true},
    [PROCESS_SET_SCHED] = {control_set_sched, true},
};

/* ---- finding processes by kernel id (init and procd) ---- */

static status_t process_find(struct thread *t, uint64_t kid)
{
    struct machine *machine = t->object.machine;
    struct process *found = NULL;
    lock_acquire(&machine->lock);
    struct tree_node *node = tree_find(&machine->processes, kid);
    if (node != NULL) {
        struct process *process = CONTAINER_OF(node, struct process, machine_node);
        if (kobject_try_get(&process->object))
            found = process;
    }
    lock_release(&machine->lock);
    if (found == NULL)
        return -ERR_SRCH;
    status_t status = handle_install(t->process, &found->object, RIGHT_ALL);
    kobject_put(&found->object);
    return status;
}

static status_t process_next(struct thread *t, uint64_t kid)
{
    struct machine *machine = t->object.machine;
    lock_acquire(&machine->lock);
    struct tree_node *node = tree_at_or_above(&machine->processes, kid + 1);
    status_t next = node != NULL ? (status_t)node->key : 0;
    lock_release(&machine->lock);
    return next;
}

static status_t process_control_table(struct thread *t, handle_t h, uint64_t op, uint64_t arg)
{
    struct kobject *object;
    status_t status = handle_lookup(t->process, h, HANDLE_KIND_KERNEL, RIGHT_CALL, &object, NULL);
    if (status < 0)
        return status;
    bool allowed = kernel_scheme_is_proc(object);
    kobject_put(object);
    if (!allowed)
        return -ERR_ACCES;
    return op == PROCESS_FIND ? process_find(t, arg) : process_next(t, arg);
}

status_t process_control(struct thread *t, handle_t h, uint64_t op, uint64_t arg, uint64_t length)
{
    if (op == PROCESS_FIND || op == PROCESS_NEXT)
        return process_control_table(t, h, op, arg);
    if (op >= ARRAY_COUNT(controls) || controls[op].run == NULL)
        return -ERR_INVAL;
    if (h == HANDLE_NONE)
        return controls[op].self_allowed ? controls[op].run(t, t->process, arg, length)
                                         : -ERR_ACCES;
    struct kobject *object;
    status_t status = handle_lookup(t->process, h, HANDLE_KIND_PROCESS,
                                    op == PROCESS_INFO ? 0 : RIGHT_CONTROL, &object, NULL);
    if (status < 0)
        return status;
    status = controls[op].run(t, process_of(object), arg, length);
    kobject_put(object);
    return status;
}
