/* life.c: how processes come into the table and leave it: fork, init's services, exit, and recovery after a crash. */
#include <string.h>

#include "abi/error.h"
#include "abi/event.h"
#include "servers/procd/procd.h"

#define CLD_EXITED_CODE 1
#define CLD_KILLED_CODE 2
#define CLD_DUMPED_CODE 3

/* ---- Birth --------------------------------------------------------------------------------------------------- */

/* Takes a live process into the table and under supervision. The handle moves; on failure it is closed, and a process
 * that has not run yet ends. 0 with *out, or -ERR_*. */
static int adopt(struct procd *p, const struct cred *cred, handle_t handle, struct process *parent,
                 struct process **out)
{
    struct process_info info = {.state = PROCESS_STATE_NEW};
    struct process *process = NULL;
    int error = p->ops->info(p->context, handle, &info);

    if (error == 0)
        process = procd_insert(p, cred, info.kid, handle);
    if (error == 0 && !process)
        error = -ERR_NOMEM;
    if (error == 0) {
        process->start_ns = info.start_ns;
        procd_set_parent(process, parent);
        error = p->ops->supervise(p->context, process);
    }
    if (error == 0) {
        *out = process;
        return 0;
    }
    if (info.state == PROCESS_STATE_NEW)
        (void)p->ops->kill(p->context, handle, WSTATUS_SIGNAL(DYAD_SIGKILL));
    if (process)
        procd_remove(p, process);
    else
        p->ops->close(p->context, handle);
    return error;
}

int64_t procd_fork(struct procd *p, struct process *caller, uint32_t thread)
{
    struct process *child;
    struct cred cred = caller->cred;

    cred.pid = procd_allocate_pid(p);
    cred.ppid = caller->cred.pid;
    if (cred.pid == 0 || !procd_limit_allows(p, caller))
        return -ERR_AGAIN;
    int64_t handle = p->ops->fork(p->context, caller->handle, thread, &cred);
    if (handle < 0)
        return handle;
    int error = adopt(p, &cred, (handle_t)handle, caller, &child);
    if (error < 0)
        return error;
    child->group_count = caller->group_count;
    memcpy(child->groups, caller->groups, sizeof child->groups);
    procd_limit_inherit(p, child, caller);
    error = p->ops->control(p->context, child->handle, PROCESS_START, 0);
    if (error < 0) {
        procd_remove(p, child);
        return error;
    }
    return cred.pid;
}

/* The credentials of a process that init registers. */
static int spawned_cred(struct procd *p, bool is_init, uint32_t uid, uint32_t gid, bool own_session,
                        struct cred *cred)
{
    const struct process *init = procd_find(p, PROCD_INIT_PID);

    *cred =
        (struct cred){.uid = uid, .euid = uid, .suid = uid, .gid = gid, .egid = gid, .sgid = gid};
    if (is_init) {
        cred->pid = cred->pgid = cred->sid = PROCD_INIT_PID;
        return init ? -ERR_EXIST : 0;
    }
    cred->pid = procd_allocate_pid(p);
    cred->ppid = PROCD_INIT_PID;
    cred->pgid = own_session ? cred->pid : init->cred.pgid;
    cred->sid = own_session ? cred->pid : init->cred.sid;
    return cred->pid == 0 ? -ERR_AGAIN : 0;
}

int64_t procd_spawned(struct procd *p, uint64_t caller_kid, handle_t handle, uint32_t uid,
                      uint32_t gid, bool own_session)
{
    const struct process *init = procd_find(p, PROCD_INIT_PID);
    struct process *process;
    struct process_info info;
    struct cred cred;
    int error = p->ops->info(p->context, handle, &info);

    if (error < 0)
        goto fail;
    bool is_init = !init && info.kid == caller_kid;
    if (!is_init && (!init || init->kid != caller_kid)) {
        error = -ERR_PERM;
        goto fail;
    }
    process = procd_find_kid(p, info.kid);
    if (process) { /* After a restart of procd, init may say again what we know from the kernel. */
        p->ops->close(p->context, handle);
        return process->cred.pid;
    }
    error = spawned_cred(p, is_init, uid, gid, own_session, &cred);
    if (error == 0)
        error = p->ops->set_cred(p->context, handle, &cred);
    if (error < 0)
        goto fail;
    error = adopt(p, &cred, handle, procd_find(p, cred.ppid), &process);
    return error < 0 ? error : (int64_t)cred.pid;

fail:
    p->ops->close(p->context, handle);
    return error;
}

/* ---- Death --------------------------------------------------------------------------------------------------- */

