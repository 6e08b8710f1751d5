/*
 * orphan.c: requests whose server has died while its scheme lives on, because a supervisor holds it.
 *
 * They complete at once with -ERR_NODEV, or go back to the queue when their verb says that it may be offered again and nothing
 * of them is lost; one of those that a signal has already cancelled ends with -ERR_INTR instead. No thread of the dead process is left, so none of them is in state MOVING on its behalf.
 */
#include "core/process.h"
#include "core/scheme.h"

#define X(number, name, restartable) [number] = restartable,
static const bool verb_restartable[VERB_COUNT] = {DYAD_VERB_LIST(X)};
#undef X

/* Offered again: the next server sees it as new. A handle that went with it is gone. */
static bool orphan_may_restart(const struct request_slot *slot)
{
    return slot->message.verb < VERB_COUNT && verb_restartable[slot->message.verb] &&
           slot->message.received == HANDLE_NONE;
}

struct orphan_lists {
    struct list ended, interrupted;
};

static void orphan_requeue_locked(struct scheme *scheme, struct request_slot *slot,
                                  struct request_tag *tag, unsigned index) REQUIRES(&scheme->lock)
{
    tag_free_locked(scheme, tag, index);
    slot->message.tag = 0;
    slot->out_done = 0;
    slot->state = REQUEST_QUEUED;
    list_append(&scheme->queue, &slot->link);
    scheme_wake_locked(scheme);
}

/* One tag. A request that has to end is detached, its client claimed, and put on a list. */
static void orphan_look_locked(struct scheme *scheme, unsigned index, uint64_t kid,
                               struct orphan_lists *lists) REQUIRES(&scheme->lock)
{
    struct request_tag *tag = tag_at_locked(scheme, index);
    if (tag->state == TAG_ABANDONED && tag->server_kid == kid)
        tag_free_locked(scheme, tag, index); /* the late reply will not come */
    if (tag->state != TAG_HELD || tag->slot->state != REQUEST_SERVED ||
        tag->slot->server_kid != kid)
        return;
    struct request_slot *slot = tag->slot;
    bool restartable = orphan_may_restart(slot), cancelled = tag->cancel_queued || tag->cancel_sent;
    if (restartable && !cancelled) {
        orphan_requeue_locked(scheme, slot, tag, index);
        return;
    }
    bool won = wait_claim(slot->client);
    ASSERT(won); /* a served call ends only under the scheme's lock */
    request_detach_locked(scheme, slot);
    list_append(restartable ? &lists->interrupted : &lists->ended, &slot->link);
}

static void orphan_end(struct list *slots, status_t result)
{
    struct list *node;
    while ((node = list_pop(slots)) != NULL)
        request_end(LIST_ENTRY(node, struct request_slot, link), result);
}

void scheme_server_ended(struct scheme *scheme, uint64_t kid)
{
    struct orphan_lists lists;
    list_init(&lists.ended);
    list_init(&lists.interrupted);
    lock_acquire(&scheme->lock);
    /* Chunks are never freed while the scheme lives, so a chunk a hold is enough. */
    for (unsigned chunk = 0; chunk < scheme->chunk_count && !scheme_is_dead(scheme); chunk++) {
        for (unsigned i = 0; i < TAG_CHUNK; i++)
            orphan_look_locked(scheme, chunk * TAG_CHUNK + i, kid, &lists);
        lock_release(&scheme->lock);
        orphan_end(&lists.ended, -ERR_NODEV);
        orphan_end(&lists.interrupted, -ERR_INTR);
        lock_acquire(&scheme->lock);
    }
    scheme_update_backlog_locked(scheme);
    lock_release(&scheme->lock);
    watch_trigger(&scheme->object, EVENT_READABLE);
}

/* A thread that is about to wait or to receive sees the new epoch under the lock, or is seen here. */
void scheme_server_left(struct scheme *scheme, struct process *process)
{
    atomic_fetch_add_explicit(&process->serve_epoch, 1, memory_order_relaxed);
    lock_acquire(&scheme->lock);
    struct list *next;
    for (struct list *node = scheme->servers.next; node != &scheme->servers; node = next) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        next = node->next;
        if (t->process != process)
            continue;
        list_remove(node);
        if (wait_claim(t))
            wait_resume(t);
    }
    scheme_wake_locked(
        scheme); /* one of ours may have been woken for a message, and will not take it now */
    lock_release(&scheme->lock);
    scheme_server_ended(scheme, process->kid);
}
