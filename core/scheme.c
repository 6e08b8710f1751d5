/* scheme.c: schemes and their open files: creation, notices, readiness, death. */
#include "core/scheme.h"

#include "core/machine.h"
#include "core/namespace.h"
#include "core/process.h"
#include "core/space.h"

#define DEATH_BATCH 32u /* requests, servers, files or tags in one step of a scheme's end */

/* ---- waking servers ---- */

struct thread *scheme_take_server_locked(struct scheme *scheme)
{
    struct list *node;
    while ((node = list_pop(&scheme->servers)) != NULL) {
        struct thread *server = LIST_ENTRY(node, struct thread, wait.link);
        if (wait_claim(server))
            return server; /* otherwise a deadline or signal has it */
    }
    return NULL;
}

void scheme_update_backlog_locked(struct scheme *scheme)
{
    bool backlog =
        !list_empty(&scheme->queue) || !list_empty(&scheme->notices) || scheme->cancel_first != 0;
    atomic_store_explicit(&scheme->backlog, backlog, memory_order_release);
}

void scheme_wake_locked(struct scheme *scheme)
{
    struct thread *server = scheme_take_server_locked(scheme);
    if (server != NULL)
        wait_resume(server); /* scheme_serve_step finds what there is */
    else
        scheme_update_backlog_locked(scheme);
}

void scheme_wake(struct scheme *scheme)
{
    lock_acquire(&scheme->lock);
    scheme_wake_locked(scheme);
    lock_release(&scheme->lock);
}

/* ---- files ---- */

struct file *file_alloc(struct thread *t)
{
    struct quota *quota = t->process->quota;
    struct file *file = quota_alloc(quota, sizeof *file);
    if (file == NULL)
        return NULL;
    quota_get(quota);
    file->quota = quota;
    list_init(&file->notice_link);
    return file;
}

void file_free(struct file *file)
{
    struct quota *quota = file->quota;
    quota_free(quota, file, sizeof *file);
    quota_put(quota);
}

bool file_publish_locked(struct scheme *scheme, struct file *file, uint64_t id)
{
    if (id == 0 || id > INT64_MAX || tree_find(&scheme->files, id) != NULL)
        return false;
    kobject_init(&file->object, scheme->object.machine, &file_ops);
    kobject_get(&scheme->object);
    file->scheme = scheme;
    file->id = id;
    tree_insert(&scheme->files, &file->node, id);
    return true;
}

bool file_unlist_locked(struct scheme *scheme, struct file *file)
{
    if (!file->node.linked)
        return false;
    list_remove(&file->notice_link);
    tree_remove(&scheme->files, &file->node);
    return true;
}

void file_notice_locked(struct scheme *scheme, struct file *file, uint32_t notices)
{
    if (!file->node.linked) /* the scheme is dead: nobody to tell */
        return;
    file->notices |= notices;
    if (list_linked(&file->notice_link))
        return;
    file->notice_order = ++scheme->order;
    list_append(&scheme->notices, &file->notice_link);
    scheme_wake_locked(scheme);
}

void file_unpin_locked(struct scheme *scheme, struct file *file)
{
    ASSERT(file->pins != 0);
    if (--file->pins == 0 && file->closed)
        file_notice_locked(scheme, file, NOTICE_CLOSE);
}

/* The last handle is closed. The server is told when no request names the file any more. */
static void file_close(struct kobject *object)
{
    struct file *file = file_of(object);
    struct scheme *scheme = file->scheme;
    lock_acquire(&scheme->lock);
    file->closed = true;
    bool dead = scheme_is_dead(scheme);
    bool unlisted = dead && file_unlist_locked(scheme, file);
    if (!dead && file->pins == 0)
        file_notice_locked(scheme, file, NOTICE_CLOSE);
    lock_release(&scheme->lock);
    watch_trigger(&scheme->object, EVENT_READABLE);
    if (unlisted)
        kobject_put(object); /* the tree's; the handle's is still there */
}

