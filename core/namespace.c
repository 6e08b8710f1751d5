/* namespace.c: names of schemes. An empty namespace opens nothing. */
#include "core/namespace.h"

#include "core/heap.h"
#include "core/log.h"
#include "core/process.h"
#include "core/space.h"

static struct namespace *namespace_from(struct kobject *object)
{
    return CONTAINER_OF(object, struct namespace, object);
}

/* Out of the namespace: the caller drops the scheme, without locks. */
static struct scheme *namespace_unlink_locked(struct namespace *names,
                                              struct namespace_entry *entry) REQUIRES(&names->lock)
{
    struct scheme *scheme = entry->scheme;
    list_remove(&entry->link);
    names->count--;
    quota_free(names->quota, entry, sizeof *entry);
    return scheme;
}

static void namespace_destroy(struct kobject *object)
{
    struct namespace *names = namespace_from(object);
    struct quota *quota = names->quota;
    for (;;) {
        struct scheme *scheme = NULL;
        lock_acquire(&names->lock);
        struct list *node = names->entries.next;
        bool empty = node == &names->entries;
        if (!empty)
            scheme = namespace_unlink_locked(names, LIST_ENTRY(node, struct namespace_entry, link));
        lock_release(&names->lock);
        if (empty)
            break;
        if (scheme != NULL)
            kobject_put(&scheme->object);
    }
    quota_free(quota, names, sizeof *names);
    quota_put(quota);
}

static const struct kobject_ops namespace_ops = {
    .name = "namespace",
    .kind = HANDLE_KIND_NAMESPACE,
    .destroy = namespace_destroy,
};

status_t namespace_create(struct machine *machine, struct quota *quota,
                          struct namespace **out) NO_THREAD_ANALYSIS
{
    struct namespace *names = quota_alloc(quota, sizeof *names);
    if (names == NULL)
        return -ERR_NOMEM;
    kobject_init(&names->object, machine, &namespace_ops);
    lock_init(&names->lock, LOCK_NAMESPACE);
    list_init(&names->entries);
    quota_get(quota);
    names->quota = quota;
    *out = names;
    return 0;
}

static struct namespace_entry *namespace_entry_locked(struct namespace *names, const char *name,
                                                      size_t bytes) REQUIRES(&names->lock)
{
    LIST_FOR_EACH(node, &names->entries)
    {
        struct namespace_entry *entry = LIST_ENTRY(node, struct namespace_entry, link);
        if (entry->length == bytes && memcmp(entry->name, name, bytes) == 0)
            return entry;
    }
    return NULL;
}

/* A new entry. scheme may be NULL; it gets a reference. */
static status_t namespace_append_locked(struct namespace *names, const char *name, size_t bytes,
                                        struct scheme *scheme,
                                        const struct kernel_scheme_ops *kernel)
    REQUIRES(&names->lock)
{
    if (names->count == NAMESPACE_ENTRIES_MAX)
        return -ERR_DQUOT;
    struct namespace_entry *entry = quota_alloc(names->quota, sizeof *entry);
    if (entry == NULL)
        return -ERR_NOMEM;
    memcpy(entry->name, name, bytes);
    entry->length = (uint32_t)bytes;
    entry->scheme = scheme;
    entry->kernel = kernel;
    if (scheme != NULL)
        kobject_get(&scheme->object);
    list_append(&names->entries, &entry->link);
    names->count++;
    return 0;
}

status_t namespace_add_kernel(struct namespace *names, const struct kernel_scheme_ops *ops)
{
    lock_acquire(&names->lock);
    status_t status = namespace_append_locked(names, ops->name, strlen(ops->name), NULL, ops);
    lock_release(&names->lock);
    return status;
}

