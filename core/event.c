/*
 * event.c: waiting for many objects at once.
 *
 * A watch is in its object's list and in its queue's. A change of the object triggers the watch: it joins the queue's
 * `triggered` list. What is in that list is only possibly ready: whoever takes events asks the object (poll) and
 * drops watches that are not. That makes events level-triggered without any work when a level falls.
 *
 * No change is lost: the source updates its level, then looks at object->watched; a new watch raises object->watched,
 * then looks at the level. Both are read-modify-writes of one word, so one of the two sees the other.
 */
#include "core/event.h"

#include "core/process.h"
#include "core/scheme.h"
#include "core/signal.h"
#include "core/space.h"

#define EVENT_ALWAYS (EVENT_ERROR | EVENT_HANGUP)
#define EVENT_ALL                                                                               \
    (EVENT_READABLE | EVENT_WRITABLE | EVENT_ALWAYS | EVENT_EXIT | EVENT_SIGNAL | EVENT_FAULT | \
     EVENT_STOPPED)
#define EVENT_BATCH 32u  /* events that one event_wait returns at most */
#define EVENT_SCAN  512u /* triggered watches looked at in one step */
#define EVENT_DRAIN 64u  /* watches closed in one step */

/* The object of an event handle. */
struct event_object {
    struct kobject object; /* kind HANDLE_KIND_EVENT */
    struct event_queue queue;
    struct reap reap;
    struct quota *quota; /* counted */
};

static struct event_object *event_of(struct kobject *object)
{
    return CONTAINER_OF(object, struct event_object, object);
}

void event_queue_init(struct event_queue *queue, struct scheme *scheme) NO_THREAD_ANALYSIS
{
    lock_init(&queue->lock, LOCK_EVENTS);
    list_init(&queue->triggered);
    list_init(&queue->watches);
    list_init(&queue->waiters);
    queue->closed = false;
    atomic_init(&queue->watch_count, 0);
    atomic_init(&queue->pending, 0);
    queue->scheme = scheme;
}

/* ---- triggering ---- */

/* One waiting thread looks again; it passes the word on when it leaves something. */
static void event_queue_wake_locked(struct event_queue *queue) REQUIRES(&queue->lock)
{
    struct list *node;
    while ((node = list_pop(&queue->waiters)) != NULL) {
        struct thread *t = LIST_ENTRY(node, struct thread, wait.link);
        if (!wait_claim(t))
            continue;
        wait_resume(t);
        return;
    }
}

static void watch_trigger_locked(struct event_queue *queue, struct watch *watch)
    REQUIRES(&queue->lock)
{
    if (!list_linked(&watch->queue_link)) {
        list_append(&queue->triggered, &watch->queue_link);
        atomic_fetch_add_explicit(&queue->pending, 1, memory_order_release);
    }
    if (queue->scheme != NULL)
        scheme_wake(queue->scheme);
    else
        event_queue_wake_locked(queue);
}

static void watch_untrigger_locked(struct event_queue *queue, struct watch *watch)
    REQUIRES(&queue->lock)
{
    if (!list_linked(&watch->queue_link))
        return;
    list_remove(&watch->queue_link);
    atomic_fetch_sub_explicit(&queue->pending, 1, memory_order_relaxed);
}

void watch_trigger(struct kobject *object, unsigned levels)
{
    if (atomic_fetch_add_explicit(&object->watched, 0, memory_order_acq_rel) == 0)
        return;
    lock_acquire(&object->watch_lock);
    LIST_FOR_EACH(node, &object->watches)
    {
        struct watch *watch = LIST_ENTRY(node, struct watch, object_link);
        struct event_queue *queue = watch->queue;
        lock_acquire(&queue->lock);
        if ((watch->mask | EVENT_ALWAYS) & levels)
            watch_trigger_locked(queue, watch);
        lock_release(&queue->lock);
    }
    lock_release(&object->watch_lock);
}

/* ---- ending ---- */

/* Out of all lists and into `ended`, by object_link. */
static void watch_unlink_locked(struct kobject *object, struct event_queue *queue,
                                struct watch *watch, struct list *ended)
    REQUIRES(&object->watch_lock) REQUIRES(&queue->lock)
{
    watch_untrigger_locked(queue, watch);
    list_remove(&watch->all_link);
    atomic_fetch_sub_explicit(&queue->watch_count, 1, memory_order_relaxed);
    list_remove(&watch->object_link);
    atomic_fetch_sub_explicit(&object->watched, 1, memory_order_acq_rel);
    list_append(ended, &watch->object_link);
}

static void watch_free_all(struct list *ended)
{
    struct list *node;
    while ((node = list_pop(ended)) != NULL) {
        struct watch *watch = LIST_ENTRY(node, struct watch, object_link);
        struct quota *quota = watch->quota;
        quota_free(quota, watch, sizeof *watch);
        quota_put(quota);
    }
}