static void file_destroy(struct kobject *object)
{
    struct file *file = file_of(object);
    struct scheme *scheme = file->scheme;
    ASSERT(!file->node.linked && file->pins == 0);
    file_free(file);
    kobject_put(&scheme->object);
}

void file_watch(struct file *file, uint32_t mask)
{
    struct scheme *scheme = file->scheme;
    lock_acquire(&scheme->lock);
    if (mask & ~file->watched_mask) {
        file->watched_mask |= mask;
        file_notice_locked(scheme, file, NOTICE_WATCH);
    }
    lock_release(&scheme->lock);
    watch_trigger(&scheme->object, EVENT_READABLE);
}

static unsigned file_poll(struct kobject *object)
{
    struct file *file = file_of(object);
    unsigned ready = atomic_load_explicit(&file->ready, memory_order_acquire);
    return scheme_is_dead(file->scheme) ? ready | EVENT_HANGUP : ready;
}

/* ---- files: flags, offset, id ---- */

#define FILE_FLAGS_SETTABLE (FILE_APPEND | FILE_NONBLOCK)

static status_t file_seek(struct file *file, enum handle_op op, uint64_t arg)
{
    if (!(atomic_load(&file->flags) & FILE_SEEKABLE))
        return -ERR_SPIPE;
    uint64_t old = atomic_load(&file->offset);
    uint64_t offset;
    do {
        offset = arg;
        if (op == HANDLE_SEEK_CUR &&
            __builtin_add_overflow((int64_t)old, (int64_t)arg, (int64_t *)&offset))
            return -ERR_OVERFLOW;
        if (offset > INT64_MAX)
            return -ERR_INVAL;
    } while (!atomic_compare_exchange_weak(&file->offset, &old, offset));
    return (status_t)offset;
}

static status_t file_tell_id(struct thread *t, struct file *file, uint64_t arg)
{
    struct kobject *object;
    status_t status =
        handle_lookup(t->process, (handle_t)arg, HANDLE_KIND_SCHEME, RIGHT_CONTROL, &object, NULL);
    if (status < 0)
        return status;
    status = file->scheme == scheme_of(object) ? (status_t)file->id : -ERR_XDEV;
    kobject_put(object);
    return status;
}

static status_t file_control(struct thread *t, struct kobject *object, unsigned rights,
                             enum handle_op op, uint64_t arg)
{
    struct file *file = file_of(object);
    (void)rights;
    switch (op) {
    case HANDLE_GET_FLAGS: return atomic_load(&file->flags);
    case HANDLE_SET_FLAGS: {
        uint32_t old = atomic_load(&file->flags);
        uint32_t set = (uint32_t)arg & FILE_FLAGS_SETTABLE;
        while (
            !atomic_compare_exchange_weak(&file->flags, &old, (old & ~FILE_FLAGS_SETTABLE) | set)) {
        }
        return 0;
    }
    case HANDLE_SEEK_SET:
    case HANDLE_SEEK_CUR: return file_seek(file, op, arg);
    case HANDLE_FILE_ID: return file_tell_id(t, file, arg);
    default: return -ERR_INVAL;
    }
}

status_t file_read(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                   uint64_t offset, unsigned flags);
status_t file_write(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                    uint64_t offset, unsigned flags);

const struct kobject_ops file_ops = {
    .name = "file",
    .kind = HANDLE_KIND_FILE,
    .close = file_close,
    .destroy = file_destroy,
    .read = file_read,
    .write = file_write,
    .control = file_control,
    .poll = file_poll,
};

/* ---- the scheme ---- */

static bool scheme_reap_step(struct reap *reap);

static unsigned scheme_poll(struct kobject *object)
{
    struct scheme *scheme = scheme_of(object);
    if (scheme_is_dead(scheme))
        return EVENT_HANGUP;
    return atomic_load_explicit(&scheme->backlog, memory_order_acquire) ? EVENT_READABLE : 0;
}

