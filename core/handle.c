/* handle.c: handle tables: numbers with generations for counted objects. */
#include "core/handle.h"

#include "core/event.h"
#include "core/process.h"
#include "core/scheme.h"

#define HANDLE_INDEX_BITS      16
#define HANDLE_GENERATION_MASK 0x7fffu
#define HANDLE_TABLE_FIRST     16u

static handle_t handle_number(const struct handle_table *table, uint32_t index)
{
    uint32_t generation = table->entries[index].generation;
    return (handle_t)(generation << HANDLE_INDEX_BITS | index);
}

/* The entry of a valid handle; NULL for anything else. */
static struct handle_entry *handle_entry_locked(struct process *process, handle_t h)
    REQUIRES(&process->lock)
{
    struct handle_table *table = &process->handles;
    uint32_t index = (uint32_t)h & ((1u << HANDLE_INDEX_BITS) - 1);
    if (h < 0 || index >= table->capacity)
        return NULL;
    struct handle_entry *entry = &table->entries[index];
    if (entry->object == NULL || entry->generation != (uint32_t)h >> HANDLE_INDEX_BITS)
        return NULL;
    return entry;
}

/* ---- what a handle means to its object, beyond the reference ---- */

static void handle_object_get(struct kobject *object, uint32_t rights)
{
    kobject_handle_get(object);
    if (object->ops->kind == HANDLE_KIND_SCHEME && (rights & RIGHT_CONTROL))
        scheme_control_get(object);
}

/* Holds no locks. */
static void handle_object_put(struct kobject *object, uint32_t rights)
{
    if (object->ops->kind == HANDLE_KIND_SCHEME && (rights & RIGHT_CONTROL))
        scheme_control_put(object);
    kobject_handle_put(object);
}

/* Does the process have a handle of the object with all these rights? */
static bool handle_table_has(struct process *process, const struct kobject *object, uint32_t rights)
{
    bool found = false;
    lock_acquire(&process->lock);
    for (uint32_t i = 0; i < process->handles.capacity && !found; i++) {
        const struct handle_entry *entry = &process->handles.entries[i];
        found = entry->object == object && (entry->rights & rights) == rights;
    }
    lock_release(&process->lock);
    return found;
}

/* A handle has left the table of a process. Watches end with its last handle of the object or of the queue, and the process no longer
 * serves the scheme when it has no other handle to do so. */
static void handle_left(struct process *process, struct kobject *object, uint32_t rights)
{
    if (event_is_involved(object) && !handle_table_has(process, object, 0))
        watch_end_process(object, process->kid);
    if (object->ops->kind == HANDLE_KIND_SCHEME && (rights & RIGHT_CONTROL) &&
        !handle_table_has(process, object, RIGHT_CONTROL))
        scheme_server_left(scheme_of(object), process);
}

/* ---- the table ---- */

static void handle_table_thread_free(struct handle_table *table, uint32_t from)
{
    for (uint32_t i = table->capacity; i-- > from;) {
        table->entries[i].next_free = table->first_free;
        table->first_free = (uint16_t)(i + 1);
    }
}

/* Room for one more entry besides the reserved ones. */
static status_t handle_table_grow_locked(struct process *process) REQUIRES(&process->lock)
{
    struct handle_table *table = &process->handles;
    uint32_t old = table->capacity;
    if (table->count + table->reserved < old)
        return 0;
    if (old == DYAD_HANDLES_MAX)
        return -ERR_MFILE;
    uint32_t capacity = old == 0 ? HANDLE_TABLE_FIRST : old * 2;
    struct handle_entry *entries = quota_alloc(process->quota, capacity * sizeof *entries);
    if (entries == NULL)
        return -ERR_NOMEM;
    if (old != 0)
        memcpy(entries, table->entries, old * sizeof *entries);
    quota_free(process->quota, table->entries, old * sizeof *entries);
    table->entries = entries;
    table->capacity = (uint16_t)capacity;
    handle_table_thread_free(table, old);
    return 0;
}

/* A free entry for the object, whose handle reference the caller has taken. */
static status_t handle_table_add_locked(struct process *process, struct kobject *object,
                                        uint32_t rights) REQUIRES(&process->lock)
{
    struct handle_table *table = &process->handles;
    ASSERT(table->first_free != 0);
    uint32_t index = table->first_free - 1u;
    struct handle_entry *entry = &table->entries[index];
    table->first_free = entry->next_free;
    table->count++;
    entry->object = object;
    entry->rights = rights;
    return handle_number(table, index);
}