/* End the watches of `object`: those in `queue` (NULL: any) of process kid (0: any). */
static void watch_end_matching(struct kobject *object, struct event_queue *queue, uint64_t kid)
{
    struct list ended;
    list_init(&ended);
    lock_acquire(&object->watch_lock);
    struct list *next;
    for (struct list *node = object->watches.next; node != &object->watches; node = next) {
        struct watch *watch = LIST_ENTRY(node, struct watch, object_link);
        struct event_queue *of = watch->queue;
        next = node->next;
        if (queue != NULL && of != queue)
            continue;
        lock_acquire(&of->lock);
        if (kid == 0 || watch->kid == kid)
            watch_unlink_locked(object, of, watch, &ended);
        lock_release(&of->lock);
    }
    lock_release(&object->watch_lock);
    watch_free_all(&ended);
}

void watch_end_all(struct kobject *object)
{
    if (atomic_load_explicit(&object->watched, memory_order_acquire) != 0)
        watch_end_matching(object, NULL, 0);
}

/* The queue of a handle that can be one; NULL otherwise. */
static struct event_queue *event_queue_of(struct kobject *object)
{
    switch (object->ops->kind) {
    case HANDLE_KIND_EVENT: return &event_of(object)->queue;
    case HANDLE_KIND_SCHEME: return &scheme_of(object)->events;
    default: return NULL;
    }
}

bool event_is_involved(struct kobject *object)
{
    struct event_queue *queue = event_queue_of(object);
    return atomic_load_explicit(&object->watched, memory_order_acquire) != 0 ||
           (queue != NULL && atomic_load_explicit(&queue->watch_count, memory_order_acquire) != 0);
}

void watch_end_process(struct kobject *object, uint64_t kid)
{
    if (atomic_load_explicit(&object->watched, memory_order_acquire) != 0)
        watch_end_matching(object, NULL, kid);
    struct event_queue *queue = event_queue_of(object);
    if (queue != NULL)
        event_queue_drain(queue, kid, UINT32_MAX);
}

/*
 * A watch of the queue, by its object with a reference; NULL: none. A watch ends before its object loses the
 * reference of its last handle, and not without the queue's lock: so the object is alive here.
 */
static struct kobject *event_queue_find(struct event_queue *queue, uint64_t kid)
{
    struct kobject *object = NULL;
    lock_acquire(&queue->lock);
    if (kid == 0)
        queue->closed = true;
    LIST_FOR_EACH(node, &queue->watches)
    {
        struct watch *watch = LIST_ENTRY(node, struct watch, all_link);
        if (kid != 0 && watch->kid != kid)
            continue;
        object = watch->object;
        kobject_get(object);
        break;
    }
    lock_release(&queue->lock);
    return object;
}

bool event_queue_drain(struct event_queue *queue, uint64_t kid, unsigned most)
{
    for (unsigned i = 0; i < most; i++) {
        struct kobject *object = event_queue_find(queue, kid);
        if (object == NULL)
            return true;
        watch_end_matching(object, queue, kid);
        kobject_put(object);
    }
    return false;
}

/* ---- the event handle ---- */

static bool event_reap_step(struct reap *reap)
{
    struct event_object *event = CONTAINER_OF(reap, struct event_object, reap);
    return event_queue_drain(&event->queue, 0, EVENT_DRAIN);
}

static void event_close(struct kobject *object)
{
    struct event_object *event = event_of(object);
    lock_acquire(&event->queue.lock);
    event->queue.closed = true;
    while (!list_empty(&event->queue.waiters))
        event_queue_wake_locked(&event->queue);
    lock_release(&event->queue.lock);
    if (atomic_load_explicit(&event->queue.watch_count, memory_order_acquire) != 0)
        reap_add(object->machine, &event->reap);
}

static void event_destroy(struct kobject *object)
{
    struct event_object *event = event_of(object);
    struct quota *quota = event->quota;
    quota_free(quota, event, sizeof *event);
    quota_put(quota);
}

static const struct kobject_ops event_ops = {
    .name = "event",
    .kind = HANDLE_KIND_EVENT,
    .close = event_close,
    .destroy = event_destroy,
};

status_t event_create(struct thread *t)
{
    struct quota *quota = t->process->quota;
    struct event_object *event = quota_alloc(quota, sizeof *event);
    if (event == NULL)
        return -ERR_NOMEM;
    quota_get(quota);
    event->quota = quota;
    event->reap = (struct reap){.object = &event->object, .step = event_reap_step};
    kobject_init(&event->object, t->object.machine, &event_ops);
    event_queue_init(&event->queue, NULL);
    status_t status = handle_install(t->process, &event->object, RIGHT_ALL);
    kobject_put(&event->object);
    return status;
}

/* ---- watching ---- */

static struct watch *watch_find_locked(struct kobject *object, struct event_queue *queue)
    REQUIRES(&object->watch_lock)
{
    LIST_FOR_EACH(node, &object->watches)
    {
        struct watch *watch = LIST_ENTRY(node, struct watch, object_link);
        if (watch->queue == queue)
            return watch;
    }
    return NULL;
}

