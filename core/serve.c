/*
 * serve.c: the server's side: one trap answers a request and receives the next message.
 *
 * Errors go to whoever caused them. A reply that is not valid or whose memory is bad is the server's: it gets the error, and
 * the request stays with it. A client whose buffers are bad gets -ERR_FAULT, and the server 0: it has done its part.
 */
#include "core/process.h"
#include "core/request.h"
#include "core/space.h"

#define SERVE_ROUNDS 32u /* messages looked at in one step */

/* ---- reply ---- */

static bool reply_result_fits(const struct request_slot *slot, const struct reply *reply)
{
    if (reply->result < 0)
        return reply->result > STATUS_PARKED; /* below are the kernel's own STATUS_* */
    if (slot->kind == REQUEST_READ)
        return reply->result <= slot->message.out_len;
    if (slot->kind == REQUEST_WRITE)
        return reply->result <= slot->message.in_len;
    return true;
}

static bool reply_makes_file(const struct request_slot *slot, const struct reply *reply)
{
    return slot->kind == REQUEST_OPEN && reply->result >= 0 && !(reply->flags & REPLY_HANDLE);
}

/* Everything that can be checked without touching memory. */
static status_t reply_begin_locked(struct scheme *scheme, const struct reply *reply,
                                   struct request_slot **out) REQUIRES(&scheme->lock)
{
    if (scheme_is_dead(scheme))
        return -ERR_NODEV;
    struct request_tag *tag = tag_find_locked(scheme, reply->tag);
    if (tag == NULL)
        return -ERR_INVAL;
    if (tag->state == TAG_ABANDONED) {
        tag_free_locked(scheme, tag, tag_index(reply->tag));
        return -ERR_IDRM;
    }
    struct request_slot *slot = tag->slot;
    if (slot->state != REQUEST_SERVED)
        return -ERR_BUSY; /* another thread of the server is at it */
    if ((reply->flags & ~REPLY_HANDLE) || reply->data_len > slot->message.out_len ||
        reply->data_len > DYAD_COPY_MAX || !reply_result_fits(slot, reply))
        return -ERR_INVAL;
    slot->state = REQUEST_MOVING;
    *out = slot;
    return 0;
}

/* -> 0, or the server's error; *result becomes the client's error when that is to blame. */
static status_t reply_copy_out(struct thread *t, struct request_slot *slot,
                               const struct reply *reply, status_t *result)
{
    uint64_t data = (uint64_t)(uintptr_t)reply->data;
    if (reply->data_len == 0)
        return 0;
    status_t done = user_copy(slot->client->space, slot->out, t->space, data, reply->data_len);
    if (done == reply->data_len)
        return 0;
    uint8_t byte;
    status_t status = user_read(t->space, &byte, data + (uint64_t)(done > 0 ? done : 0), 1);
    if (status < 0)
        return status;
    *result = done < 0 ? done : -ERR_FAULT;
    return 0;
}

/* Move the reply's handle to the client. -> 0 or the server's error. *passed: its number there. */
static status_t reply_pass_handle(struct thread *t, struct request_slot *slot,
                                  const struct reply *reply, status_t *result, handle_t *passed)
{
    struct handle_ref ref = {0};
    status_t status = handle_ref_take(t->process, reply->send, true, &ref);
    if (status < 0)
        return -ERR_INVAL;
    if (*result >= 0 || slot->kind == REQUEST_CALL) {
        status_t h = handle_ref_install(slot->client->process, &ref, slot->reserved);
        slot->reserved = false;
        if (h >= 0)
            *passed = (handle_t)h;
        else
            *result = h; /* the client has no room for it */
    }
    handle_ref_drop(&ref);
    return 0;
}

/* The rights of the handle that an open makes. */
static uint32_t open_rights(uint64_t flags)
{
    uint32_t rights = RIGHT_CALL | RIGHT_PASS | RIGHT_WATCH;
    if (flags & FILE_PATH)
        return rights;
    if (flags & FILE_READ)
        rights |= RIGHT_READ;
    if (flags & FILE_WRITE)
        rights |= RIGHT_WRITE;
    if (flags & FILE_EXEC)
        rights |= RIGHT_EXEC;
    return rights;
}

#define OPEN_STATUS_FLAGS (FILE_RDWR | FILE_APPEND | FILE_NONBLOCK | FILE_SYNC | FILE_PATH)