static void handle_table_remove_locked(struct process *process, struct handle_entry *entry)
    REQUIRES(&process->lock)
{
    struct handle_table *table = &process->handles;
    entry->object = NULL;
    entry->generation = (entry->generation + 1u) & HANDLE_GENERATION_MASK;
    entry->next_free = table->first_free;
    table->first_free = (uint16_t)(entry - table->entries + 1);
    table->count--;
}

status_t handle_lookup(struct process *process, handle_t h, unsigned kind, uint32_t rights,
                       struct kobject **out, uint32_t *rights_out)
{
    status_t status = 0;
    lock_acquire(&process->lock);
    struct handle_entry *entry = handle_entry_locked(process, h);
    if (entry == NULL)
        status = -ERR_BADF;
    else if (kind != 0 && entry->object->ops->kind != kind)
        status = -ERR_INVAL;
    else if (rights & ~entry->rights)
        status = -ERR_ACCES;
    if (status == 0) {
        kobject_get(entry->object);
        *out = entry->object;
        if (rights_out != NULL)
            *rights_out = entry->rights;
    }
    lock_release(&process->lock);
    return status;
}

status_t handle_install(struct process *process, struct kobject *object, uint32_t rights)
{
    lock_acquire(&process->lock);
    status_t status = process->dying ? -ERR_SRCH : handle_table_grow_locked(process);
    if (status == 0) {
        handle_object_get(object, rights);
        status = handle_table_add_locked(process, object, rights);
    }
    lock_release(&process->lock);
    return status;
}

status_t handle_close(struct process *process, handle_t h)
{
    struct kobject *object = NULL;
    uint32_t rights = 0;
    lock_acquire(&process->lock);
    struct handle_entry *entry = handle_entry_locked(process, h);
    if (entry != NULL) {
        object = entry->object;
        rights = entry->rights;
        handle_table_remove_locked(process, entry);
    }
    lock_release(&process->lock);
    if (object == NULL)
        return -ERR_BADF;
    handle_left(process, object, rights);
    handle_object_put(object, rights);
    return 0;
}

/* ---- reservations ---- */

status_t handle_reserve(struct process *process)
{
    lock_acquire(&process->lock);
    status_t status = process->dying ? -ERR_SRCH : handle_table_grow_locked(process);
    if (status == 0)
        process->handles.reserved++;
    lock_release(&process->lock);
    return status;
}

void handle_unreserve(struct process *process)
{
    lock_acquire(&process->lock);
    ASSERT(process->handles.reserved != 0);
    process->handles.reserved--;
    lock_release(&process->lock);
}

/* ---- handles in flight ---- */

/* counted: the reference counts as a served scheme's. */
static status_t handle_take_counted(struct process *process, handle_t h, bool remove, bool counted,
                                    struct handle_ref *ref)
{
    status_t status = 0;
    lock_acquire(&process->lock);
    struct handle_entry *entry = handle_entry_locked(process, h);
    if (entry == NULL)
        status = -ERR_BADF;
    else if (!(entry->rights & RIGHT_PASS))
        status = -ERR_ACCES;
    if (status == 0) {
        *ref = (struct handle_ref){entry->object, entry->rights};
        handle_object_get(ref->object, counted ? ref->rights : 0);
        if (remove)
            handle_table_remove_locked(process, entry);
    }
    lock_release(&process->lock);
    if (status == 0 && remove) { /* the table's own count */
        handle_left(process, ref->object, ref->rights);
        handle_object_put(ref->object, ref->rights);
    }
    return status;
}

status_t handle_take(struct process *process, handle_t h, bool remove, struct kobject **out,
                     uint32_t *rights)
{
    struct handle_ref ref;
    status_t status = handle_take_counted(process, h, remove, false, &ref);
    if (status < 0)
        return status;
    *out = ref.object;
    *rights = ref.rights;
    return 0;
}

status_t handle_ref_take(struct process *process, handle_t h, bool remove, struct handle_ref *ref)
{
    return handle_take_counted(process, h, remove, true, ref);
}

status_t handle_ref_install(struct process *process, struct handle_ref *ref, bool reserved)
{
    lock_acquire(&process->lock);
    if (reserved)
        process->handles.reserved--;
    status_t status = process->dying ? -ERR_SRCH : handle_table_grow_locked(process);
    if (status == 0) {
        status = handle_table_add_locked(process, ref->object, ref->rights);
        ref->object = NULL;
    }
    lock_release(&process->lock);
    return status;
}

void handle_ref_drop(struct handle_ref *ref)
{
    struct kobject *object = ref->object;
    ref->object = NULL;
    if (object != NULL)
        handle_object_put(object, ref->rights);
}

