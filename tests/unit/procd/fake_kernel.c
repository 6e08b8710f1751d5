/* fake_kernel.c: a kernel for procd's tests. */
#include "tests/unit/procd/fake_kernel.h"

#include <assert.h>
#include <string.h>

#include "abi/error.h"
#include "abi/event.h"

static struct fake_process *row(void *context, handle_t handle)
{
    struct fake_kernel *k = context;
    assert(handle > 0 && handle < FAKE_MAX && k->processes[handle].exists);
    return &k->processes[handle];
}

static bool dead(const struct fake_process *process)
{
    return process->info.state == PROCESS_STATE_DEAD;
}

static int64_t fake_fork(void *context, handle_t parent, uint32_t thread, const struct cred *cred)
{
    struct fake_kernel *k = context;
    const struct fake_process *from = row(k, parent);

    (void)thread;
    if (k->fail_fork) {
        int error = k->fail_fork;
        k->fail_fork = 0;
        return error;
    }
    handle_t child = fake_create(k);
    k->processes[child].info.cred = *cred;
    k->processes[child].info.signals_ignored = from->info.signals_ignored;
    return child;
}

static int fake_control(void *context, handle_t handle, enum process_op op, uint64_t arg)
{
    struct fake_kernel *k = context;
    struct fake_process *process = row(k, handle);

    if (dead(process))
        return -ERR_SRCH;
    if (op == PROCESS_START && k->fail_start) {
        int error = k->fail_start;
        k->fail_start = 0;
        return error;
    }
    if (op == PROCESS_START) {
        process->started = true;
        process->info.state = PROCESS_STATE_RUNNING;
    } else if (op == PROCESS_STOP) {
        process->info.state = PROCESS_STATE_STOPPED;
    } else if (op == PROCESS_CONTINUE) {
        process->info.state = PROCESS_STATE_RUNNING;
    } else if (op == PROCESS_RESUME) {
        process->resumed++;
    }
    return 0;
}

static int fake_kill(void *context, handle_t handle, int32_t status)
{
    struct fake_process *process = row(context, handle);

    if (dead(process))
        return -ERR_SRCH;
    process->killed = true;
    process->kill_status = status;
    return 0;
}

static int fake_signal(void *context, handle_t handle, const struct signal_info *info)
{
    struct fake_process *process = row(context, handle);

    if (dead(process))
        return -ERR_SRCH;
    process->signals |= DYAD_SIGNAL_BIT(info->signo);
    process->last = *info;
    return 0;
}

static int fake_set_cred(void *context, handle_t handle, const struct cred *cred)
{
    row(context, handle)->info.cred = *cred;
    return 0;
}

static int fake_info(void *context, handle_t handle, struct process_info *info)
{
    *info = row(context, handle)->info;
    return 0;
}

static int fake_take_event(void *context, handle_t handle, struct process_event *event)
{
    struct fake_process *process = row(context, handle);

    if (process->event_count == 0)
        return 0;
    *event = process->events[0];
    if (event->events & EVENT_EXIT) /* An end stays. */
        return 1;
    process->event_count--;
    memmove(process->events, process->events + 1, process->event_count * sizeof *event);
    return 1;
}

static int fake_supervise(void *context, struct process *process)
{
    struct fake_kernel *k = context;

    if (k->fail_supervise) {
        int error = k->fail_supervise;
        k->fail_supervise = 0;
        return error;
    }
    row(k, process->handle)->supervised = true;
    return 0;
}

static void fake_release(void *context, struct process *process)
{
    row(context, process->handle)->supervised = false;
}

static uint64_t fake_next(void *context, uint64_t kid)
{
    struct fake_kernel *k = context;

    for (uint64_t i = kid + 1; i < k->next_kid; i++)
        if (k->processes[i].exists && !dead(&k->processes[i]))
            return i;
    return 0;
}

static int64_t fake_find(void *context, uint64_t kid)
{
    (void)context;
    return (int64_t)kid;
}

static void fake_close(void *context, handle_t handle)
{
    (void)row(context, handle);
}

static uint64_t fake_now(void *context)
{
    return ((struct fake_kernel *)context)->now_ns;
}

static void fake_set_timer(void *context, uint64_t deadline_ns)
{
    ((struct fake_kernel *)context)->timer_ns = deadline_ns;
}

static void fake_wait_done(void *context, void *token, int64_t result,
                           const struct proc_wait_result *out)
{
    struct fake_kernel *k = context;

    k->done_token = token;
    k->done_result = result;
    k->done_count++;
    if (out)
        k->done_out = *out;
}

const struct kernel_ops fake_kernel_ops = {
    .fork = fake_fork,
    .control = fake_control,
    .kill = fake_kill,
    .signal = fake_signal,
    .set_cred = fake_set_cred,
    .info = fake_info,
    .take_event = fake_take_event,
    .supervise = fake_supervise,
    .release = fake_release,
    .next = fake_next,
    .find = fake_find,
    .close = fake_close,
    .now = fake_now,
    .set_timer = fake_set_timer,
    .wait_done = fake_wait_done,
};

void fake_init(struct fake_kernel *k)
{
    *k = (struct fake_kernel){.next_kid = 1, .now_ns = 1000, .timer_ns = UINT64_MAX};
    procd_init(&k->procd, &fake_kernel_ops, k);
    procd_recover(&k->procd);
}

void fake_restart_procd(struct fake_kernel *k)
{
    procd_fini(&k->procd);
    procd_init(&k->procd, &fake_kernel_ops, k);
    procd_recover(&k->procd);
}

handle_t fake_create(struct fake_kernel *k)
{
    uint64_t kid = k->next_kid++;

    assert(kid < FAKE_MAX);
    k->processes[kid] =
        (struct fake_process){.exists = true, .info = {.kid = kid, .state = PROCESS_STATE_NEW}};
    return (handle_t)kid;
}

struct fake_process *fake_of(struct fake_kernel *k, uint32_t pid)
{
    const struct process *process = procd_find(&k->procd, pid);
    return process ? &k->processes[process->kid] : NULL;
}

static void report(struct fake_kernel *k, uint32_t pid, struct process_event event)
{
    struct process *process = procd_find(&k->procd, pid);
    struct fake_process *fake = fake_of(k, pid);

    assert(process);
    fake->events[fake->event_count++] = event;
    procd_event(&k->procd, process, event.events);
}

void fake_exit(struct fake_kernel *k, uint32_t pid, int32_t status)
{
    struct fake_process *fake = fake_of(k, pid);

    fake->info.state = PROCESS_STATE_DEAD;
    fake->info.status = status;
    report(k, pid, (struct process_event){.events = EVENT_EXIT, .status = status});
}

void fake_default_signal(struct fake_kernel *k, uint32_t pid, int signo)
{
    report(k, pid, (struct process_event){.events = EVENT_SIGNAL, .signo = (uint32_t)signo});
}

void fake_fault(struct fake_kernel *k, uint32_t pid, int signo)
{
    report(k, pid, (struct process_event){.events = EVENT_FAULT, .signo = (uint32_t)signo});
}

void fake_bury(struct fake_kernel *k)
{
    for (struct process *process = k->procd.first; process;) {
        struct fake_process *fake = &k->processes[process->kid];
        if (process->life != LIFE_ZOMBIE && fake->killed && !dead(fake)) {
            fake_exit(k, process->cred.pid, fake->kill_status);
            process = k->procd.first; /* The list has changed. */
        } else {
            process = process->next;
        }
    }
}