status_t namespace_add(struct namespace *names, const char *name, struct scheme *scheme)
{
    struct scheme *dead = NULL;
    status_t status = 0;
    size_t bytes = strlen(name);
    lock_acquire(&names->lock);
    struct namespace_entry *entry = namespace_entry_locked(names, name, bytes);
    if (entry == NULL) {
        status = namespace_append_locked(names, name, bytes, scheme, NULL);
    } else if (entry->kernel != NULL || !scheme_is_dead(entry->scheme)) {
        status = -ERR_EXIST;
    } else {
        dead = entry->scheme;
        kobject_get(&scheme->object);
        entry->scheme = scheme;
    }
    lock_release(&names->lock);
    if (dead != NULL)
        kobject_put(&dead->object);
    return status;
}

status_t namespace_find(struct namespace *names, const char *name, size_t bytes,
                        struct scheme **scheme, const struct kernel_scheme_ops **kernel)
{
    status_t status = -ERR_NODEV;
    lock_acquire(&names->lock);
    struct namespace_entry *entry = namespace_entry_locked(names, name, bytes);
    if (entry != NULL && (entry->kernel != NULL || !scheme_is_dead(entry->scheme))) {
        *kernel = entry->kernel;
        *scheme = entry->scheme;
        if (entry->scheme != NULL)
            kobject_get(&entry->scheme->object);
        status = 0;
    }
    lock_release(&names->lock);
    return status;
}

struct namespace *namespace_of(struct process *process)
{
    lock_acquire(&process->lock);
    struct namespace *names = process->names;
    if (names != NULL)
        kobject_get(&names->object);
    lock_release(&process->lock);
    return names;
}

/* Names are 1 to 31 printable bytes without ':' and '/', so that "name:rest" and /scheme/name/rest are unambiguous. */
status_t namespace_read_name(struct thread *t, char name[DYAD_SCHEME_NAME_MAX + 1], uint64_t user,
                             uint64_t bytes)
{
    if (bytes == 0)
        return -ERR_INVAL;
    if (bytes > DYAD_SCHEME_NAME_MAX)
        return -ERR_NAMETOOLONG;
    status_t status = user_read_text(t->space, name, user, bytes);
    if (status < 0)
        return status;
    for (size_t i = 0; i < bytes; i++) {
        if (name[i] <= ' ' || name[i] > '~' || name[i] == ':' || name[i] == '/')
            return -ERR_INVAL;
    }
    return 0;
}

/* ---- namespace_control ---- */

/* Everything that is alive in `from`, into the new namespace `to`, which nobody else knows. */
static status_t namespace_fill(struct namespace *to, struct namespace *from)
{
    status_t status = 0;
    lock_acquire(&from->lock);
    lock_acquire_nested(&to->lock);
    LIST_FOR_EACH(node, &from->entries)
    {
        struct namespace_entry *entry = LIST_ENTRY(node, struct namespace_entry, link);
        if (entry->scheme != NULL && scheme_is_dead(entry->scheme))
            continue;
        status =
            namespace_append_locked(to, entry->name, entry->length, entry->scheme, entry->kernel);
        if (status < 0)
            break;
    }
    lock_release(&to->lock);
    lock_release(&from->lock);
    return status;
}

/* from NULL: an empty one. -> its handle */
static status_t namespace_create_handle(struct thread *t, struct namespace *from)
{
    struct namespace *names = NULL;
    status_t status = namespace_create(t->object.machine, t->process->quota, &names);
    if (status < 0)
        return status;
    if (from != NULL)
        status = namespace_fill(names, from);
    if (status == 0)
        status = handle_install(t->process, &names->object, RIGHT_ALL);
    kobject_put(&names->object);
    return status;
}

static status_t namespace_add_handle(struct thread *t, struct namespace *names, const char *name,
                                     handle_t h)
{
    struct kobject *object;
    status_t status = handle_lookup(t->process, h, HANDLE_KIND_SCHEME, RIGHT_CALL, &object, NULL);
    if (status < 0)
        return status;
    status = scheme_is_dead(scheme_of(object)) ? -ERR_NODEV
                                               : namespace_add(names, name, scheme_of(object));
    kobject_put(object);
    return status;
}

