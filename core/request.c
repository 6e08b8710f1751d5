/*
 * request.c: the life of a request between its client and a server.
 *
 *   IDLE --submit--> QUEUED --receive--> MOVING --> SERVED --reply--> MOVING --> IDLE
 *        \--submit, a server waits--------/  (and scheme_copy: SERVED --> MOVING --> SERVED)
 *
 * Who may end a request, by state (all under the scheme's lock, so any two of them are ordered):
 *   QUEUED  signal, deadline, kill, the scheme's death: it leaves the queue, nobody has seen it.
 *   MOVING  nobody: its memory is being copied. An interrupt leaves slot.pending, death leaves scheme->dead; the
 *           mover looks at both when it comes back (request_settle_locked). A copy is bounded, so is the delay.
 *   SERVED  a signal only sends VERB_cancel: the server answers with the result or -ERR_INTR, so no byte is lost.
 *           Deadline and kill abandon it: the tag stays until the late reply, which gets -ERR_IDRM. Death ends it.
 * The reply wins over an interrupt that comes while it is being copied: the client gets its result.
 */
#include "core/request.h"

#include "core/process.h"
#include "core/sched.h"
#include "core/scheme.h"
#include "core/space.h"

#define REQUEST_PATIENCE_NS \
    1000000u /* how long one with a whole thread's weight may be overtaken */
#define REQUEST_LOOK 64u

/* ---- the slot ---- */

struct request_slot *request_slot_of(struct thread *t)
{
    struct request_slot *slot = t->request;
    if (slot != NULL)
        return slot;
    slot = quota_alloc(t->process->quota, sizeof *slot);
    if (slot == NULL)
        return NULL;
    list_init(&slot->link);
    slot->client = t;
    slot->message.kid = t->process->kid;
    slot->message.thread = t->id;
    t->request = slot;
    return slot;
}

void request_slot_free(struct thread *t)
{
    struct request_slot *slot = t->request;
    if (slot == NULL)
        return;
    ASSERT(slot->state == REQUEST_IDLE && slot->send.object == NULL && slot->other == NULL);
    t->request = NULL;
    if (slot->spare != NULL)
        file_free(slot->spare);
    quota_free(t->process->quota, slot, sizeof *slot);
}

void request_release(struct request_slot *slot)
{
    handle_ref_drop(&slot->send);
    if (slot->other != NULL)
        kobject_put(&slot->other->object);
    slot->other = NULL;
    if (slot->reserved)
        handle_unreserve(slot->client->process);
    slot->reserved = false;
    request_settle_offset(slot, -1, 0);
}

/*
 * The file's own offset after a read or write. A write has claimed its range when it was submitted, so that two at once do
 * not land in the same place; what it did not write it gives back, unless somebody has moved on from there.
 */
void request_settle_offset(struct request_slot *slot, status_t result, uint64_t after)
{
    if (!slot->own_offset)
        return;
    slot->own_offset = false;
    struct file *file = slot->file;
    uint64_t start = slot->message.args[0];
    uint64_t moved = result > 0 ? (uint64_t)result : 0;
    if (slot->kind == REQUEST_WRITE && result >= 0 && after != 0) {
        atomic_store(&file->offset, after);
    } else if (slot->kind == REQUEST_WRITE && !(slot->message.file_flags & FILE_APPEND)) {
        uint64_t claimed = start + slot->message.in_len;
        atomic_compare_exchange_strong(&file->offset, &claimed, start + moved);
    } else if (slot->kind == REQUEST_READ && moved != 0) {
        atomic_store(&file->offset, start + moved);
    }
}

void request_end(struct request_slot *slot, status_t result)
{
    request_release(slot);
    wait_finish(slot->client, result);
}

void request_detach_locked(struct scheme *scheme, struct request_slot *slot)
{
    list_remove(&slot->link);
    if (slot->message.tag != 0)
        tag_free_locked(scheme, tag_at_locked(scheme, tag_index(slot->message.tag)),
                        tag_index(slot->message.tag));
    slot->message.tag = 0;
    slot->state = REQUEST_IDLE;
    if (slot->file != NULL)
        file_unpin_locked(scheme, slot->file);
    if (slot->other != NULL)
        file_unpin_locked(scheme, slot->other);
}

/* ---- interrupts ---- */

static struct scheme *request_scheme(struct kobject *target)
{
    return target->ops->kind == HANDLE_KIND_FILE ? file_of(target)->scheme : scheme_of(target);
}