/* The server's id names a file from here on. -> 0 or the server's error. *out: counted. */
static status_t reply_publish_file(struct request_slot *slot, const struct reply *reply,
                                   struct scheme *scheme, struct file **out)
{
    struct file *file = slot->spare;
    atomic_store_explicit(&file->flags,
                          ((uint32_t)slot->message.args[0] & OPEN_STATUS_FLAGS) |
                              ((uint32_t)reply->values[1] & FILE_SEEKABLE),
                          memory_order_relaxed);
    lock_acquire(&scheme->lock);
    status_t status = scheme_is_dead(scheme) ? -ERR_NODEV : 0;
    if (status == 0 && !file_publish_locked(scheme, file, reply->values[0]))
        status = -ERR_INVAL;
    if (status == 0) {
        kobject_get(
            &file->object); /* the scheme may die, and drop its own, before the client has it */
        slot->spare = NULL;
        *out = file;
    }
    lock_release(&scheme->lock);
    return status;
}

/* Give the client its handle of the new file. When the client is dying the handle is closed, and so announced. */
static status_t reply_open_file(struct request_slot *slot, struct file *file)
{
    struct handle_ref ref = {&file->object, open_rights(slot->message.args[0])};
    kobject_handle_get(&file->object);
    status_t h = handle_ref_install(slot->client->process, &ref, true);
    slot->reserved = false;
    handle_ref_drop(&ref);
    kobject_put(&file->object);
    return h;
}

/* -ERR_XDEV: the new path is terminated. */
static status_t reply_open_redirect(struct request_slot *slot, const struct reply *reply)
{
    static const char terminator = '\0';
    status_t status = user_write(slot->client->space, slot->out + reply->data_len, &terminator, 1);
    return status < 0 ? status : -ERR_XDEV;
}

/* The outputs of a call, as they lie in struct call_args. */
struct call_outputs {
    uint64_t values[2];
    uint32_t out_done;
    handle_t send, received;
    uint32_t reserved;
};
_Static_assert(offsetof(struct call_args, reserved) - offsetof(struct call_args, values) ==
                   offsetof(struct call_outputs, reserved),
               "the same layout");

static status_t reply_call(struct request_slot *slot, const struct reply *reply, status_t result,
                           handle_t passed)
{
    struct call_outputs outputs = {
        .values = {reply->values[0], reply->values[1]},
        .out_done = reply->data_len > slot->out_done ? reply->data_len : slot->out_done,
        .send = slot->send_number,
        .received = passed,
    };
    status_t status =
        user_write(slot->client->space, slot->args + offsetof(struct call_args, values), &outputs,
                   sizeof outputs);
    if (status == 0)
        return result;
    if (passed != HANDLE_NONE) {
        status_t closed = handle_close(slot->client->process, passed);
        (void)closed;
    }
    return status;
}

/* Move the reply into the client. -> 0 with its result, or the server's error and nothing but bytes in `out` has changed. */
static status_t reply_move(struct thread *t, struct scheme *scheme, struct request_slot *slot,
                           const struct reply *reply, status_t *result)
{
    handle_t passed = HANDLE_NONE;
    struct file *file = NULL;
    *result = reply->result;
    status_t status = reply_copy_out(t, slot, reply, result);
    if (status == 0 && reply_makes_file(slot, reply))
        status = reply_publish_file(slot, reply, scheme, &file);
    if (status == 0 && (reply->flags & REPLY_HANDLE))
        status = reply_pass_handle(t, slot, reply, result, &passed);
    if (status < 0)
        return status;
    /* From here the server has done its part. */
    if (slot->kind == REQUEST_CALL)
        *result = reply_call(slot, reply, *result, passed);
    else if (slot->kind != REQUEST_OPEN)
        request_settle_offset(slot, *result, reply->values[0]);
    else if (file != NULL)
        *result = reply_open_file(slot, file);
    else if (passed != HANDLE_NONE)
        *result = passed;
    else if (*result == -ERR_XDEV && slot->out != 0)
        *result = reply_open_redirect(slot, reply);
    return 0;
}

