/* tag.c: the tags of a scheme: numbers for the requests that its servers hold. */
#include "core/quota.h"
#include "core/scheme.h"

struct request_tag *tag_at_locked(struct scheme *scheme, unsigned index)
{
    return &scheme->chunks[index / TAG_CHUNK][index % TAG_CHUNK];
}

static status_t tag_grow_locked(struct scheme *scheme) REQUIRES(&scheme->lock)
{
    if (scheme->chunk_count == TAG_CHUNKS_MAX)
        return -ERR_AGAIN;
    struct request_tag *chunk = quota_alloc(scheme->quota, TAG_CHUNK * sizeof *chunk);
    if (chunk == NULL)
        return -ERR_NOMEM;
    unsigned base = scheme->chunk_count * TAG_CHUNK;
    for (unsigned i = TAG_CHUNK; i-- > 0;) {
        chunk[i].generation = 1;
        chunk[i].next = scheme->tag_free;
        scheme->tag_free = (uint16_t)(base + i + 1);
    }
    scheme->chunks[scheme->chunk_count++] = chunk;
    return 0;
}

status_t tag_alloc_locked(struct scheme *scheme, struct request_slot *slot)
{
    if (scheme->tag_free == 0) {
        status_t status = tag_grow_locked(scheme);
        if (status < 0)
            return status;
    }
    unsigned index = scheme->tag_free - 1u;
    struct request_tag *tag = tag_at_locked(scheme, index);
    scheme->tag_free = tag->next;
    tag->state = TAG_HELD;
    tag->slot = slot;
    slot->message.tag = index | (uint32_t)tag->generation << 16;
    return 0;
}

struct request_tag *tag_find_locked(struct scheme *scheme, uint32_t number)
{
    unsigned index = tag_index(number);
    if (index >= scheme->chunk_count * TAG_CHUNK)
        return NULL;
    struct request_tag *tag = tag_at_locked(scheme, index);
    return tag->state != TAG_FREE && tag->generation == number >> 16 ? tag : NULL;
}

/* ---- cancels: a list by index, so that it needs no memory and a reply can leave it ---- */

static void tag_unlink_cancel_locked(struct scheme *scheme, struct request_tag *tag)
    REQUIRES(&scheme->lock)
{
    if (tag->prev != 0)
        tag_at_locked(scheme, tag->prev - 1u)->next = tag->next;
    else
        scheme->cancel_first = tag->next;
    if (tag->next != 0)
        tag_at_locked(scheme, tag->next - 1u)->prev = tag->prev;
    else
        scheme->cancel_last = tag->prev;
    tag->cancel_queued = false;
    tag->next = tag->prev = 0;
}

void tag_cancel_locked(struct scheme *scheme, struct request_tag *tag, unsigned index)
{
    if (tag->cancel_queued || tag->cancel_sent)
        return;
    tag->next = 0;
    tag->prev = scheme->cancel_last;
    if (tag->prev != 0)
        tag_at_locked(scheme, tag->prev - 1u)->next = (uint16_t)(index + 1);
    else
        scheme->cancel_first = (uint16_t)(index + 1);
    scheme->cancel_last = (uint16_t)(index + 1);
    tag->cancel_queued = true;
    scheme_wake_locked(scheme);
}

uint32_t tag_pop_cancel_locked(struct scheme *scheme)
{
    if (scheme->cancel_first == 0)
        return 0;
    unsigned index = scheme->cancel_first - 1u;
    struct request_tag *tag = tag_at_locked(scheme, index);
    tag_unlink_cancel_locked(scheme, tag);
    tag->cancel_sent = true;
    return index | (uint32_t)tag->generation << 16;
}

void tag_free_locked(struct scheme *scheme, struct request_tag *tag, unsigned index)
{
    if (tag->cancel_queued)
        tag_unlink_cancel_locked(scheme, tag);
    tag->cancel_sent = false;
    tag->state = TAG_FREE;
    tag->slot = NULL;
    tag->generation++;
    if (tag->generation == 0)
        tag->generation = 1;
    tag->next = scheme->tag_free;
    tag->prev = 0;
    scheme->tag_free = (uint16_t)(index + 1);
}
