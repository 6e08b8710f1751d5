/* wait.c: wait, waitpid and waitid: what a parent learns of its children, now or later. */
#include <assert.h>
#include <stdlib.h>

#include "abi/error.h"
#include "servers/procd/procd.h"

#define WAIT_OPTIONS     (PROC_WNOHANG | PROC_WUNTRACED | PROC_WEXITED | PROC_WCONTINUED | PROC_WNOWAIT)
#define STATUS_CONTINUED 0xffff

static bool matches(const struct process *child, int64_t selector)
{
    if (selector == -1)
        return true;
    if (selector > 0)
        return child->cred.pid == (uint64_t)selector;
    return child->cred.pgid == (uint64_t)-selector;
}

/* Has the child something to report under these options? Its wait status then. */
static bool reportable(const struct process *child, uint32_t options, int32_t *status)
{
    if (child->life == LIFE_ZOMBIE) {
        *status = child->status;
        return !child->ending && (options & PROC_WEXITED);
    }
    if (child->stop_unreported && (options & PROC_WUNTRACED)) {
        *status = child->stop_signal << 8 | 0x7f;
        return true;
    }
    if (child->continue_unreported && (options & PROC_WCONTINUED)) {
        *status = STATUS_CONTINUED;
        return true;
    }
    return false;
}

/* The report is given out: the child's state counts as seen, and a zombie's life ends. */
static void consume(struct procd *p, struct process *parent, struct process *child)
{
    if (child->life == LIFE_ZOMBIE) {
        parent->children_cpu_ns += child->cpu_ns + child->children_cpu_ns;
        procd_remove(p, child);
    } else if (child->stop_unreported) {
        child->stop_unreported = false;
    } else {
        child->continue_unreported = false;
    }
}

/* -> pid, 0: children, but nothing to report, or -ERR_CHILD. */
static int64_t look(struct procd *p, struct process *parent, int64_t selector, uint32_t options,
                    struct proc_wait_result *out)
{
    bool any = false;
    int32_t status;

    for (struct process *child = parent->first_child; child; child = child->next_sibling) {
        if (!matches(child, selector))
            continue;
        any = true;
        if (!reportable(child, options, &status))
            continue;
        int64_t pid = child->cred.pid;
        *out = (struct proc_wait_result){
            .pid = child->cred.pid, .uid = child->cred.uid, .status = status};
        if (child->life == LIFE_ZOMBIE)
            out->user_ns = child->cpu_ns + child->children_cpu_ns;
        if (!(options & PROC_WNOWAIT))
            consume(p, parent, child);
        return pid;
    }
    return any ? 0 : -ERR_CHILD;
}

int64_t procd_wait(struct procd *p, struct process *caller, int64_t selector, uint32_t options,
                   void *token, struct proc_wait_result *out)
{
    if ((options & ~WAIT_OPTIONS) || selector < -(int64_t)PROCD_PID_MAX || selector > INT32_MAX)
        return -ERR_INVAL;
    if (!(options & (PROC_WEXITED | PROC_WUNTRACED | PROC_WCONTINUED)))
        options |= PROC_WEXITED;
    if (selector == 0)
        selector = -(int64_t)caller->cred.pgid;
    int64_t result = look(p, caller, selector, options, out);
    if (result != 0 || (options & PROC_WNOHANG))
        return result;
    struct waiter *waiter = malloc(sizeof *waiter);
    if (!waiter)
        return -ERR_NOMEM;
    *waiter = (struct waiter){
        .process = caller, .selector = selector, .options = options, .token = token};
    struct waiter **link = &p->waiters;
    while (*link)
        link = &(*link)->next;
    *link = waiter;
    return PROCD_WAIT_PENDING;
}

void procd_wait_cancel(struct procd *p, void *token)
{
    struct waiter **link = &p->waiters;

    while (*link && (*link)->token != token)
        link = &(*link)->next;
    struct waiter *waiter = *link;
    if (waiter) {
        *link = waiter->next;
        free(waiter);
    }
}

static void finish(struct procd *p, struct waiter **link, int64_t result,
                   const struct proc_wait_result *out)
{
    struct waiter *waiter = *link;
    void *token = waiter->token;

    *link = waiter->next;
    free(waiter);
    p->ops->wait_done(p->context, token, result, out);
}

/* Answers those of a parent's waits that can be answered now. */
static void serve_waiters(struct procd *p, struct process *parent)
{
    struct waiter **link = &p->waiters;

    while (*link) {
        struct proc_wait_result out;
        int64_t result = 0;
        if ((*link)->process == parent)
            result = look(p, parent, (*link)->selector, (*link)->options, &out);
        if (result != 0)
            finish(p, link, result, result > 0 ? &out : NULL);
        else
            link = &(*link)->next;
    }
}

void procd_wait_abandon(struct procd *p, struct process *process)
{
    struct waiter **link = &p->waiters;

    while (*link) {
        if ((*link)->process == process)
            finish(p, link, -ERR_INTR, NULL);
        else
            link = &(*link)->next;
    }
}

/* What the parent wants to know of its children, as PROCESS_INFO says; nothing of it when there is no answer. */
static struct process_info wishes_of(struct procd *p, const struct process *parent)
{
    struct process_info info = {0};

    if (p->ops->info(p->context, parent->handle, &info) < 0)
        info = (struct process_info){0};
    return info;
}

/* POSIX: a parent that ignores SIGCHLD or has SA_NOCLDWAIT keeps no zombies. */
static bool wants_no_zombies(const struct process_info *wishes)
{
    return (wishes->signals_ignored & DYAD_SIGNAL_BIT(DYAD_SIGCHLD)) ||
           (wishes->signals_children & SIGNAL_CHILDREN_NO_ZOMBIES);
}

/* init waits by its handles instead, and hears nothing. */
void procd_child_changed(struct procd *p, struct process *child, int code, int32_t status)
{
    struct process *parent = child->parent;
    bool told = parent && parent->cred.pid != PROCD_INIT_PID && parent->life != LIFE_ZOMBIE;
    struct process_info wishes = {0};

    if (told)
        wishes = wishes_of(p, parent);
    if (told &&
        (child->life == LIFE_ZOMBIE || !(wishes.signals_children & SIGNAL_CHILDREN_NO_STOPS))) {
        struct signal_info info = {.signo = DYAD_SIGCHLD,
                                   .code = code,
                                   .pid = child->cred.pid,
                                   .uid = child->cred.uid,
                                   .value = (uint32_t)status};
        (void)procd_signal(p, parent, &info);
    }
    if (child->life == LIFE_ZOMBIE && (!told || wants_no_zombies(&wishes)))
        procd_remove(p, child);
    if (parent)
        serve_waiters(p, parent);
}