static status_t namespace_remove(struct namespace *names, const char *name)
{
    struct scheme *scheme = NULL;
    lock_acquire(&names->lock);
    struct namespace_entry *entry = namespace_entry_locked(names, name, strlen(name));
    bool found = entry != NULL;
    if (found)
        scheme = namespace_unlink_locked(names, entry);
    lock_release(&names->lock);
    if (scheme != NULL)
        kobject_put(&scheme->object);
    return found ? 0 : -ERR_NOENT;
}

size_t namespace_list(struct namespace *names, char *to, size_t bytes)
{
    char line[DYAD_SCHEME_NAME_MAX + 24];
    size_t done = 0;
    lock_acquire(&names->lock);
    LIST_FOR_EACH(node, &names->entries)
    {
        struct namespace_entry *entry = LIST_ENTRY(node, struct namespace_entry, link);
        if (entry->scheme != NULL && scheme_is_dead(entry->scheme))
            continue;
        unsigned long long kid = entry->scheme != NULL ? entry->scheme->owner_kid : 0;
        size_t length = format_text(line, sizeof line, "%s %llu\n", entry->name, kid);
        if (length > bytes - done)
            break;
        memcpy(to + done, line, length);
        done += length;
    }
    lock_release(&names->lock);
    return done;
}

#define NAMESPACE_LIST_MAX (NAMESPACE_ENTRIES_MAX * (DYAD_SCHEME_NAME_MAX + 24))

static status_t namespace_list_user(struct thread *t, struct namespace *names, uint64_t user,
                                    uint64_t bytes)
{
    size_t room = bytes < NAMESPACE_LIST_MAX ? bytes : NAMESPACE_LIST_MAX;
    if (room == 0)
        return 0;
    char *text = quota_alloc(t->process->quota, room);
    if (text == NULL)
        return -ERR_NOMEM;
    size_t done = namespace_list(names, text, room);
    status_t status = user_write(t->space, user, text, done);
    quota_free(t->process->quota, text, room);
    return status < 0 ? status : (status_t)done;
}

static status_t namespace_control_on(struct thread *t, struct namespace *names, uint64_t op,
                                     uint64_t user, uint64_t bytes, uint64_t arg)
{
    char name[DYAD_SCHEME_NAME_MAX + 1];
    status_t status = 0;
    if (op == NAMESPACE_ADD || op == NAMESPACE_REMOVE)
        status = namespace_read_name(t, name, user, bytes);
    if (status < 0)
        return status;
    switch (op) {
    case NAMESPACE_COPY: return namespace_create_handle(t, names);
    case NAMESPACE_ADD: return namespace_add_handle(t, names, name, (handle_t)arg);
    case NAMESPACE_REMOVE: return namespace_remove(names, name);
    case NAMESPACE_LIST: return namespace_list_user(t, names, user, bytes);
    default: return -ERR_INVAL;
    }
}

status_t namespace_control(struct thread *t, handle_t h, uint64_t op, uint64_t name, uint64_t bytes,
                           uint64_t arg)
{
    bool changes = op == NAMESPACE_ADD || op == NAMESPACE_REMOVE;
    if (op == NAMESPACE_CREATE)
        return namespace_create_handle(t, NULL);
    struct kobject *object = NULL;
    if (h == HANDLE_NONE) { /* seeing one's own needs no handle; changing it does */
        struct namespace *own = changes ? NULL : namespace_of(t->process);
        if (own == NULL)
            return -ERR_ACCES;
        object = &own->object;
    } else {
        status_t status = handle_lookup(t->process, h, HANDLE_KIND_NAMESPACE,
                                        changes ? RIGHT_CALL : 0, &object, NULL);
        if (status < 0)
            return status;
    }
    status_t status = namespace_control_on(t, namespace_from(object), op, name, bytes, arg);
    kobject_put(object);
    return status;
}