/* The server's error: the request is as before, unless it has been interrupted meanwhile. */
static void reply_undo(struct scheme *scheme, struct request_slot *slot)
{
    status_t why = 0;
    lock_acquire(&scheme->lock);
    bool ended = request_settle_locked(scheme, slot, REQUEST_SERVED, &why);
    lock_release(&scheme->lock);
    if (ended)
        request_end(slot, why);
}

static status_t reply_deliver(struct thread *t, struct scheme *scheme, const struct reply *reply)
{
    struct request_slot *slot = NULL;
    lock_acquire(&scheme->lock);
    status_t status = reply_begin_locked(scheme, reply, &slot);
    lock_release(&scheme->lock);
    if (status < 0)
        return status;
    status_t result = 0;
    status = reply_move(t, scheme, slot, reply, &result);
    if (status < 0) {
        reply_undo(scheme, slot);
        return status;
    }
    lock_acquire(&scheme->lock);
    request_detach_locked(scheme, slot);
    bool won = wait_claim(slot->client); /* calls end under this lock only */
    ASSERT(won);
    lock_release(&scheme->lock);
    if (slot->reserved || slot->other != NULL)
        request_release(slot);
    wait_finish_handoff(slot->client, result);
    return 0;
}

/* ---- receive ---- */

enum message_kind { MESSAGE_NONE, MESSAGE_REQUEST, MESSAGE_CANCEL, MESSAGE_FILE, MESSAGE_EVENT };

/* What the next message is about. */
struct message {
    enum message_kind kind;
    struct request_slot *slot;
    struct file *file; /* counted */
    uint32_t notices;  /* NOTICE_* of the file */
    uint32_t tag;
};

/* A request for the server, with a tag, MOVING. A client that there is no tag for gets *why, as the message's slot. */
static void message_take_request_locked(struct scheme *scheme, struct message *message,
                                        status_t *why) REQUIRES(&scheme->lock)
{
    struct list *node = list_pop(&scheme->queue);
    if (node == NULL)
        return;
    struct request_slot *slot = LIST_ENTRY(node, struct request_slot, link);
    message->kind = MESSAGE_REQUEST;
    message->slot = slot;
    slot->state = REQUEST_MOVING;
    *why = tag_alloc_locked(scheme, slot);
    if (*why < 0) {
        bool won = wait_claim(slot->client);
        ASSERT(won);
        request_detach_locked(scheme, slot);
    }
    scheme->notice_last = false;
}

static void message_take_notice_locked(struct scheme *scheme, struct message *message)
    REQUIRES(&scheme->lock)
{
    message->tag = tag_pop_cancel_locked(scheme);
    if (message->tag != 0) {
        message->kind = MESSAGE_CANCEL;
        return;
    }
    if (atomic_load_explicit(&scheme->events.pending, memory_order_acquire) != 0 &&
        (!scheme->notice_last || list_empty(&scheme->notices))) {
        message->kind = MESSAGE_EVENT;
        return;
    }
    struct list *node = list_pop(&scheme->notices);
    if (node == NULL)
        return;
    message->kind = MESSAGE_FILE;
    message->file = LIST_ENTRY(node, struct file, notice_link);
    message->notices = message->file->notices;
    message->file->notices = 0;
    kobject_get(&message->file->object);
}

/* A notice that is older than the next request: who closes a file and then calls must find it closed. */
static bool notice_is_older_locked(struct scheme *scheme) REQUIRES(&scheme->lock)
{
    if (list_empty(&scheme->notices) || list_empty(&scheme->queue))
        return false;
    const struct file *file = LIST_ENTRY(scheme->notices.next, struct file, notice_link);
    const struct request_slot *slot = LIST_ENTRY(scheme->queue.next, struct request_slot, link);
    return file->notice_order < slot->order;
}

/* Notices go first, but of those that came after the next request never two in a row. */
static void message_take_locked(struct scheme *scheme, struct message *message, status_t *why)
    REQUIRES(&scheme->lock)
{
    *message = (struct message){0};
    if (!scheme->notice_last || list_empty(&scheme->queue) || notice_is_older_locked(scheme))
        message_take_notice_locked(scheme, message);
    if (message->kind == MESSAGE_NONE)
        message_take_request_locked(scheme, message, why);
    else
        scheme->notice_last = true;
}

static status_t message_write(struct thread *t, const struct request *request)
{
    return user_write(t->space, t->op.words[SERVE_REQUEST], request, sizeof *request);
}

