/*
 * space_sync.c: waiting, without waiting, until no core uses translations that are gone from the truth.
 *
 * arch_space_sync gives a ticket. A system call that removed memory parks for it. A page that a write replaced (a broken
 * copy-on-write) goes into limbo until then, and no thread of the space returns to user mode before.
 */
#include "core/space_internal.h"
#include "core/thread.h"

/* Before looking at a ticket: the core that leaves user mode last must see that somebody waits. Pairs with the fence in
 * space_sync_poll, which stands between leaving user mode and looking at the flag. */
static void space_announce(struct space *space)
{
    atomic_store_explicit(&space->unsettled, true, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
}

status_t space_retire(struct space *space, uint64_t addr, struct page *old)
{
    arch_space_protect(&space->arch, addr, 1, 0);
    uint64_t ticket = arch_space_sync(&space->arch);
    if (arch_space_synced(&space->arch, ticket)) {
        if (old)
            page_put(space->object.machine, old);
        return 0;
    }
    struct limbo_page *limbo = quota_alloc(space->quota, sizeof *limbo);
    if (!limbo)
        return -ERR_NOMEM;
    limbo->page = old;
    limbo->ticket = ticket;
    list_append(&space->limbo, &limbo->link);
    space_announce(space);
    return 0;
}

static void limbo_free(struct space *space, struct list *done)
{
    for (struct list *node; (node = list_pop(done)) != NULL;) {
        struct limbo_page *limbo = LIST_ENTRY(node, struct limbo_page, link);
        if (limbo->page)
            page_put(space->object.machine, limbo->page);
        quota_free(space->quota, limbo, sizeof *limbo);
    }
}

static void limbo_collect(struct space *space, struct list *done) REQUIRES(&space->lock)
{
    while (!list_empty(&space->limbo)) {
        struct limbo_page *limbo = LIST_ENTRY(space->limbo.next, struct limbo_page, link);
        if (!arch_space_synced(&space->arch, limbo->ticket))
            break; /* tickets are in the order of the list */
        list_remove(&limbo->link);
        list_append(done, &limbo->link);
    }
}

static void waiters_wake(struct space *space) REQUIRES(&space->lock)
{
    struct list *next;
    for (struct list *node = space->sync_waiters.next; node != &space->sync_waiters; node = next) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        next = node->next;
        if (!arch_space_synced(&space->arch, t->wait.data[0]))
            continue;
        list_remove(node);
        if (wait_claim(t))
            wait_resume(t);
    }
}

/* -> whether limbo is empty. */
static bool space_sync_collect(struct space *space)
{
    struct list done;
    list_init(&done);
    lock_acquire(&space->lock);
    limbo_collect(space, &done);
    waiters_wake(space);
    bool settled = list_empty(&space->limbo);
    atomic_store_explicit(&space->unsettled, !settled || !list_empty(&space->sync_waiters),
                          memory_order_relaxed);
    lock_release(&space->lock);
    limbo_free(space, &done);
    return settled;
}

void space_sync_poll(struct space *space)
{
    atomic_thread_fence(memory_order_seq_cst); /* see space_announce */
    if (atomic_load_explicit(&space->unsettled, memory_order_relaxed))
        (void)space_sync_collect(space);
}

status_t space_sync(struct thread *t, struct space *space)
{
    lock_acquire(&space->lock);
    /* Called again by t->step: it is still the first ticket that counts, or cores that come and go could keep t waiting. */
    if (t->sync_space != space) {
        t->sync_space = space;
        t->sync_ticket = arch_space_sync(&space->arch);
    }
    if (!arch_space_synced(&space->arch, t->sync_ticket))
        space_announce(space);
    if (arch_space_synced(&space->arch, t->sync_ticket)) {
        t->sync_space = NULL;
        lock_release(&space->lock);
        return 0;
    }
    t->wait.data[0] = t->sync_ticket;
    t->wait.kill_only = true;
    list_append(&space->sync_waiters, &t->wait.link);
    status_t status = wait_arm(t, &space->object, &space->lock, DEADLINE_NEVER);
    if (status != STATUS_PARKED) {
        list_remove(&t->wait.link);
        t->wait.kill_only = false;
        status = STATUS_STEP; /* a kill is pending, but what was begun is brought to its end */
    }
    lock_release(&space->lock);
    return status;
}

static status_t space_settle_step(struct thread *t)
{
    status_t status = space_sync(t, t->space);
    return status == 0 ? STATUS_NO_RESULT : status;
}

bool space_settle(struct thread *t, struct space *space)
{
    ASSERT(space == t->space);
    if (!atomic_load_explicit(&space->unsettled, memory_order_relaxed) || space_sync_collect(space))
        return true;
    t->step = space_settle_step;
    if (space_sync(t, space) != 0)
        return false;
    t->step = NULL;
    return true;
}

void space_limbo_drop(struct space *space)
{
    struct list done;
    list_init(&done);
    lock_acquire(&space->lock);
    list_splice(&done, &space->limbo);
    lock_release(&space->lock);
    limbo_free(space, &done);
}
