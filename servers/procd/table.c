/* table.c: the process table: by pid, by kernel id, in order, and the tree of parents and children. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "abi/error.h"
#include "servers/procd/procd.h"

void procd_init(struct procd *p, const struct kernel_ops *ops, void *context)
{
    *p = (struct procd){.ops = ops, .context = context};
}

void procd_fini(struct procd *p)
{
    while (p->waiters) {
        struct waiter *waiter = p->waiters;
        p->waiters = waiter->next;
        free(waiter);
    }
    while (p->first)
        procd_remove(p, p->first);
}

static struct process **pid_bucket(struct procd *p, uint32_t pid)
{
    return &p->by_pid[pid % PROCD_BUCKETS];
}

static struct process **kid_bucket(struct procd *p, uint64_t kid)
{
    return &p->by_kid[kid % PROCD_BUCKETS];
}

struct process *procd_find(const struct procd *p, uint32_t pid)
{
    struct process *process = p->by_pid[pid % PROCD_BUCKETS];

    while (process && process->cred.pid != pid)
        process = process->next_by_pid;
    return process;
}

struct process *procd_find_kid(const struct procd *p, uint64_t kid)
{
    struct process *process = p->by_kid[kid % PROCD_BUCKETS];

    while (process && process->kid != kid)
        process = process->next_by_kid;
    return process;
}

static bool id_in_use(const struct procd *p, uint32_t id)
{
    for (const struct process *process = p->first; process; process = process->next)
        if (process->cred.pid == id || process->cred.pgid == id || process->cred.sid == id)
            return true;
    return false;
}

uint32_t procd_allocate_pid(struct procd *p)
{
    for (uint32_t tried = 0; tried < PROCD_PID_MAX; tried++) {
        p->last_pid = p->last_pid >= PROCD_PID_MAX ? PROCD_INIT_PID + 1 : p->last_pid + 1;
        if (p->last_pid <= PROCD_INIT_PID)
            p->last_pid = PROCD_INIT_PID + 1;
        if (!id_in_use(p, p->last_pid))
            return p->last_pid;
    }
    return 0;
}

/* New pids are mostly the highest: search from the end. */
static void link_in_order(struct procd *p, struct process *process)
{
    struct process *after = p->last;

    while (after && after->cred.pid > process->cred.pid)
        after = after->prev;
    process->prev = after;
    process->next = after ? after->next : p->first;
    if (process->next)
        process->next->prev = process;
    else
        p->last = process;
    if (after)
        after->next = process;
    else
        p->first = process;
}

static void unlink_in_order(struct procd *p, struct process *process)
{
    if (process->next)
        process->next->prev = process->prev;
    else
        p->last = process->prev;
    if (process->prev)
        process->prev->next = process->next;
    else
        p->first = process->next;
}

struct process *procd_insert(struct procd *p, const struct cred *cred, uint64_t kid,
                             handle_t handle)
{
    struct process *process = calloc(1, sizeof *process);

    assert(cred->pid != 0 && !procd_find(p, cred->pid));
    if (!process)
        return NULL;
    process->cred = *cred;
    process->kid = kid;
    process->handle = handle;
    process->tty = -1;
    procd_limit_clear(process);
    process->next_by_pid = *pid_bucket(p, cred->pid);
    *pid_bucket(p, cred->pid) = process;
    process->next_by_kid = *kid_bucket(p, kid);
    *kid_bucket(p, kid) = process;
    link_in_order(p, process);
    p->count++;
    return process;
}

void procd_set_parent(struct process *child, struct process *parent)
{
    struct process *old = child->parent;

    if (old) {
        if (child->prev_sibling)
            child->prev_sibling->next_sibling = child->next_sibling;
        else
            old->first_child = child->next_sibling;
        if (child->next_sibling)
            child->next_sibling->prev_sibling = child->prev_sibling;
        else
            old->last_child = child->prev_sibling;
    }
    child->parent = parent;
    child->next_sibling = NULL;
    child->prev_sibling = parent ? parent->last_child : NULL;
    if (!parent)
        return;
    if (parent->last_child)
        parent->last_child->next_sibling = child;
    else
        parent->first_child = child;
    parent->last_child = child;
}

void procd_remove(struct procd *p, struct process *process)
{
    struct process **link = pid_bucket(p, process->cred.pid);

    while (*link != process)
        link = &(*link)->next_by_pid;
    *link = process->next_by_pid;
    link = kid_bucket(p, process->kid);
    while (*link != process)
        link = &(*link)->next_by_kid;
    *link = process->next_by_kid;
    unlink_in_order(p, process);
    procd_set_parent(process, NULL);
    while (process->first_child)
        procd_set_parent(process->first_child, NULL);
    if (process->handle != HANDLE_NONE)
        p->ops->release(p->context, process);
    p->count--;
    free(process);
}

int procd_update_cred(struct procd *p, struct process *process)
{
    if (process->handle == HANDLE_NONE)
        return -ERR_SRCH;
    return p->ops->set_cred(p->context, process->handle, &process->cred);
}