/* Is t still in wait number `sequence`? That can then only end under the lock of the scheme it waits for, which the caller holds. */
static bool request_is_current(struct thread *t, uint64_t sequence)
{
    lock_acquire(&t->lock);
    bool current = t->wait.state == WAIT_ARMED && t->wait.sequence == sequence;
    lock_release(&t->lock);
    return current;
}

/* The tag outlives the request: it waits for the server's late reply, and a cancel tells the server not to bother. */
static void request_abandon_locked(struct scheme *scheme, struct request_slot *slot)
    REQUIRES(&scheme->lock)
{
    unsigned index = tag_index(slot->message.tag);
    struct request_tag *tag = tag_at_locked(scheme, index);
    tag->state = TAG_ABANDONED;
    tag->server_kid = slot->server_kid;
    tag->slot = NULL;
    slot->message.tag = 0;
    tag_cancel_locked(scheme, tag, index);
}

/* True: the request is detached and its client claimed; the caller must request_end it with `why`. */
static bool request_interrupt_locked(struct scheme *scheme, struct request_slot *slot, status_t why)
    REQUIRES(&scheme->lock)
{
    switch (slot->state) {
    case REQUEST_MOVING:
        if (slot->pending == 0 || slot->pending == -ERR_INTR)
            slot->pending = why; /* a kill or the deadline outweighs a signal */
        return false;
    case REQUEST_SERVED:
        if (why == -ERR_INTR) {
            unsigned index = tag_index(slot->message.tag);
            tag_cancel_locked(scheme, tag_at_locked(scheme, index), index);
            return false;
        }
        request_abandon_locked(scheme, slot);
        break;
    case REQUEST_QUEUED:
    case REQUEST_IDLE: break;
    }
    bool won = wait_claim(slot->client);
    ASSERT(won);
    request_detach_locked(scheme, slot);
    return true;
}

/* thread.wait.interrupt of a call. */
static void request_interrupt(struct thread *t, struct kobject *target, uint64_t sequence,
                              status_t why)
{
    struct scheme *scheme = request_scheme(target);
    bool ended = false;
    lock_acquire(&scheme->lock);
    if (request_is_current(t, sequence))
        ended = request_interrupt_locked(scheme, t->request, why);
    scheme_update_backlog_locked(scheme);
    lock_release(&scheme->lock);
    if (ended)
        request_end(t->request, why);
}

bool request_settle_locked(struct scheme *scheme, struct request_slot *slot,
                           enum request_state state, status_t *why)
{
    status_t pending = scheme_is_dead(scheme) ? -ERR_NODEV : slot->pending;
    slot->pending = 0;
    slot->state = state;
    if (pending == 0)
        return false;
    *why = pending;
    if (pending != -ERR_NODEV)
        return request_interrupt_locked(scheme, slot, pending);
    bool won = wait_claim(slot->client);
    ASSERT(won);
    request_detach_locked(scheme, slot);
    return true;
}

bool scheme_is_serving(struct process *server, struct thread *t)
{
    struct kobject *target = NULL;
    uint64_t sequence = 0;
    lock_acquire(&t->lock);
    if (t->wait.state == WAIT_ARMED && t->wait.interrupt == request_interrupt) {
        target = t->wait.object;
        sequence = t->wait.sequence;
        kobject_get(target);
    }
    lock_release(&t->lock);
    if (target == NULL)
        return false;
    struct scheme *scheme = request_scheme(target);
    lock_acquire(&scheme->lock);
    bool serving = request_is_current(t, sequence) && t->request->state == REQUEST_SERVED &&
                   t->request->server_kid == server->kid;
    lock_release(&scheme->lock);
    kobject_put(target);
    return serving;
}

/* ---- delivery ---- */

/* A copy from `from` to the server stopped after `done` bytes: the error of the client's side, or 0. */
static status_t request_probe(struct space *space, uint64_t user, status_t done)
{
    uint8_t byte;
    return user_read(space, &byte, user + (uint64_t)(done > 0 ? done : 0), sizeof byte);
}

static enum delivery request_copy_in(struct request_slot *slot, struct thread *server,
                                     status_t *why)
{
    struct space *from = slot->client->space;
    uint64_t bytes = slot->message.in_len;
    if (bytes > server->op.words[SERVE_BYTES])
        bytes = server->op.words[SERVE_BYTES];
    slot->message.in_done = (uint32_t)bytes;
    if (bytes == 0)
        return DELIVERY_DONE;
    status_t done = user_copy(server->space, server->op.words[SERVE_BUFFER], from, slot->in, bytes);
    if (done == (status_t)bytes)
        return DELIVERY_DONE;
    *why = request_probe(from, slot->in, done);
    if (*why < 0)
        return DELIVERY_CLIENT;
    *why = done < 0 ? done : -ERR_FAULT;
    return DELIVERY_SERVER;
}

