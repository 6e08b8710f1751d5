/*
 * limit.c: the limits that others than the process itself must hold: CPU time and the number of processes. The kernel's clock says how
 * much CPU time was used; since it may pass as fast as there are cores, procd looks again when a quarter of what is left has passed.
 */
#include "abi/error.h"
#include "servers/procd/procd.h"

#define SECOND_NS      UINT64_C(1000000000)
#define LOOK_LEAST_NS  UINT64_C(1000000)
#define SI_KERNEL_CODE 0x80

static uint64_t seconds(uint64_t n)
{
    return n > UINT64_MAX / SECOND_NS ? UINT64_MAX : n * SECOND_NS;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void look_from_now(struct procd *p, struct process *process)
{
    bool any = process->cpu_due_ns != UINT64_MAX || process->limits.cpu_hard_ns != UINT64_MAX;
    process->cpu_look_ns = any ? p->ops->now(p->context) + 1 : 0;
}

int procd_limit(struct procd *p, struct process *caller, uint64_t which, uint64_t soft,
                uint64_t hard)
{
    if (which == PROC_LIMIT_PROCESSES) {
        caller->limits.processes = soft;
        return 0;
    }
    if (which != PROC_LIMIT_CPU)
        return -ERR_INVAL;
    caller->limits.cpu_soft_ns = caller->cpu_due_ns = seconds(soft);
    caller->limits.cpu_hard_ns = seconds(hard);
    look_from_now(p, caller);
    procd_rearm(p);
    return 0;
}

void procd_limit_inherit(struct procd *p, struct process *child, const struct process *parent)
{
    child->limits = parent->limits;
    child->cpu_due_ns = child->limits.cpu_soft_ns;
    look_from_now(p, child);
    if (child->cpu_look_ns != 0)
        procd_rearm(p);
}

void procd_limit_clear(struct process *process)
{
    process->limits = (struct process_limits){UINT64_MAX, UINT64_MAX, UINT64_MAX};
    process->cpu_due_ns = UINT64_MAX;
    process->cpu_look_ns = 0;
}

bool procd_limit_allows(const struct procd *p, const struct process *caller)
{
    uint64_t count = 0;

    if (caller->limits.processes == UINT64_MAX || caller->cred.uid == 0)
        return true;
    for (const struct process *process = p->first; process; process = process->next)
        count += process->cred.uid == caller->cred.uid;
    return count < caller->limits.processes;
}

static void look(struct procd *p, struct process *process, uint64_t now)
{
    const struct signal_info warning = {.signo = DYAD_SIGXCPU, .code = SI_KERNEL_CODE};
    struct process_info info;

    process->cpu_look_ns = 0;
    if (p->ops->info(p->context, process->handle, &info) < 0)
        return;
    if (info.cpu_ns >= process->limits.cpu_hard_ns) {
        (void)p->ops->kill(p->context, process->handle, WSTATUS_SIGNAL(DYAD_SIGKILL));
        return;
    }
    if (info.cpu_ns >= process->cpu_due_ns) {
        process->cpu_due_ns = info.cpu_ns - info.cpu_ns % SECOND_NS + SECOND_NS;
        (void)procd_signal(p, process, &warning);
    }
    uint64_t left = lesser(process->cpu_due_ns, process->limits.cpu_hard_ns) - info.cpu_ns;
    process->cpu_look_ns = now + lesser(left / 4 + LOOK_LEAST_NS, 60 * SECOND_NS);
}

void procd_limit_tick(struct procd *p, uint64_t now)
{
    for (struct process *process = p->first; process; process = process->next) {
        if (process->life != LIFE_ZOMBIE && process->cpu_look_ns != 0 &&
            process->cpu_look_ns <= now)
            look(p, process, now);
    }
}