/* Enter or change the watch; *spare is used up when it is new. */
static status_t watch_set(struct kobject *object, struct event_queue *queue, struct watch **spare,
                          const struct watch *want)
{
    status_t status = 0;
    lock_acquire(&object->watch_lock);
    struct watch *watch = watch_find_locked(object, queue);
    lock_acquire(&queue->lock);
    if (queue->closed || atomic_load(&object->handles) == 0) {
        status = -ERR_BADF; /* closed while we looked */
    } else if (watch == NULL && *spare == NULL) {
        status = -ERR_AGAIN;
    } else {
        if (watch == NULL) {
            watch = *spare;
            *spare = NULL;
            list_append(&object->watches, &watch->object_link);
            list_append(&queue->watches, &watch->all_link);
            atomic_fetch_add_explicit(&queue->watch_count, 1, memory_order_relaxed);
            atomic_fetch_add_explicit(&object->watched, 1, memory_order_acq_rel);
        }
        watch->cookie = want->cookie;
        watch->mask = want->mask;
        watch->kid = want->kid;
        if (object->ops->poll(object) & (watch->mask | EVENT_ALWAYS))
            watch_trigger_locked(queue, watch);
        else
            watch_untrigger_locked(queue, watch);
    }
    lock_release(&queue->lock);
    lock_release(&object->watch_lock);
    return status;
}

static struct watch *watch_alloc(struct thread *t, struct kobject *object,
                                 struct event_queue *queue)
{
    struct quota *quota = t->process->quota;
    struct watch *watch = quota_alloc(quota, sizeof *watch);
    if (watch == NULL)
        return NULL;
    quota_get(quota);
    watch->quota = quota;
    watch->object = object;
    watch->queue = queue;
    list_init(&watch->object_link);
    list_init(&watch->all_link);
    list_init(&watch->queue_link);
    return watch;
}

static status_t event_watch_objects(struct thread *t, struct kobject *holder,
                                    struct kobject *object, uint64_t mask, uint64_t cookie)
{
    struct event_queue *queue = event_queue_of(holder);
    if (queue == NULL || object->ops->poll == NULL || object == holder)
        return -ERR_INVAL;
    if (mask == 0) {
        watch_end_matching(object, queue, 0);
        return 0;
    }
    struct watch want = {.mask = (uint32_t)mask, .cookie = cookie, .kid = t->process->kid};
    struct watch *spare = NULL;
    status_t status = watch_set(object, queue, &spare, &want);
    if (status == -ERR_AGAIN) {
        spare = watch_alloc(t, object, queue);
        status = spare != NULL ? watch_set(object, queue, &spare, &want) : -ERR_NOMEM;
    }
    if (spare != NULL) {
        struct list unused;
        list_init(&unused);
        list_append(&unused, &spare->object_link);
        watch_free_all(&unused);
    }
    if (status == 0 && object->ops->kind == HANDLE_KIND_FILE)
        file_watch(file_of(object), (uint32_t)mask);
    return status;
}

status_t event_watch(struct thread *t, handle_t queue, handle_t object, uint64_t mask,
                     uint64_t cookie)
{
    if (mask & ~(uint64_t)EVENT_ALL)
        return -ERR_INVAL;
    struct kobject *holder;
    uint32_t rights;
    status_t status = handle_lookup(t->process, queue, 0, 0, &holder, &rights);
    if (status < 0)
        return status;
    if (holder->ops->kind == HANDLE_KIND_SCHEME && !(rights & RIGHT_CONTROL)) {
        kobject_put(holder);
        return -ERR_ACCES;
    }
    struct kobject *target;
    status = handle_lookup(t->process, object, 0, RIGHT_WATCH, &target, NULL);
    if (status == 0) {
        status = event_watch_objects(t, holder, target, mask, cookie);
        kobject_put(target);
    }
    kobject_put(holder);
    return status;
}

/* ---- taking events ---- */

/* What the first triggered watch reports; it goes to the end, or out when its object is not ready. */
static uint32_t event_rotate_locked(struct event_queue *queue, struct event *out)
    REQUIRES(&queue->lock)
{
    struct watch *watch = LIST_ENTRY(queue->triggered.next, struct watch, queue_link);
    uint32_t events = watch->object->ops->poll(watch->object) & (watch->mask | EVENT_ALWAYS);
    if (events == 0) {
        list_remove(&watch->queue_link);
        atomic_fetch_sub_explicit(&queue->pending, 1, memory_order_relaxed);
        return 0;
    }
    list_remove(&watch->queue_link);
    list_append(&queue->triggered, &watch->queue_link);
    *out = (struct event){.cookie = watch->cookie, .events = events};
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
        status = wait_arm(t, &event->object, &queue->lock, deadline);
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
    kobject_put(&event->object);
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