static void scheme_destroy(struct kobject *object) NO_THREAD_ANALYSIS
{
    struct scheme *scheme = scheme_of(object);
    struct quota *quota = scheme->quota;
    ASSERT(tree_first(&scheme->files) == NULL && list_empty(&scheme->queue));
    priority_pool_fini(object->machine, &scheme->pool);
    for (unsigned i = 0; i < scheme->chunk_count; i++)
        quota_free(quota, scheme->chunks[i], TAG_CHUNK * sizeof **scheme->chunks);
    quota_free(quota, scheme, sizeof *scheme);
    quota_put(quota);
}

const struct kobject_ops scheme_ops = {
    .name = "scheme",
    .kind = HANDLE_KIND_SCHEME,
    .destroy = scheme_destroy,
    .poll = scheme_poll,
};

static struct scheme *scheme_new(struct thread *t, const char *name) NO_THREAD_ANALYSIS
{
    struct quota *quota = t->process->quota;
    struct scheme *scheme = quota_alloc(quota, sizeof *scheme);
    if (scheme == NULL)
        return NULL;
    kobject_init(&scheme->object, t->object.machine, &scheme_ops);
    lock_init(&scheme->lock, LOCK_SCHEME);
    event_queue_init(&scheme->events, scheme);
    list_init(&scheme->queue);
    list_init(&scheme->servers);
    list_init(&scheme->notices);
    priority_pool_init(&scheme->pool, NULL);
    scheme->reap = (struct reap){.object = &scheme->object, .step = scheme_reap_step};
    quota_get(quota);
    scheme->quota = quota;
    scheme->owner_kid = t->process->kid;
    memcpy(scheme->name, name, strlen(name) + 1);
    return scheme;
}

/* With the name entered in the namespace, which counts the scheme. */
static status_t scheme_create_in(struct thread *t, struct namespace *names, const char *name)
{
    struct scheme *scheme = scheme_new(t, name);
    if (scheme == NULL)
        return -ERR_NOMEM;
    status_t status = handle_install(t->process, &scheme->object, RIGHT_ALL);
    if (status >= 0 && names != NULL) {
        /* A failure closes the only handle: the scheme dies unseen. */
        status_t added = namespace_add(names, name, scheme);
        if (added < 0) {
            status_t closed = handle_close(t->process, (handle_t)status);
            (void)closed;
            status = added;
        }
    }
    kobject_put(&scheme->object);
    return status;
}

status_t scheme_create(struct thread *t, handle_t names, uint64_t name, uint64_t bytes,
                       uint64_t flags)
{
    char text[DYAD_SCHEME_NAME_MAX + 1] = "";
    if (flags != 0)
        return -ERR_INVAL;
    if (names == HANDLE_NONE)
        return bytes == 0 ? scheme_create_in(t, NULL, text) : -ERR_INVAL;
    status_t status = namespace_read_name(t, text, name, bytes);
    if (status < 0)
        return status;
    struct kobject *object;
    status = handle_lookup(t->process, names, HANDLE_KIND_NAMESPACE, RIGHT_CALL, &object, NULL);
    if (status < 0)
        return status;
    status = scheme_create_in(t, CONTAINER_OF(object, struct namespace, object), text);
    kobject_put(object);
    return status;
}

status_t scheme_notify(struct thread *t, handle_t h, uint64_t id, uint64_t ready)
{
    struct kobject *object;
    uint32_t level = ready & EVENT_LEVELS, news = 0;
    if (ready > UINT32_MAX)
        return -ERR_INVAL;
    status_t status =
        handle_lookup(t->process, h, HANDLE_KIND_SCHEME, RIGHT_CONTROL, &object, NULL);
    if (status < 0)
        return status;
    struct scheme *scheme = scheme_of(object);
    struct file *file = NULL;
    lock_acquire(&scheme->lock);
    struct tree_node *node = tree_find(&scheme->files, id);
    if (node != NULL) {
        file = CONTAINER_OF(node, struct file, node);
        kobject_get(&file->object); /* the tree's reference keeps it alive here */
        uint32_t old = atomic_exchange_explicit(&file->ready, level, memory_order_acq_rel);
        news = (level & ~old) | (uint32_t)ready >> 16;
    }
    lock_release(&scheme->lock);
    if (file != NULL) {
        if (news != 0)
            watch_trigger(&file->object, news);
        kobject_put(&file->object);
    }
    kobject_put(object);
    return file != NULL ? 0 : -ERR_NOENT;
}

