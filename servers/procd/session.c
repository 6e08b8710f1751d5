/* session.c: process groups and sessions, and what happens to groups that nobody looks after any more. */
#include <stdlib.h>

#include "abi/error.h"
#include "servers/procd/procd.h"

int64_t procd_group_session(struct procd *p, uint32_t pgid)
{
    for (const struct process *member = p->first; member; member = member->next)
        if (member->cred.pgid == pgid)
            return member->cred.sid;
    return -ERR_SRCH;
}

/* POSIX 3.243: no member has a parent in another group of the same session. */
bool procd_group_orphaned(const struct procd *p, uint32_t pgid)
{
    for (const struct process *member = p->first; member; member = member->next) {
        const struct process *parent = member->parent;
        if (member->cred.pgid != pgid || member->life == LIFE_ZOMBIE || !parent ||
            parent->life == LIFE_ZOMBIE)
            continue;
        if (parent->cred.pgid != pgid && parent->cred.sid == member->cred.sid)
            return false;
    }
    return true;
}

static bool has_stopped_member(const struct procd *p, uint32_t pgid)
{
    for (const struct process *member = p->first; member; member = member->next)
        if (member->cred.pgid == pgid && member->life == LIFE_STOPPED)
            return true;
    return false;
}

static void orphans_add(const struct procd *p, struct procd_orphans *before, uint32_t pgid)
{
    for (size_t i = 0; i < before->count; i++)
        if (before->pgids[i] == pgid)
            return;
    if (!procd_group_orphaned(p, pgid))
        before->pgids[before->count++] = pgid;
}

void procd_orphans_begin(struct procd *p, const struct process *process,
                         struct procd_orphans *before)
{
    size_t room = 1;

    for (const struct process *child = process->first_child; child; child = child->next_sibling)
        room++;
    /* Without memory the groups miss their SIGHUP: nothing else depends on it. */
    *before = (struct procd_orphans){.pgids = malloc(room * sizeof *before->pgids)};
    if (!before->pgids)
        return;
    orphans_add(p, before, process->cred.pgid);
    for (const struct process *child = process->first_child; child; child = child->next_sibling)
        orphans_add(p, before, child->cred.pgid);
}

void procd_orphans_end(struct procd *p, struct procd_orphans *before)
{
    for (size_t i = 0; i < before->count; i++) {
        uint32_t pgid = before->pgids[i];
        if (!procd_group_orphaned(p, pgid) || !has_stopped_member(p, pgid))
            continue;
        (void)procd_signal_group(p, pgid, DYAD_SIGHUP);
        (void)procd_signal_group(p, pgid, DYAD_SIGCONT);
    }
    free(before->pgids);
}

/* setpgid's target: the caller or one of its children. */
static int find_target(struct procd *p, struct process *caller, uint32_t pid, struct process **out)
{
    struct process *target = pid == 0 ? caller : procd_find(p, pid);

    if (!target || (target != caller && target->parent != caller) || target->life == LIFE_ZOMBIE)
        return -ERR_SRCH;
    *out = target;
    return 0;
}

int procd_setpgid(struct procd *p, struct process *caller, uint32_t pid, uint32_t pgid)
{
    struct process *target;
    struct procd_orphans orphans;

    if (pgid > INT32_MAX || pid > INT32_MAX)
        return -ERR_INVAL;
    int error = find_target(p, caller, pid, &target);
    if (error < 0)
        return error;
    if (pgid == 0)
        pgid = target->cred.pid;
    if (target != caller && target->cred.sid != caller->cred.sid)
        return -ERR_PERM;
    if (target != caller) {
        struct process_info info;
        error = p->ops->info(p->context, target->handle, &info);
        if (error < 0)
            return error;
        if (info.execs != 0)
            return -ERR_ACCES;
    }
    if (target->cred.sid == target->cred.pid)
        return -ERR_PERM;
    if (pgid != target->cred.pid && procd_group_session(p, pgid) != target->cred.sid)
        return -ERR_PERM;
    if (pgid == target->cred.pgid)
        return 0;
    procd_orphans_begin(p, target, &orphans);
    target->cred.pgid = pgid;
    error = procd_update_cred(p, target);
    procd_orphans_end(p, &orphans);
    return error;
}

/* The kernel would let procd do anything: what it refuses to others is refused here. */
int64_t procd_sched(struct procd *p, struct process *caller, uint32_t pid, bool set, uint64_t word)
{
    const struct process *target = pid == 0 ? caller : procd_find(p, pid);
    if (!target || target->life == LIFE_ZOMBIE)
        return -ERR_SRCH;
    int64_t before = p->ops->control(p->context, target->handle, PROCESS_GET_SCHED, 0);
    if (!set || before < 0)
        return before;
    const struct cred *from = &caller->cred, *to = &target->cred;
    bool own = from->euid == to->uid || from->euid == to->euid;
    bool raises = SCHED_WORD_PRIORITY(word) > SCHED_WORD_PRIORITY(before);
    if (from->euid != 0 && (!own || raises))
        return -ERR_PERM;
    return p->ops->control(p->context, target->handle, PROCESS_SET_SCHED, word);
}

int64_t procd_getpgid(struct procd *p, struct process *caller, uint32_t pid)
{
    const struct process *target = pid == 0 ? caller : procd_find(p, pid);

    return target ? (int64_t)target->cred.pgid : -ERR_SRCH;
}

int64_t procd_getsid(struct procd *p, struct process *caller, uint32_t pid)
{
    const struct process *target = pid == 0 ? caller : procd_find(p, pid);

    return target ? (int64_t)target->cred.sid : -ERR_SRCH;
}

int64_t procd_setsid(struct procd *p, struct process *caller)
{
    struct procd_orphans orphans;

    if (procd_group_session(p, caller->cred.pid) >=
        0) /* A group of that id exists, its own or another. */
        return -ERR_PERM;
    procd_orphans_begin(p, caller, &orphans);
    caller->cred.pgid = caller->cred.sid = caller->cred.pid;
    int error = procd_update_cred(p, caller);
    procd_orphans_end(p, &orphans);
    return error < 0 ? error : (int64_t)caller->cred.sid;
}

int procd_session_tty(struct procd *p, uint32_t sid, int32_t tty, uint32_t foreground)
{
    struct process *leader = NULL;

    /* A terminal belongs to one session: whoever had this one has lost it. */
    for (struct process *process = p->first; process; process = process->next) {
        if (process->cred.pid == sid)
            leader = process;
        else if (tty >= 0 && process->tty == tty)
            process->tty = -1;
    }
    if (!leader)
        return sid == 0 ? 0 : -ERR_SRCH;
    leader->tty = tty;
    leader->tty_foreground = foreground;
    return 0;
}

const struct process *procd_tty_owner(const struct procd *p, int32_t tty)
{
    const struct process *leader = p->first;

    while (leader && (leader->tty != tty || leader->life == LIFE_ZOMBIE))
        leader = leader->next;
    return leader;
}

void procd_session_end(struct procd *p, struct process *leader)
{
    if (leader->cred.sid != leader->cred.pid || leader->tty < 0)
        return;
    (void)procd_signal_group(p, leader->tty_foreground, DYAD_SIGHUP);
    (void)procd_signal_group(p, leader->tty_foreground, DYAD_SIGCONT);
    leader->tty = -1;
}
