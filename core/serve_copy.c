/* serve_copy.c: scheme_copy: a server moves parts of a request's payload before it replies. */
#include "core/process.h"
#include "core/request.h"
#include "core/space.h"

static status_t copy_begin_locked(struct scheme *scheme, uint32_t number, bool from_client,
                                  uint64_t offset, uint64_t *bytes, struct request_slot **out)
    REQUIRES(&scheme->lock)
{
    struct request_tag *tag = tag_find_locked(scheme, number);
    if (scheme_is_dead(scheme))
        return -ERR_NODEV;
    if (tag == NULL)
        return -ERR_INVAL;
    if (tag->state == TAG_ABANDONED)
        return -ERR_IDRM;
    struct request_slot *slot = tag->slot;
    if (slot->state != REQUEST_SERVED)
        return -ERR_BUSY;
    uint32_t length = from_client ? slot->message.in_len : slot->message.out_len;
    if (offset >= length || *bytes == 0)
        return 0;
    if (*bytes > length - offset)
        *bytes = length - offset;
    if (*bytes > DYAD_COPY_MAX)
        *bytes = DYAD_COPY_MAX;
    slot->state = REQUEST_MOVING;
    *out = slot;
    return 0;
}

static status_t copy_move(struct thread *t, struct request_slot *slot, bool from_client,
                          uint64_t offset, uint64_t buffer, uint64_t bytes)
{
    struct space *client = slot->client->space;
    if (from_client)
        return user_copy(t->space, buffer, client, slot->in + offset, bytes);
    status_t done = user_copy(client, slot->out + offset, t->space, buffer, bytes);
    if (done > 0 && offset + (uint64_t)done > slot->out_done)
        slot->out_done = (uint32_t)(offset + (uint64_t)done);
    return done;
}

static status_t copy_scheme(struct thread *t, struct scheme *scheme, uint32_t tag, bool from_client,
                            uint64_t offset, uint64_t buffer, uint64_t bytes)
{
    struct request_slot *slot = NULL;
    lock_acquire(&scheme->lock);
    status_t status = copy_begin_locked(scheme, tag, from_client, offset, &bytes, &slot);
    lock_release(&scheme->lock);
    if (slot == NULL)
        return status;
    status = copy_move(t, slot, from_client, offset, buffer, bytes);
    status_t why = 0;
    lock_acquire(&scheme->lock);
    bool ended = request_settle_locked(scheme, slot, REQUEST_SERVED, &why);
    lock_release(&scheme->lock);
    if (ended)
        request_end(slot, why);
    return status;
}

status_t scheme_copy(struct thread *t, handle_t h, uint64_t tag, uint64_t direction,
                     uint64_t offset, uint64_t buffer, uint64_t bytes)
{
    struct kobject *object;
    if (tag > UINT32_MAX || direction > COPY_TO_CLIENT)
        return -ERR_INVAL;
    status_t status =
        handle_lookup(t->process, h, HANDLE_KIND_SCHEME, RIGHT_CONTROL, &object, NULL);
    if (status < 0)
        return status;
    status = copy_scheme(t, scheme_of(object), (uint32_t)tag, direction == COPY_FROM_CLIENT, offset,
                         buffer, bytes);
    kobject_put(object);
    return status;
}