static status_t message_send_cancel(struct thread *t, struct scheme *scheme, uint32_t number)
{
    struct request request = {.verb = VERB_cancel, .args = {number}, .received = HANDLE_NONE};
    status_t status = message_write(t, &request);
    if (status == 0)
        return 0;
    lock_acquire(&scheme->lock);
    struct request_tag *tag = tag_find_locked(scheme, number);
    if (tag != NULL) {
        tag->cancel_sent = false;
        tag_cancel_locked(scheme, tag, tag_index(number));
    }
    lock_release(&scheme->lock);
    return status;
}

/* A watch wish or the close of a file. A file that is closed has no use for a watch. */
static status_t message_send_file(struct thread *t, struct scheme *scheme, struct message *message)
{
    struct file *file = message->file;
    bool close = message->notices & NOTICE_CLOSE;
    lock_acquire(&scheme->lock);
    uint32_t mask = file->watched_mask;
    lock_release(&scheme->lock);
    struct request request = {
        .verb = close ? VERB_close : VERB_watch,
        .file = file->id,
        .args = {close ? 0 : mask},
        .file_flags = atomic_load_explicit(&file->flags, memory_order_relaxed),
        .received = HANDLE_NONE,
    };
    status_t status = message_write(t, &request);
    lock_acquire(&scheme->lock);
    bool unlisted =
        status == 0 && close && file_unlist_locked(scheme, file); /* the id is free again */
    if (status < 0)
        file_notice_locked(scheme, file, message->notices);
    lock_release(&scheme->lock);
    if (unlisted)
        kobject_put(&file->object);
    kobject_put(&file->object);
    return status;
}

/* -ERR_AGAIN: nothing was ready after all. */
static status_t message_send_event(struct thread *t, struct scheme *scheme)
{
    struct event event;
    if (!event_queue_take(&scheme->events, &event))
        return -ERR_AGAIN;
    struct request request = {
        .verb = VERB_event,
        .args = {event.cookie, event.events},
        .received = HANDLE_NONE,
    };
    return message_write(t, &request); /* still triggered: not lost by a failure */
}

/* -ERR_AGAIN: the request has ended by itself. */
static status_t message_send_request(struct thread *t, struct scheme *scheme,
                                     struct request_slot *slot)
{
    status_t why = 0;
    enum delivery outcome = request_deliver(slot, t, &why);
    status_t status = outcome == DELIVERY_SERVER ? why : 0;
    bool ended;
    lock_acquire(&scheme->lock);
    if (outcome == DELIVERY_DONE && slot->pending == 0 && !scheme_is_dead(scheme)) {
        slot->state = REQUEST_SERVED;
        lock_release(&scheme->lock);
        return 0;
    }
    if (outcome == DELIVERY_CLIENT) {
        ended = wait_claim(slot->client);
        ASSERT(ended);
        request_detach_locked(scheme, slot);
    } else {
        /* The server's fault, or interrupted before the server has seen it: QUEUED as far as others are concerned. */
        ended = request_settle_locked(scheme, slot, REQUEST_QUEUED, &why);
    }
    if (!ended) {
        unsigned index = tag_index(slot->message.tag);
        tag_free_locked(scheme, tag_at_locked(scheme, index), index);
        slot->message.tag = 0;
        list_push(&scheme->queue, &slot->link);
        scheme_wake_locked(scheme);
    }
    lock_release(&scheme->lock);
    if (ended) {
        request_undeliver(slot, t);
        request_end(slot, why);
    }
    return status < 0 ? status : -ERR_AGAIN;
}

static status_t message_send(struct thread *t, struct scheme *scheme, struct message *message)
{
    switch (message->kind) {
    case MESSAGE_REQUEST: return message_send_request(t, scheme, message->slot);
    case MESSAGE_CANCEL: return message_send_cancel(t, scheme, message->tag);
    case MESSAGE_FILE: return message_send_file(t, scheme, message);
    case MESSAGE_EVENT: return message_send_event(t, scheme);
    case MESSAGE_NONE: break;
    }
    return -ERR_AGAIN;
}

