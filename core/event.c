/*
 * event.c: waiting for many objects at once.
 *
 * A watch is in its object's list and in its queue's. A change of the object triggers the watch: it joins the queue's
 * `triggered` list. What is in that list is only possibly ready: whoever takes events asks the object (poll) and
 * drops watches that are not. That makes events level-triggered without any work when a level falls.
 *
 * No change is lost: the source updates its level, then looks at object->watched; a new watch raises object->watched,
 * then looks at the level. Both are read-modify-writes of one word, so one of the two sees the other.
 *
 * A queue can be watched by another one. What triggers a watch triggers those of its queue as well, and whether a queue is ready is
 * asked of what it watches, with the locks of both held. So queues must not contain each other: each has a height above those in it.
 */
#include "core/event_internal.h"

#include "core/machine.h"
#include "core/process.h"
#include "core/scheme.h"
#include "core/signal.h"
#include "core/space.h"

#define EVENT_ALWAYS (EVENT_ERROR | EVENT_HANGUP)
#define EVENT_ALL                                                                               \
    (EVENT_READABLE | EVENT_WRITABLE | EVENT_ALWAYS | EVENT_EXIT | EVENT_SIGNAL | EVENT_FAULT | \
     EVENT_STOPPED | EVENT_PENDING | EVENT_READ_HANGUP)
#define EVENT_DRAIN 64u /* watches closed in one step */
#define HEIGHT_STEP 16u /* between queues one in the other, so that others find room between them */
#define HEIGHT_END  (5 * HEIGHT_STEP + 1)

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

void event_queue_wake_locked(struct event_queue *queue)
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

/* -> it was not triggered before */
static bool watch_trigger_locked(struct event_queue *queue, struct watch *watch)
    REQUIRES(&queue->lock)
{
    bool fresh = !list_linked(&watch->queue_link);
    if (fresh) {
        list_append(&queue->triggered, &watch->queue_link);
        atomic_fetch_add_explicit(&queue->pending, 1, memory_order_release);
    }
    if (queue->scheme != NULL)
        scheme_wake(queue->scheme);
    else
        event_queue_wake_locked(queue);
    return fresh;
}

void watch_untrigger_locked(struct event_queue *queue, struct watch *watch)
{
    if (!list_linked(&watch->queue_link))
        return;
    list_remove(&watch->queue_link);
    atomic_fetch_sub_explicit(&queue->pending, 1, memory_order_relaxed);
}

/*
 * Beyond the queues that watch the first object only what had not been triggered is followed: so each watch is met once at most,
 * however many ways lead to it.
 */
static void watch_trigger_inside(struct kobject *object, unsigned levels, bool first)
{
    if (atomic_fetch_add_explicit(&object->watched, 0, memory_order_acq_rel) == 0)
        return;
    lock_acquire_nested(&object->watch_lock);
    LIST_FOR_EACH(node, &object->watches)
    {
        struct watch *watch = LIST_ENTRY(node, struct watch, object_link);
        struct event_queue *queue = watch->queue;
        bool outwards = false;
        lock_acquire(&queue->lock);
        if (watch->mask & levels)
            outwards = watch_trigger_locked(queue, watch) || first;
        lock_release(&queue->lock);
        if (outwards && queue->scheme == NULL)
            watch_trigger_inside(&CONTAINER_OF(queue, struct event_object, queue)->file.object,
                                 EVENT_READABLE, false);
    }
    lock_release(&object->watch_lock);
}

