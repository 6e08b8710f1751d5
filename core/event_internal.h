/* event_internal.h: what event.c and event_wait.c share: the object of an event handle, and watches under their queue's lock. */
#pragma once
#include "core/event.h"
#include "core/kschemes.h"

#define EVENT_SCAN 512u /* triggered watches looked at in one step */

/* The object of an event handle. */
struct event_object {
    struct kfile file; /* kind HANDLE_KIND_EVENT */
    struct event_queue queue;
    struct reap reap;
    /* Guarded by the machine's lock: above the queues that it watches, and below the lowest that watches it. */
    uint32_t height, roof;
};

static inline struct event_object *event_of(struct kobject *object)
{
    return CONTAINER_OF(kfile_of(object), struct event_object, file);
}

/* One waiting thread looks again; it passes the word on when it leaves something. */
void event_queue_wake_locked(struct event_queue *queue) REQUIRES(&queue->lock);
void watch_untrigger_locked(struct event_queue *queue, struct watch *watch) REQUIRES(&queue->lock);
/* What is of the mask of a watch in the queue now. */
uint32_t watch_level_locked(struct event_queue *queue, const struct watch *watch)
    REQUIRES(&queue->lock);