/* One message, or park. -ERR_AGAIN: look again. */
static status_t serve_once(struct thread *t, struct scheme *scheme)
{
    struct message message = {0};
    status_t why = 0;
    status_t status = -ERR_NODEV;
    lock_acquire(&scheme->lock);
    if (thread_is_killed(
            t)) { /* it would take a request along: what it was woken for is another's */
        scheme_wake_locked(scheme);
        status = -ERR_INTR;
    } else if (serve_is_stale(t)) {
        status = STATUS_STEP; /* perhaps its handle is gone: look it up again */
    } else if (!scheme_is_dead(scheme)) {
        message_take_locked(scheme, &message, &why);
        status = 0;
        if (message.kind == MESSAGE_NONE) {
            list_push(&scheme->servers, &t->wait.link);
            status = wait_arm(t, &scheme->object, &scheme->lock, t->op.words[SERVE_DEADLINE]);
            if (status != STATUS_PARKED)
                list_remove(&t->wait.link);
        }
        scheme_update_backlog_locked(scheme);
    }
    lock_release(&scheme->lock);
    if (message.kind == MESSAGE_NONE)
        return status;
    if (why < 0) {
        request_end(message.slot, why); /* no memory for its tag */
        return -ERR_AGAIN;
    }
    return message_send(t, scheme, &message);
}

static status_t serve_receive(struct thread *t, struct scheme *scheme)
{
    for (unsigned i = 0; i < SERVE_ROUNDS; i++) {
        status_t status = serve_once(t, scheme);
        if (status != -ERR_AGAIN)
            return status;
    }
    return STATUS_STEP;
}

bool serve_is_stale(const struct thread *server)
{
    return atomic_load_explicit(&server->process->serve_epoch, memory_order_relaxed) !=
           (uint32_t)server->op.words[SERVE_EPOCH];
}

static status_t serve_lookup(struct thread *t, handle_t h, struct kobject **out)
{
    t->op.words[SERVE_EPOCH] = atomic_load_explicit(&t->process->serve_epoch, memory_order_relaxed);
    return handle_lookup(t->process, h, HANDLE_KIND_SCHEME, RIGHT_CONTROL, out, NULL);
}

/* A message was received while another thread gave up handles. If that was this scheme's, the message is this thread's all the same,
 * but it cannot answer: a request ends. */
static void serve_confirm(struct thread *t, struct scheme *scheme)
{
    struct kobject *object;
    if (!serve_is_stale(t))
        return;
    if (serve_lookup(t, (handle_t)t->op.words[SERVE_SCHEME], &object) == 0)
        kobject_put(object);
    else
        scheme_server_ended(scheme, t->process->kid);
}

/* Woken for something other than a request, or interrupted: look again. Nothing is held while parked. */
status_t scheme_serve_step(struct thread *t)
{
    struct kobject *object;
    status_t status = serve_lookup(t, (handle_t)t->op.words[SERVE_SCHEME], &object);
    if (status < 0)
        return status;
    status = serve_receive(t, scheme_of(object));
    if (status == 0)
        serve_confirm(t, scheme_of(object));
    kobject_put(object);
    return status;
}

static status_t serve_reply(struct thread *t, struct scheme *scheme, uint64_t user)
{
    struct reply reply;
    status_t status = user_read(t->space, &reply, user, sizeof reply);
    return status < 0 ? status : reply_deliver(t, scheme, &reply);
}

status_t scheme_serve(struct thread *t, handle_t h, uint64_t reply, uint64_t request,
                      uint64_t buffer, uint64_t bytes, uint64_t deadline)
{
    struct kobject *object;
    status_t status = serve_lookup(t, h, &object);
    if (status < 0)
        return status;
    struct priority_pool *pool = &scheme_of(object)->pool;
    if (atomic_load_explicit(&t->serves, memory_order_relaxed) != pool)
        priority_serve(t, pool);
    if (reply != 0)
        status = serve_reply(t, scheme_of(object), reply);
    if (status == 0 && request != 0) {
        t->op.words[SERVE_SCHEME] = (uint64_t)h;
        t->op.words[SERVE_REQUEST] = request;
        t->op.words[SERVE_BUFFER] = buffer;
        t->op.words[SERVE_BYTES] = bytes < DYAD_COPY_MAX ? bytes : DYAD_COPY_MAX;
        t->op.words[SERVE_DEADLINE] = deadline;
        t->step = scheme_serve_step;
        status = serve_receive(t, scheme_of(object));
        if (status == 0)
            serve_confirm(t, scheme_of(object));
    }
    kobject_put(object);
    return status;
}
