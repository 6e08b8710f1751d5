/* event_wait.c: taking events from a queue, and waiting for them. */
#include "core/event_internal.h"
#include "core/process.h"
#include "core/signal.h"
#include "core/space.h"

#define EVENT_BATCH 32u /* events that one event_wait returns at most */

/* What the first triggered watch reports; it goes to the end, or out when its object is not ready or it reports once. */
static uint32_t event_rotate_locked(struct event_queue *queue, struct event *out)
    REQUIRES(&queue->lock)
{
    struct watch *watch = LIST_ENTRY(queue->triggered.next, struct watch, queue_link);
    uint32_t events = watch_level_locked(queue, watch);
    watch_untrigger_locked(queue, watch);
    if (events == 0)
        return 0;
    *out = (struct event){.cookie = watch->cookie,
                          .events = events | (watch->mask & ~EVENT_LEVELS),
                          .number = watch->number};
    if (watch->mask & EVENT_ONCE)
        watch->mask &= ~EVENT_LEVELS;
    if (!(watch->mask & (EVENT_EDGE | EVENT_ONCE))) {
        list_append(&queue->triggered, &watch->queue_link);
        atomic_fetch_add_explicit(&queue->pending, 1, memory_order_release);
    }
    return events;
}

bool event_queue_take(struct event_queue *queue, struct event *out)
{
    bool found = false;
    lock_acquire(&queue->lock);
    for (unsigned i = 0; i < EVENT_SCAN && !found && !list_empty(&queue->triggered); i++)
        found = event_rotate_locked(queue, out) != 0;
    lock_release(&queue->lock);
    return found;
}

/* Each triggered watch once. -> events stored. */
static unsigned event_collect_locked(struct event_queue *queue, struct event *out, unsigned count)
    REQUIRES(&queue->lock)
{
    unsigned rounds = atomic_load_explicit(&queue->pending, memory_order_relaxed);
    unsigned found = 0;
    if (rounds > EVENT_SCAN)
        rounds = EVENT_SCAN;
    for (; rounds != 0 && found < count; rounds--) {
        if (event_rotate_locked(queue, &out[found]) != 0)
            found++;
    }
    return found;
}

enum { WAIT_QUEUE, WAIT_OUT, WAIT_COUNT, WAIT_DEADLINE, WAIT_MASKED }; /* t->op of event_wait */

/* Collect or park. */
static status_t event_wait_once(struct thread *t, struct event_object *event, struct event *out)
{
    struct event_queue *queue = &event->queue;
    uint64_t count = t->op.words[WAIT_COUNT];
    uint64_t deadline = t->op.words[WAIT_DEADLINE];
    lock_acquire(&queue->lock);
    status_t status =
        event_collect_locked(queue, out, count < EVENT_BATCH ? (unsigned)count : EVENT_BATCH);
    if (status != 0) {
        if (!list_empty(&queue->triggered))
            event_queue_wake_locked(queue); /* also what we report: it is level-triggered */
    } else if (queue->closed) {
        status = -ERR_BADF;
    } else if (!list_empty(&queue->triggered)) {
        status = STATUS_STEP; /* more than EVENT_SCAN stale ones */
    } else {
        list_append(&queue->waiters, &t->wait.link);
        status = wait_arm(t, &event->file.object, &queue->lock, deadline);
        if (status != STATUS_PARKED)
            list_remove(&t->wait.link);
    }
    lock_release(&queue->lock);
    return status;
}

/* A signal that the mask lets through comes before the deadline; for an event it stays pending. */
static status_t event_wait_masked(struct thread *t, status_t status)
{
    uint32_t attention = atomic_load_explicit(&t->attention, memory_order_relaxed);
    if (status == -ERR_TIMEDOUT && (attention & ATTENTION_SIGNAL))
        status = -ERR_INTR;
    if (status != -ERR_INTR)
        signal_give_back_mask(t);
    return status;
}

/* op holds a reference to the queue until this returns a result; the kernel always runs a step to its end. */
static status_t event_wait_step(struct thread *t)
{
    struct event events[EVENT_BATCH];
    struct event_object *event = t->op.pointers[WAIT_QUEUE];
    uint64_t out = t->op.words[WAIT_OUT];
    status_t status = event_wait_once(t, event, events);
    if (status == STATUS_PARKED || status == STATUS_STEP)
        return status;
    if (status > 0) {
        status_t copied = user_write(t->space, out, events, (size_t)status * sizeof events[0]);
        if (copied < 0)
            status = copied;
    }
    kobject_put(&event->file.object);
    return t->op.words[WAIT_MASKED] ? event_wait_masked(t, status) : status;
}

static status_t event_wait_begin(struct thread *t, handle_t queue, uint64_t out, uint64_t count,
                                 uint64_t deadline)
{
    if (count == 0)
        return -ERR_INVAL;
    struct kobject *object;
    status_t status = handle_lookup(t->process, queue, HANDLE_KIND_EVENT, 0, &object, NULL);
    if (status < 0)
        return status;
    t->op.pointers[WAIT_QUEUE] = event_of(object);
    t->op.words[WAIT_OUT] = out;
    t->op.words[WAIT_COUNT] = count;
    t->op.words[WAIT_DEADLINE] = deadline;
    t->op.words[WAIT_MASKED] = false;
    t->step = event_wait_step;
    return 0;
}

status_t event_wait(struct thread *t, handle_t queue, uint64_t out, uint64_t count,
                    uint64_t deadline)
{
    status_t status = event_wait_begin(t, queue, out, count, deadline);
    return status < 0 ? status : event_wait_step(t);
}

status_t event_wait_with_mask(struct thread *t, handle_t queue, uint64_t out, uint64_t count,
                              uint64_t deadline, uint64_t mask)
{
    status_t status = event_wait_begin(t, queue, out, count, deadline);
    if (status < 0)
        return status;
    t->op.words[WAIT_MASKED] = true;
    signal_borrow_mask(t, mask);
    return event_wait_step(t);
}