/* The handle that goes with the request. Last, since it cannot be taken back for certain. */
static enum delivery request_pass_handle(struct request_slot *slot, struct thread *server,
                                         status_t *why)
{
    status_t h = handle_ref_install(server->process, &slot->send, false);
    if (h < 0) {
        *why = h;
        return h == -ERR_SRCH ? DELIVERY_SERVER : DELIVERY_CLIENT;
    }
    slot->message.received = (handle_t)h;
    uint64_t at = server->op.words[SERVE_REQUEST] + offsetof(struct request, received);
    status_t status = user_write(server->space, at, &slot->message.received, sizeof(handle_t));
    if (status == 0)
        return DELIVERY_DONE;
    request_undeliver(slot, server);
    *why = -ERR_FAULT; /* the server unmapped its request under our hands: the handle is gone */
    return DELIVERY_CLIENT;
}

enum delivery request_deliver(struct request_slot *slot, struct thread *server, status_t *why)
{
    slot->message.received = HANDLE_NONE;
    enum delivery outcome = request_copy_in(slot, server, why);
    if (outcome != DELIVERY_DONE)
        return outcome;
    *why = user_write(server->space, server->op.words[SERVE_REQUEST], &slot->message,
                      sizeof slot->message);
    if (*why < 0)
        return DELIVERY_SERVER;
    slot->server_kid = server->process->kid;
    return slot->send.object == NULL ? DELIVERY_DONE : request_pass_handle(slot, server, why);
}

void request_undeliver(struct request_slot *slot, struct thread *server)
{
    if (slot->message.received == HANDLE_NONE)
        return;
    status_t status = handle_close(server->process, slot->message.received);
    (void)status; /* the server may have guessed and closed it */
    slot->message.received = HANDLE_NONE;
}

/* ---- submission ---- */

static status_t request_pin_locked(struct scheme *scheme, struct request_slot *slot)
    REQUIRES(&scheme->lock)
{
    if (scheme_is_dead(scheme))
        return -ERR_NODEV;
    if ((slot->file != NULL && slot->file->closed) || (slot->other != NULL && slot->other->closed))
        return -ERR_BADF;
    if (slot->file != NULL)
        slot->file->pins++;
    if (slot->other != NULL)
        slot->other->pins++;
    return 0;
}

/* Park the client, which is current, in `state`. */
static status_t request_park_locked(struct scheme *scheme, struct request_slot *slot,
                                    struct kobject *target, enum request_state state,
                                    uint64_t deadline) REQUIRES(&scheme->lock)
{
    struct thread *t = slot->client;
    t->wait.interrupt = request_interrupt;
    t->wait.pool = &scheme->pool;
    slot->state = state;
    status_t status = wait_arm(t, target, &scheme->lock, deadline);
    if (status != STATUS_PARKED) {
        t->wait.interrupt = NULL;
        t->wait.pool = NULL;
        slot->state = REQUEST_MOVING;
    } else if (sched_priority(t) != 0) {
        priority_lend(t, &scheme->pool);
    }
    return status;
}

static bool request_precedes(const struct request_slot *a, const struct request_slot *b)
{
    return a->priority != b->priority ? a->priority > b->priority : a->due_ns <= b->due_ns;
}

/* For a real-time thread: from the front, where nobody but others of its kind stand before it. */
static struct list *request_queue_place(struct scheme *scheme, const struct request_slot *slot)
    REQUIRES(&scheme->lock)
{
    struct list *after = &scheme->queue;
    while (after->next != &scheme->queue &&
           request_precedes(LIST_ENTRY(after->next, struct request_slot, link), slot))
        after = after->next;
    return after;
}

/*
 * The highest priority is served first. Among equals, whose call is due first: in the order of their coming, but the threads of a
 * crowded quota, which weigh little, stand back for a while. Nobody is overtaken for ever, but by real-time threads. Looks back a
 * bounded way only, except for these.
 */
static void request_queue_locked(struct scheme *scheme, struct request_slot *slot)
    REQUIRES(&scheme->lock)
{
    struct thread *t = slot->client;
    slot->order = ++scheme->order;
    slot->due_ns = t->cpu->now_ns + sched_virtual(REQUEST_PATIENCE_NS, t->share);
    struct list *after = scheme->queue.prev;
    slot->priority = sched_priority(t);
    if (slot->priority != 0) {
        after = request_queue_place(scheme, slot);
    } else {
        for (unsigned i = 0; i < REQUEST_LOOK && after != &scheme->queue; i++, after = after->prev)
            if (request_precedes(LIST_ENTRY(after, struct request_slot, link), slot))
                break;
    }
    list_push(after, &slot->link);
}

