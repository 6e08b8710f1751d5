/* kobject.h: what handles name: counted kernel objects with one table of operations a kind. */
#pragma once
#include "abi/event.h"
#include "abi/syscall.h"
#include "core/list.h"
#include "core/lock.h"

struct kobject;
struct machine;
struct thread;
struct user_buffer;

/* Operations of a kind; NULL: -ERR_NOSYS (read, write: -ERR_INVAL). `t` is the calling thread.
 * May return STATUS_PARKED. Called without locks; the object is kept alive by the caller until parked,
 * then by the thread's wait (wait.object). */
struct kobject_ops {
    const char *name;
    enum handle_kind kind;
    /* The last handle is closed (references from elsewhere may remain). */
    void (*close)(struct kobject *object);
    /* The last reference is gone: free it. No locks are held. */
    void (*destroy)(struct kobject *object);
    status_t (*read)(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                     uint64_t offset, unsigned flags);
    status_t (*write)(struct thread *t, struct kobject *object, uint64_t buffer, uint64_t bytes,
                      uint64_t offset, unsigned flags);
    status_t (*control)(struct thread *t, struct kobject *object, unsigned rights,
                        enum handle_op op, uint64_t arg);
    /* EVENT_* level now; NULL: cannot be watched. Called with the watch's queue locked (LOCK_EVENTS) and often:
     * it reads an atomic. */
    unsigned (*poll)(struct kobject *object);
};

struct kobject {
    const struct kobject_ops *ops;
    struct machine *machine;
    _Atomic uint32_t references; /* all: handles, waits, links */
    _Atomic uint32_t handles;    /* of them handles, in tables or in flight */
    _Atomic uint32_t watched; /* watches in the list: changed under watch_lock, looked at without */
    struct lock watch_lock;   /* rank LOCK_WATCHES */
    struct list watches GUARDED_BY(&watch_lock); /* struct watch.object_link, core/event.h */
};

/* One reference, no handle. */
void kobject_init(struct kobject *object, struct machine *machine, const struct kobject_ops *ops);
static inline void kobject_get(struct kobject *object)
{
    atomic_fetch_add_explicit(&object->references, 1, memory_order_relaxed);
}
/* For tables that do not own: false when the last reference is already gone and destroy is about to unlist it. */
static inline bool kobject_try_get(struct kobject *object)
{
    uint32_t seen = atomic_load_explicit(&object->references, memory_order_relaxed);
    while (seen != 0) {
        if (atomic_compare_exchange_weak_explicit(&object->references, &seen, seen + 1,
                                                  memory_order_acquire, memory_order_relaxed))
            return true;
    }
    return false;
}
/* Drops a reference. Holds no locks (the object may be destroyed). */
void kobject_put(struct kobject *object);
/* A handle counts as a reference too. */
void kobject_handle_get(struct kobject *object);
void kobject_handle_put(struct kobject *object);
