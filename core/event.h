/* event.h: event queues and watches. A queue belongs to an event handle or to a scheme. */
#pragma once
#include "abi/event.h"
#include "core/handle.h"
#include "core/kobject.h"

struct thread;
struct scheme;
struct quota;

struct event_queue {
    struct lock lock;                        /* rank LOCK_EVENTS */
    struct list triggered GUARDED_BY(&lock); /* watch.queue_link: possibly ready */
    struct list watches GUARDED_BY(&lock);   /* watch.all_link: every watch */
    struct list waiters GUARDED_BY(&lock);   /* threads in event_wait: wait.link */
    bool closed GUARDED_BY(&lock);           /* no new watches */
    _Atomic uint32_t watch_count;            /* changed under lock, looked at without */
    _Atomic uint32_t pending;                /* length of triggered; the same */
    /* Constant after init: */
    struct scheme *scheme; /* the queue of a scheme: triggers wake its servers; NULL otherwise */
};

/*
 * One (queue, object, number) triple. It is in three lists; whoever removes it holds the object's watch_lock and then the
 * queue's lock, so holding either keeps it, and both ends, alive.
 */
struct watch {
    struct list object_link; /* in object->watches; guarded by its watch_lock */
    struct list all_link;    /* in queue->watches; guarded by the queue's lock */
    struct list queue_link;  /* in queue->triggered; the same */
    /* Guarded by the queue's lock: */
    uint64_t cookie;
    uint32_t mask; /* levels (none: EVENT_ONCE was reported), and EVENT_EDGE and beyond */
    uint64_t kid;  /* the watching process; 0: EVENT_KEPT */
    /* Constant: */
    uint32_t number;
    struct kobject *object;
    struct event_queue *queue;
    struct quota *quota; /* counted; paid for it */
};

void event_queue_init(struct event_queue *queue, struct scheme *scheme);

/*
 * Something about the object has changed to include `levels`: trigger its watches, and those of the queues that they are in. The
 * kernel calls this after updating what ops->poll reads. Takes watch locks, queue locks and watching schemes' locks: the caller
 * holds locks below LOCK_WATCHES only.
 */
void watch_trigger(struct kobject *object, unsigned levels);
/* The object's last handle is closed: its watches end. Locks as above. */
void watch_end_all(struct kobject *object);
/* The process has closed its last handle of `object`: its watches of it end, and if it is a queue, those in it. */
void watch_end_process(struct kobject *object, uint64_t kid);
/* False: watch_end_process has nothing to do. */
bool event_is_involved(struct kobject *object);

/* Close a queue's watches, at most `most`: true when none is left. kid 0: of every process, and for ever. */
bool event_queue_drain(struct event_queue *queue, uint64_t kid, unsigned most);

/* A triggered watch whose object is ready, which stays triggered (level) but goes to the end; false: none. */
bool event_queue_take(struct event_queue *queue, struct event *out);

/* Deferred work in bounded steps, for what ends in somebody else's trap; see core/reap.c. */
struct reap {
    struct list link;
    struct kobject *object;          /* counted while queued */
    bool (*step)(struct reap *reap); /* no locks held; true: done */
};
void reap_add(struct machine *machine, struct reap *reap);
/* Some of it, if there is any and nobody works at it: called by every core's loop. No locks held. */
void reap_run(struct machine *machine);

MUST_CHECK status_t event_create(struct thread *t);
MUST_CHECK status_t event_watch(struct thread *t, handle_t queue, handle_t object, uint64_t mask,
                                uint64_t cookie);
MUST_CHECK status_t event_wait(struct thread *t, handle_t queue, uint64_t out, uint64_t count,
                               uint64_t deadline);
/* The same, with another mask of signals while it waits. */
MUST_CHECK status_t event_wait_with_mask(struct thread *t, handle_t queue, uint64_t out,
                                         uint64_t count, uint64_t deadline, uint64_t mask);