/* No server waits: join the queue. */
static status_t request_enqueue_locked(struct scheme *scheme, struct request_slot *slot,
                                       struct kobject *target, uint64_t deadline)
    REQUIRES(&scheme->lock)
{
    request_queue_locked(scheme, slot);
    status_t status = request_park_locked(scheme, slot, target, REQUEST_QUEUED, deadline);
    if (status != STATUS_PARKED)
        request_detach_locked(scheme, slot);
    else
        atomic_store_explicit(&scheme->backlog, true, memory_order_release);
    return status;
}

/* The request has reached the claimed server: park the client, then let the server go. Or neither has happened. -ERR_AGAIN: its process has
 * given up a scheme meanwhile, perhaps this one; it looks whether it still serves, and the request is for another, or waits. */
static status_t request_hand_over(struct scheme *scheme, struct request_slot *slot,
                                  struct thread *server, struct kobject *target, uint64_t deadline)
{
    lock_acquire(&scheme->lock);
    status_t status = scheme_is_dead(scheme) ? -ERR_NODEV : 0;
    if (status == 0 && serve_is_stale(server))
        status = -ERR_AGAIN;
    if (status == 0)
        status = request_park_locked(scheme, slot, target, REQUEST_SERVED, deadline);
    if (status == STATUS_PARKED)
        wait_finish_handoff(server, 0);
    else if (status != -ERR_AGAIN)
        request_detach_locked(scheme, slot);
    lock_release(&scheme->lock);
    if (status == STATUS_PARKED)
        return status;
    request_undeliver(slot, server);
    wait_resume(server); /* it receives again: it has not seen this one */
    return status;
}

/* Give the request to a server that waits. -ERR_AGAIN: not to this one (its buffer is bad, and it has been told, or see above); try another. */
static status_t request_try_server(struct scheme *scheme, struct request_slot *slot,
                                   struct thread *server, struct kobject *target, uint64_t deadline)
{
    status_t why = 0;
    enum delivery outcome = request_deliver(slot, server, &why);
    if (outcome == DELIVERY_DONE)
        return request_hand_over(scheme, slot, server, target, deadline);
    if (outcome == DELIVERY_SERVER) {
        wait_finish(server, why);
        return -ERR_AGAIN;
    }
    lock_acquire(&scheme->lock);
    request_detach_locked(scheme, slot);
    lock_release(&scheme->lock);
    wait_resume(server);
    return why;
}

/* A server for the request, with a tag for it. -ERR_*: none, for lack of memory. *server NULL: none waits. */
static status_t request_pick_server_locked(struct scheme *scheme, struct request_slot *slot,
                                           struct thread **server) REQUIRES(&scheme->lock)
{
    *server = scheme_take_server_locked(scheme);
    if (*server == NULL || slot->message.tag != 0)
        return 0;
    status_t status = tag_alloc_locked(scheme, slot);
    if (status < 0) {
        wait_resume(*server);
        request_detach_locked(scheme, slot);
    }
    return status;
}

/* A request that has a tag but found no server after all. */
static void request_untag_locked(struct scheme *scheme, struct request_slot *slot)
    REQUIRES(&scheme->lock)
{
    unsigned index = tag_index(slot->message.tag);
    if (slot->message.tag != 0)
        tag_free_locked(scheme, tag_at_locked(scheme, index), index);
    slot->message.tag = 0;
}

status_t request_submit(struct request_slot *slot, struct kobject *target, uint64_t deadline)
{
    struct scheme *scheme = request_scheme(target);
    struct thread *server = NULL;
    slot->message.tag = 0;
    slot->pending = 0;
    slot->out_done = 0;
    lock_acquire(&scheme->lock);
    status_t status = request_pin_locked(scheme, slot);
    while (status == 0) {
        slot->state = REQUEST_MOVING;
        status = request_pick_server_locked(scheme, slot, &server);
        if (status < 0)
            break;
        if (server == NULL) {
            request_untag_locked(scheme, slot);
            status = request_enqueue_locked(scheme, slot, target, deadline);
            break;
        }
        lock_release(&scheme->lock);
        status = request_try_server(scheme, slot, server, target, deadline);
        if (status != -ERR_AGAIN)
            return status;
        lock_acquire(&scheme->lock);
        status = 0;
        if (scheme_is_dead(scheme)) {
            request_detach_locked(scheme, slot);
            status = -ERR_NODEV;
        }
    }
    lock_release(&scheme->lock);
    if (status == STATUS_PARKED)
        watch_trigger(&scheme->object, EVENT_READABLE);
    return status;
}