void watch_trigger(struct kobject *object, unsigned levels)
{
    watch_trigger_inside(object, levels, true);
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

uint32_t watch_level_locked(struct event_queue *queue, const struct watch *watch)
{
    ASSERT(watch->queue == queue);
    struct kobject *object = watch->object;
    uint32_t level = object->ops->poll(object);
    /* Each such watch has a set of its own. */
    if ((watch->mask & EVENT_PENDING) && object->ops->kind == HANDLE_KIND_PROCESS &&
        (atomic_load_explicit(&process_of(object)->signal_level, memory_order_acquire) &
         watch->cookie))
        level |= EVENT_PENDING;
    return level & watch->mask;
}

/* Stale watches go; called by a queue that contains this one, with its lock. */
static unsigned event_poll(struct kobject *object)
{
    struct event_queue *queue = &event_of(object)->queue;
    unsigned ready = 0;
    lock_acquire_nested(&queue->lock);
    for (unsigned i = 0; !list_empty(&queue->triggered); i++) {
        struct watch *watch = LIST_ENTRY(queue->triggered.next, struct watch, queue_link);
        if (i == EVENT_SCAN || watch_level_locked(queue, watch) != 0) {
            ready = EVENT_READABLE;
            break;
        }
        watch_untrigger_locked(queue, watch);
    }
    lock_release(&queue->lock);
    return ready;
}

/* A set has no SIGSTOP, so it is none of the small negative results that mean something else. */
static status_t event_control(struct thread *t, struct kobject *object, unsigned rights,
                              enum handle_op op, uint64_t arg)
{
    struct event_queue *queue = &event_of(object)->queue;
    status_t status = -ERR_INVAL;
    if (op != HANDLE_SIGNALS)
        return kfile_control(t, object, rights, op, arg);
    lock_acquire(&queue->lock);
    if (!list_empty(&queue->watches)) {
        const struct watch *watch = LIST_ENTRY(queue->watches.next, struct watch, all_link);
        if (watch->mask & EVENT_PENDING)
            status = (status_t)(watch->cookie & ~DYAD_SIGNALS_FORCED);
    }
    lock_release(&queue->lock);
    return status;
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

static const struct kobject_ops event_ops = {
    .name = "event",
    .kind = HANDLE_KIND_EVENT,
    .close = event_close,
    .destroy = kfile_destroy,
    .control = event_control,
    .poll = event_poll,
};

status_t event_create(struct thread *t)
{
    struct kfile *file = kfile_create(t, sizeof(struct event_object), &event_ops, 0, FILE_RDWR);
    if (file == NULL)
        return -ERR_NOMEM;
    struct event_object *event = event_of(&file->object);
    event->reap = (struct reap){.object = &file->object, .step = event_reap_step};
    event_queue_init(&event->queue, NULL);
    status_t status = handle_install(t->process, &file->object, RIGHT_ALL);
    kobject_put(&file->object);
    return status;
}

/* ---- watching ---- */

static struct watch *watch_find_locked(struct kobject *object, const struct event_queue *queue,
                                       uint32_t number) REQUIRES(&object->watch_lock)
{
    LIST_FOR_EACH(node, &object->watches)
    {
        struct watch *watch = LIST_ENTRY(node, struct watch, object_link);
        if (watch->queue == queue && watch->number == number)
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
    struct watch *watch = watch_find_locked(object, queue, want->number);
    lock_acquire(&queue->lock);
    if (queue->closed || atomic_load(&object->handles) == 0) {
        status = -ERR_BADF; /* closed while we looked */
    } else if (want->mask & (watch != NULL ? EVENT_NEW : EVENT_OLD)) {
        status = watch != NULL ? -ERR_EXIST : -ERR_NOENT;
    } else if (watch == NULL && *spare == NULL) {
        status = -ERR_AGAIN;
    } else {
        if (watch == NULL) {
            watch = *spare;
            *spare = NULL;
            watch->number = want->number;
            list_append(&object->watches, &watch->object_link);
            list_append(&queue->watches, &watch->all_link);
            atomic_fetch_add_explicit(&queue->watch_count, 1, memory_order_relaxed);
            atomic_fetch_add_explicit(&object->watched, 1, memory_order_acq_rel);
        }
        watch->cookie = want->cookie;
        watch->mask = want->mask;
        watch->kid = want->kid;
        if (watch_level_locked(queue, watch) != 0)
            watch_trigger_locked(queue, watch);
        else
            watch_untrigger_locked(queue, watch);
    }
    lock_release(&queue->lock);
    lock_release(&object->watch_lock);
    return status;
}

/* -> it was there */
static bool watch_end(struct kobject *object, struct event_queue *queue, uint32_t number)
{
    struct list ended;
    list_init(&ended);
    lock_acquire(&object->watch_lock);
    struct watch *watch = watch_find_locked(object, queue, number);
    lock_acquire(&queue->lock);
    if (watch != NULL)
        watch_unlink_locked(object, queue, watch, &ended);
    lock_release(&queue->lock);
    lock_release(&object->watch_lock);
    watch_free_all(&ended);
    return watch != NULL;
}

/*
 * Before `outer` watches `inner`: raise it above inner, but not to those that watch it. A queue without watches has no height, one
 * that is not watched no roof. -ERR_LOOP: there is no room, since inner contains outer, or too many are in one another.
 */
static status_t event_nest(struct event_object *outer, struct event_object *inner)
{
    uint32_t below = atomic_load(&inner->queue.watch_count) != 0 ? inner->height : 0;
    uint32_t height = atomic_load(&outer->queue.watch_count) != 0 ? outer->height : 0;
    uint32_t end = atomic_load(&outer->file.object.watched) != 0 ? outer->roof : HEIGHT_END;
    if (height <= below)
        height = below + HEIGHT_STEP;
    if (height >= end)
        height = below + (end - below) / 2;
    if (below >= end || height == below)
        return -ERR_LOOP;
    outer->height = height;
    if (atomic_load(&inner->file.object.watched) == 0 || inner->roof > height)
        inner->roof = height;
    return 0;
}

/* watch_set, of a queue too. */
static status_t watch_enter(struct kobject *object, struct event_queue *queue, struct watch **spare,
                            const struct watch *want)
{
    struct machine *machine = object->machine;
    if (object->ops != &event_ops || queue->scheme != NULL)
        return watch_set(object, queue, spare, want);
    lock_acquire(&machine->lock);
    status_t status = event_nest(CONTAINER_OF(queue, struct event_object, queue), event_of(object));
    if (status == 0)
        status = watch_set(object, queue, spare, want);
    lock_release(&machine->lock);
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
    uint32_t number = (uint32_t)(mask >> 32);
    if (!(mask & EVENT_LEVELS))
        return watch_end(object, queue, number) || !(mask & EVENT_OLD) ? 0 : -ERR_NOENT;
    struct watch want = {.mask = (uint32_t)mask | EVENT_ALWAYS,
                         .cookie = cookie,
                         .number = number,
                         .kid = mask & EVENT_KEPT ? 0 : t->process->kid};
    struct watch *spare = NULL;
    status_t status = watch_enter(object, queue, &spare, &want);
    if (status == -ERR_AGAIN) {
        spare = watch_alloc(t, object, queue);
        status = spare != NULL ? watch_enter(object, queue, &spare, &want) : -ERR_NOMEM;
    }
    if (spare != NULL) {
        struct list unused;
        list_init(&unused);
        list_append(&unused, &spare->object_link);
        watch_free_all(&unused);
    }
    if (status == 0 && object->ops->kind == HANDLE_KIND_FILE)
        file_watch(file_of(object), (uint32_t)mask & (EVENT_LEVELS | EVENT_EDGE));
    if (status == 0 && queue->scheme == NULL)
        watch_trigger(holder, EVENT_READABLE); /* it may be ready now, to those that contain it */
    return status;
}

status_t event_watch(struct thread *t, handle_t queue, handle_t object, uint64_t mask,
                     uint64_t cookie)
{
    if (mask & EVENT_LEVELS & ~EVENT_ALL)
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