/* ---- death ---- */

void scheme_control_get(struct kobject *object)
{
    atomic_fetch_add_explicit(&scheme_of(object)->controls, 1, memory_order_relaxed);
}

/*
 * Nobody can serve any more. `dead` stops new calls under the lock; what is queued, served and open is completed in
 * steps, since there may be any amount of it and completing it may close handles of further schemes.
 */
void scheme_control_put(struct kobject *object)
{
    struct scheme *scheme = scheme_of(object);
    if (atomic_fetch_sub_explicit(&scheme->controls, 1, memory_order_acq_rel) != 1)
        return;
    lock_acquire(&scheme->lock);
    atomic_store_explicit(&scheme->dead, true, memory_order_release);
    lock_release(&scheme->lock);
    watch_trigger(object, EVENT_HANGUP);
    reap_add(object->machine, &scheme->reap);
}

/* One request of a dead scheme, detached and claimed; NULL: none is left that is not MOVING (its mover sees `dead`). */
static struct request_slot *scheme_death_take(struct scheme *scheme)
{
    struct request_slot *slot = NULL;
    lock_acquire(&scheme->lock);
    struct list *node = list_pop(&scheme->queue);
    if (node != NULL)
        slot = LIST_ENTRY(node, struct request_slot, link);
    unsigned tags = scheme->chunk_count * TAG_CHUNK;
    for (unsigned i = 0; slot == NULL && i < TAG_CHUNK && scheme->reap_tag < tags; i++) {
        struct request_tag *tag = tag_at_locked(scheme, scheme->reap_tag++);
        if (tag->state == TAG_HELD && tag->slot->state == REQUEST_SERVED)
            slot = tag->slot;
    }
    if (slot != NULL) {
        bool won = wait_claim(slot->client); /* calls end under this lock only */
        ASSERT(won);
        request_detach_locked(scheme, slot);
    }
    lock_release(&scheme->lock);
    return slot;
}

/* One file out of the tree, with the tree's reference; NULL: none is left. */
static struct file *scheme_death_take_file(struct scheme *scheme)
{
    struct file *file = NULL;
    lock_acquire(&scheme->lock);
    struct tree_node *node = tree_first(&scheme->files);
    if (node != NULL) {
        file = CONTAINER_OF(node, struct file, node);
        bool unlisted = file_unlist_locked(scheme, file);
        ASSERT(unlisted);
    }
    lock_release(&scheme->lock);
    return file;
}

static bool scheme_death_requests_done(struct scheme *scheme)
{
    lock_acquire(&scheme->lock);
    bool done = list_empty(&scheme->queue) && scheme->reap_tag == scheme->chunk_count * TAG_CHUNK;
    if (!list_empty(&scheme->servers))
        scheme_wake_locked(scheme);
    done = done && list_empty(&scheme->servers);
    lock_release(&scheme->lock);
    return done;
}

static bool scheme_reap_step(struct reap *reap)
{
    struct scheme *scheme = CONTAINER_OF(reap, struct scheme, reap);
    for (unsigned i = 0; i < DEATH_BATCH; i++) {
        struct request_slot *slot = scheme_death_take(scheme);
        if (slot != NULL)
            request_end(slot, -ERR_NODEV);
        else if (scheme_death_requests_done(scheme))
            break;
        else
            continue;
    }
    if (!scheme_death_requests_done(scheme))
        return false;
    for (unsigned i = 0; i < DEATH_BATCH; i++) {
        struct file *file = scheme_death_take_file(scheme);
        if (file == NULL)
            return event_queue_drain(&scheme->events, 0, DEATH_BATCH);
        watch_trigger(&file->object, EVENT_HANGUP);
        kobject_put(&file->object);
    }
    return false;
}
