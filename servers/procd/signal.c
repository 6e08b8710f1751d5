/* signal.c: kill and the default actions: who may send what to whom, and what it does when nobody catches it. */
#include "abi/error.h"
#include "servers/procd/procd.h"

#define SI_USER_CODE       0
#define SI_KERNEL_CODE     0x80
#define CLD_STOPPED_CODE   5
#define CLD_CONTINUED_CODE 6
#define STATUS_CONTINUED   0xffff

/* No core image is written, so no status carries WSTATUS_CORE. */
enum default_action { ACTION_TERMINATE, ACTION_IGNORE, ACTION_STOP, ACTION_CONTINUE };

static enum default_action action_of(int signo)
{
    switch (signo) {
    case DYAD_SIGCHLD:
    case DYAD_SIGURG:
    case DYAD_SIGWINCH: return ACTION_IGNORE;
    case DYAD_SIGCONT: return ACTION_CONTINUE;
    case DYAD_SIGSTOP:
    case DYAD_SIGTSTP:
    case DYAD_SIGTTIN:
    case DYAD_SIGTTOU: return ACTION_STOP;
    default: return ACTION_TERMINATE;
    }
}

/* Its threads that wait for the verdict on signo go on. */
static void resume(struct procd *p, struct process *process, int signo)
{
    (void)p->ops->control(p->context, process->handle, PROCESS_RESUME, (uint64_t)signo);
}

static void stop(struct procd *p, struct process *process, int signo)
{
    if (process->life != LIFE_RUNNING)
        return;
    if (p->ops->control(p->context, process->handle, PROCESS_STOP, 0) < 0)
        return;
    process->life = LIFE_STOPPED;
    process->stop_signal = signo;
    process->stop_unreported = true;
    process->continue_unreported = false;
    procd_child_changed(p, process, CLD_STOPPED_CODE, signo << 8 | 0x7f);
}

/* What came while it was stopped; stop signals are void once it has been continued. */
static void act_on_deferred(struct procd *p, struct process *process)
{
    uint64_t deferred = process->deferred;

    process->deferred = 0;
    for (int signo = 1; signo <= DYAD_SIGNAL_COUNT; signo++) {
        if (!(deferred & DYAD_SIGNAL_BIT(signo)))
            continue;
        if (action_of(signo) == ACTION_STOP)
            resume(p, process, signo);
        else
            procd_default_action(p, process, signo);
    }
}

static void go_on(struct procd *p, struct process *process)
{
    if (process->life != LIFE_STOPPED)
        return;
    (void)p->ops->control(p->context, process->handle, PROCESS_CONTINUE, 0);
    process->life = LIFE_RUNNING;
    process->stop_unreported = false;
    process->continue_unreported = true;
    procd_child_changed(p, process, CLD_CONTINUED_CODE, STATUS_CONTINUED);
    act_on_deferred(p, process);
}

void procd_default_action(struct procd *p, struct process *process, int signo)
{
    enum default_action action = action_of(signo);

    if (process->life == LIFE_ZOMBIE)
        return;
    if (process->life == LIFE_STOPPED && action != ACTION_CONTINUE) {
        process->deferred |= DYAD_SIGNAL_BIT(signo); /* Only SIGKILL acts on a stopped process. */
        return;
    }
    switch (action) {
    case ACTION_TERMINATE:
        if (process->cred.pid == PROCD_INIT_PID)
            resume(p, process, signo);
        else
            (void)p->ops->kill(p->context, process->handle, WSTATUS_SIGNAL(signo));
        break;
    case ACTION_STOP:
        /* POSIX 2.4.3: the terminal's stop signals do nothing to an orphaned group, as nobody could continue it. */
        if (process->cred.pid != PROCD_INIT_PID &&
            (signo == DYAD_SIGSTOP || !procd_group_orphaned(p, process->cred.pgid)))
            stop(p, process, signo);
        resume(p, process, signo); /* Its thread goes on once the process does. */
        break;
    case ACTION_CONTINUE:
        go_on(p, process);
        resume(p, process, signo);
        break;
    case ACTION_IGNORE: resume(p, process, signo); break;
    }
}