/* ---- whole tables ---- */

/* Copy the entries while both have `capacity`. false: the table has grown meanwhile. */
static bool handle_table_fill(struct handle_table *to, struct process *from)
{
    lock_acquire(&from->lock);
    bool fits = from->handles.capacity == to->capacity;
    for (uint32_t i = 0; fits && i < to->capacity; i++) {
        to->entries[i] = from->handles.entries[i];
        if (to->entries[i].object != NULL)
            handle_object_get(to->entries[i].object, to->entries[i].rights);
    }
    if (fits) {
        to->count = from->handles.count;
        to->first_free = from->handles.first_free;
    }
    lock_release(&from->lock);
    return fits;
}

status_t handle_table_copy(struct process *to, struct process *from)
{
    for (;;) {
        struct handle_table table = {0};
        lock_acquire(&from->lock);
        table.capacity = from->handles.capacity;
        lock_release(&from->lock);
        size_t bytes = table.capacity * sizeof *table.entries;
        if (bytes != 0) {
            table.entries = quota_alloc(to->quota, bytes);
            if (table.entries == NULL)
                return -ERR_NOMEM;
        }
        if (handle_table_fill(&table, from)) {
            lock_acquire(&to->lock);
            ASSERT(to->handles.capacity == 0);
            to->handles = table;
            lock_release(&to->lock);
            return 0;
        }
        quota_free(to->quota, table.entries, bytes);
    }
}

/* The next handle of a dying table, taken out; false: none is left. *cursor: where the search goes on. */
static bool handle_table_pop(struct process *process, uint32_t *cursor, struct handle_ref *ref)
{
    lock_acquire(&process->lock);
    struct handle_table *table = &process->handles;
    ref->object = NULL;
    for (; *cursor < table->capacity && ref->object == NULL; ++*cursor) {
        struct handle_entry *entry = &table->entries[*cursor];
        if (entry->object == NULL)
            continue;
        *ref = (struct handle_ref){entry->object, entry->rights};
        handle_table_remove_locked(process, entry);
    }
    lock_release(&process->lock);
    return ref->object != NULL;
}

bool handle_table_close_step(struct process *process, unsigned most)
{
    uint32_t cursor = 0;
    struct handle_ref ref;
    for (unsigned i = 0; i < most; i++) {
        if (!handle_table_pop(process, &cursor, &ref))
            break;
        handle_left(process, ref.object, ref.rights);
        handle_ref_drop(&ref);
    }
    lock_acquire(&process->lock);
    bool empty = process->handles.count == 0 && process->handles.reserved == 0;
    struct handle_table table = process->handles;
    if (empty)
        process->handles = (struct handle_table){0};
    lock_release(&process->lock);
    if (empty)
        quota_free(process->quota, table.entries, table.capacity * sizeof *table.entries);
    return empty;
}

/* ---- system calls ---- */

status_t handle_dup(struct thread *t, handle_t h, uint64_t rights)
{
    struct process *process = t->process;
    lock_acquire(&process->lock);
    status_t status = -ERR_BADF;
    if (handle_entry_locked(process, h) != NULL)
        status = process->dying ? -ERR_SRCH : handle_table_grow_locked(process);
    if (status == 0) {
        struct handle_entry *entry = handle_entry_locked(process, h); /* the table may have moved */
        struct kobject *object = entry->object;
        uint32_t kept = entry->rights & (uint32_t)rights;
        handle_object_get(object, kept);
        status = handle_table_add_locked(process, object, kept);
    }
    lock_release(&process->lock);
    return status;
}

static status_t handle_same(struct thread *t, struct kobject *object, uint64_t arg)
{
    struct kobject *other;
    status_t status = handle_lookup(t->process, (handle_t)arg, 0, 0, &other, NULL);
    if (status < 0)
        return status;
    status = other == object;
    kobject_put(other);
    return status;
}

status_t handle_control(struct thread *t, handle_t h, uint64_t op, uint64_t arg)
{
    struct kobject *object;
    uint32_t rights;
    status_t status = handle_lookup(t->process, h, 0, 0, &object, &rights);
    if (status < 0)
        return status;
    if (op == HANDLE_INFO)
        status = (status_t)(object->ops->kind | rights << 8);
    else if (op == HANDLE_SAME)
        status = handle_same(t, object, arg);
    else if (op > HANDLE_SIGNALS || object->ops->control == NULL)
        status = -ERR_INVAL;
    else
        status = object->ops->control(t, object, rights, (enum handle_op)op, arg);
    kobject_put(object);
    return status;
}