/* POSIX _Exit: children become init's; its dead ones nobody will ask for. */
static void orphan_children(struct procd *p, struct process *process)
{
    struct process *init = procd_find(p, PROCD_INIT_PID);

    if (init && init->life == LIFE_ZOMBIE) /* nobody is left to wait for them */
        init = NULL;
    while (process->first_child) {
        struct process *child = process->first_child;
        procd_set_parent(child, init);
        if (child->life == LIFE_ZOMBIE) {
            procd_remove(p, child);
            continue;
        }
        child->cred.ppid = init ? PROCD_INIT_PID : 0;
        (void)procd_update_cred(p, child);
    }
}

static int exit_code(int32_t status)
{
    if ((status & 0x7f) == 0)
        return CLD_EXITED_CODE;
    return status & WSTATUS_CORE ? CLD_DUMPED_CODE : CLD_KILLED_CODE;
}

static void process_exited(struct procd *p, struct process *process, int32_t status)
{
    struct procd_orphans orphans;
    struct process_info info;

    if (p->ops->info(p->context, process->handle, &info) == 0) {
        process->cpu_ns = info.cpu_ns;
        memcpy(process->name, info.name, sizeof process->name);
    }
    procd_orphans_begin(p, process, &orphans);
    p->ops->release(p->context, process);
    process->handle = HANDLE_NONE;
    process->life = LIFE_ZOMBIE;
    process->ending = true; /* signals may continue its siblings, and serve who waits for it */
    process->status = status;
    process->stop_unreported = process->continue_unreported = false;
    process->deferred = 0;
    procd_alarm_clear(p, process);
    procd_wait_abandon(p, process);
    procd_session_end(p, process);
    orphan_children(p, process);
    procd_orphans_end(p, &orphans);
    process->ending = false;
    procd_child_changed(p, process, exit_code(status), status);
}

static void process_faulted(struct procd *p, struct process *process, int signo)
{
    /* Not deferred and not shielded: its thread cannot go on from here. */
    (void)p->ops->kill(p->context, process->handle, WSTATUS_SIGNAL(signo));
}

void procd_event(struct procd *p, struct process *process, uint32_t events)
{
    struct process_event event;
    struct process_info info;
    bool exited = events & EVENT_EXIT;
    int32_t status = 0;

    if (process->life == LIFE_ZOMBIE)
        return;
    /* An end is the last event, and is told again and again. */
    while (!exited && p->ops->take_event(p->context, process->handle, &event) > 0) {
        if (event.events & EVENT_EXIT) {
            exited = true;
            status = event.status;
        } else if (event.events & EVENT_FAULT) {
            process_faulted(p, process, (int)event.signo);
        } else if (event.events & EVENT_SIGNAL) {
            procd_default_action(p, process, (int)event.signo);
        }
    }
    if (!exited)
        return;
    if (p->ops->info(p->context, process->handle, &info) == 0 && info.state == PROCESS_STATE_DEAD)
        status = info.status;
    process_exited(p, process, status);
}

/* ---- Recovery ------------------------------------------------------------------------------------------------ */

/* One live process as the kernel has it. Those without a pid are no POSIX processes (yet). */
static void recover_one(struct procd *p, handle_t handle)
{
    struct process_info info;
    struct process *process;

    bool usable = p->ops->info(p->context, handle, &info) == 0 &&
                  info.state != PROCESS_STATE_DEAD && info.cred.pid != 0 &&
                  !procd_find(p, info.cred.pid);
    if (usable && info.state == PROCESS_STATE_NEW && info.cred.ppid != PROCD_INIT_PID) {
        /* A fork that was never answered: its parent was told of an error. */
        (void)p->ops->kill(p->context, handle, WSTATUS_SIGNAL(DYAD_SIGKILL));
        usable = false;
    }
    if (!usable) {
        p->ops->close(p->context, handle);
        return;
    }
    if (adopt(p, &info.cred, handle, NULL, &process) < 0)
        return;
    if (info.state == PROCESS_STATE_STOPPED) {
        process->life = LIFE_STOPPED;
        process->stop_signal = DYAD_SIGSTOP;
    }
    if (process->cred.pid > p->last_pid)
        p->last_pid = process->cred.pid;
}

void procd_recover(struct procd *p)
{
    for (uint64_t kid = p->ops->next(p->context, 0); kid != 0;
         kid = p->ops->next(p->context, kid)) {
        int64_t handle = p->ops->find(p->context, kid);
        if (handle >= 0)
            recover_one(p, (handle_t)handle);
    }
    struct process *init = procd_find(p, PROCD_INIT_PID);
    for (struct process *process = p->first; process; process = process->next) {
        struct process *parent = procd_find(p, process->cred.ppid);
        if (process == init || parent == process)
            continue;
        procd_set_parent(process, parent ? parent : init);
        if (!parent && init) { /* Its parent died while nobody looked. */
            process->cred.ppid = PROCD_INIT_PID;
            (void)procd_update_cred(p, process);
        }
    }
}