/* init gets only what it catches: nothing else may end or stop it. */
static bool is_shielded(struct procd *p, const struct process *target, int signo)
{
    struct process_info info;

    if (target->cred.pid != PROCD_INIT_PID)
        return false;
    if (p->ops->info(p->context, target->handle, &info) < 0)
        return true;
    return !(info.signals_caught & DYAD_SIGNAL_BIT(signo));
}

bool procd_signal(struct procd *p, struct process *target, const struct signal_info *info)
{
    if (info->signo == 0 || target->life == LIFE_ZOMBIE || is_shielded(p, target, (int)info->signo))
        return true;
    switch (info->signo) {
    case DYAD_SIGKILL:
        (void)p->ops->kill(p->context, target->handle, WSTATUS_SIGNAL(DYAD_SIGKILL));
        return true;
    case DYAD_SIGSTOP: stop(p, target, DYAD_SIGSTOP); return true;
    case DYAD_SIGCONT:
        (void)p->ops->signal(p->context, target->handle,
                             info); /* First, so that its handler runs at once. */
        go_on(p, target);
        return true;
    default: return p->ops->signal(p->context, target->handle, info) != -ERR_AGAIN;
    }
}

int procd_signal_group(struct procd *p, uint32_t pgid, int signo)
{
    struct signal_info info = {.signo = (uint32_t)signo, .code = SI_KERNEL_CODE};
    int reached = 0;

    /* SIGCONT may end a wait, and so free a zombie: never the target, which lives. */
    for (struct process *target = p->first; target; target = target->next) {
        if (target->cred.pgid != pgid || target->life == LIFE_ZOMBIE)
            continue;
        (void)procd_signal(p, target, &info);
        reached++;
    }
    return reached;
}

/* POSIX kill(): by real or effective against real or saved ids; SIGCONT within the session. */
static bool may_signal(const struct process *caller, const struct process *target, int signo)
{
    const struct cred *from = &caller->cred, *to = &target->cred;

    if (from->euid == 0 || from->uid == to->uid || from->uid == to->suid || from->euid == to->uid ||
        from->euid == to->suid)
        return true;
    return signo == DYAD_SIGCONT && from->sid == to->sid;
}

/* kill(-1) spares the system: what init started as a service lives in init's own session. */
static bool is_meant(const struct process *caller, const struct process *target, int64_t selector)
{
    if (selector > 0)
        return target->cred.pid == (uint64_t)selector;
    if (selector == 0)
        return target->cred.pgid == caller->cred.pgid;
    if (selector == -1)
        return target->cred.sid != PROCD_INIT_PID && target != caller;
    return target->cred.pgid == (uint64_t)-selector;
}

int procd_kill(struct procd *p, struct process *caller, const struct procd_kill *kill)
{
    struct signal_info info = {.signo = (uint32_t)kill->signo,
                               .code = kill->code,
                               .pid = caller->cred.pid,
                               .uid = caller->cred.uid,
                               .value = kill->value};
    bool found = false, permitted = false, room = true;

    if (kill->signo < 0 || kill->signo > DYAD_SIGNAL_COUNT || kill->target < -(int64_t)INT32_MAX)
        return -ERR_INVAL;
    if (kill->code > SI_USER_CODE) /* Positive codes are the kernel's to give. */
        return -ERR_PERM;
    for (struct process *target = p->first; target; target = target->next) {
        if (!is_meant(caller, target, kill->target))
            continue;
        found = true;
        if (!may_signal(caller, target, kill->signo))
            continue;
        permitted = true;
        room &= procd_signal(p, target, &info);
    }
    if (!found)
        return -ERR_SRCH;
    if (!permitted)
        return -ERR_PERM;
    return room ? 0 : -ERR_AGAIN;
}
