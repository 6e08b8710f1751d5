/* kobject.c: the life of what handles name. */
#include "core/kobject.h"

#include "core/event.h"

void kobject_init(struct kobject *object, struct machine *machine,
                  const struct kobject_ops *ops) NO_THREAD_ANALYSIS
{
    object->ops = ops;
    object->machine = machine;
    atomic_init(&object->references, 1);
    atomic_init(&object->handles, 0);
    atomic_init(&object->watched, 0);
    lock_init(&object->watch_lock, LOCK_WATCHES);
    list_init(&object->watches);
}

void kobject_put(struct kobject *object)
{
    uint32_t before = atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel);
    ASSERT(before != 0);
    if (before != 1)
        return;
    ASSERT(atomic_load_explicit(&object->watched, memory_order_relaxed) == 0);
    object->ops->destroy(object);
}

void kobject_handle_get(struct kobject *object)
{
    kobject_get(object);
    atomic_fetch_add_explicit(&object->handles, 1, memory_order_relaxed);
}

void kobject_handle_put(struct kobject *object)
{
    uint32_t before = atomic_fetch_sub_explicit(&object->handles, 1, memory_order_acq_rel);
    ASSERT(before != 0);
    if (before == 1) {
        /* event_watch looks at `handles` under watch_lock, so no watch comes after this. */
        watch_end_all(object);
        if (object->ops->close != NULL)
            object->ops->close(object);
    }
    kobject_put(object);
}
