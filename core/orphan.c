/*
 * orphan.c: requests whose server has died while its scheme lives on, because a supervisor holds it.
 *
 * They complete at once with -ERR_NODEV, or go back to the queue when their verb says that it may be offered again and nothing
 * of them is lost. No thread of the dead process is left, so none of them is in state MOVING on its behalf.
 */
#include "core/process.h"
#include "core/scheme.h"

#define X(number, name, restartable) [number] = restartable,
static const bool verb_restartable[VERB_COUNT] = {DYAD_VERB_LIST(X)};
#undef X

/* Offered again: the next server sees it as new. A handle that went with it is gone, and a cancelled one must not start over. */
static bool orphan_may_requeue(const struct request_slot *slot, const struct request_tag *tag)
{
    return slot->message.verb < VERB_COUNT && verb_restartable[slot->message.verb] &&
           slot->message.received == HANDLE_NONE &&
           !tag->cancel_queued && !tag->cancel_sent;
}

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

/* One tag. A request that has to end is detached, its client claimed, and put on `ended`. */
static void orphan_look_locked(struct scheme *scheme, unsigned index, uint64_t kid,
                               struct list *ended) REQUIRES(&scheme->lock)
{
    struct request_tag *tag = tag_at_locked(scheme, index);
    if (tag->state == TAG_ABANDONED && tag->server_kid == kid)
        tag_free_locked(scheme, tag, index); /* the late reply will not come */
    if (tag->state != TAG_HELD || tag->slot->state != REQUEST_SERVED || tag->slot->server_kid != kid)
        return;
    struct request_slot *slot = tag->slot;
    if (orphan_may_requeue(slot, tag)) {
        orphan_requeue_locked(scheme, slot, tag, index);
        return;
    }
    bool won = wait_claim(slot->client);
    ASSERT(won); /* a served call ends only under the scheme's lock */
    request_detach_locked(scheme, slot);
    list_append(ended, &slot->link);
}

void scheme_server_ended(struct scheme *scheme, uint64_t kid)
{
    struct list ended;
    list_init(&ended);
    lock_acquire(&scheme->lock);
    /* Chunks are never freed while the scheme lives, so a chunk a hold is enough. */
    for (unsigned chunk = 0; chunk < scheme->chunk_count && !scheme_is_dead(scheme); chunk++) {
        for (unsigned i = 0; i < TAG_CHUNK; i++)
            orphan_look_locked(scheme, chunk * TAG_CHUNK + i, kid, &ended);
        lock_release(&scheme->lock);
        struct list *node;
        while ((node = list_pop(&ended)) != NULL)
            request_end(LIST_ENTRY(node, struct request_slot, link), -ERR_NODEV);
        lock_acquire(&scheme->lock);
    }
    scheme_update_backlog_locked(scheme);
    lock_release(&scheme->lock);
    watch_trigger(&scheme->object, EVENT_READABLE);
}
