/* event.h: readiness and how to wait for it. */
#pragma once
#include <stdint.h>

/* Levels of an object, also poll()'s POLL* values for the first five. */
#define EVENT_READABLE 0x001u
#define EVENT_WRITABLE 0x004u
#define EVENT_ERROR    0x008u
#define EVENT_HANGUP   0x010u /* a pipe's other end or a server is gone */
#define EVENT_EXIT     0x100u /* a process has ended */
#define EVENT_SIGNAL \
    0x200u /* a process has a deliverable signal whose disposition is the default */
#define EVENT_FAULT   0x400u /* a process faulted and does not catch the signal */
#define EVENT_STOPPED 0x800u
#define EVENT_PENDING \
    0x1000u /* a signal of the set `cookie` is pending for the process or a thread of it, blocked or not */
#define EVENT_READ_HANGUP 0x2000u /* the other end of a connection writes nothing any more */
#define EVENT_LEVELS      0xffffu

/* How a watch behaves, in its mask with the levels: */
#define EVENT_EDGE      0x10000u  /* reported when it rises, or when its server says so again */
#define EVENT_ONCE      0x20000u  /* reported once; the watch stays, silent until it is set again */
#define EVENT_KEPT      0x40000u  /* ends with the last handle of object or queue in any process */
#define EVENT_NEW       0x80000u  /* only a new one: -ERR_EXIST when there is such a watch */
#define EVENT_OLD       0x100000u /* only one that there is: -ERR_NOENT */
#define EVENT_OWN_SHIFT 21        /* from here the watcher's own, which come back with its events */

/*
 * event_create() -> handle of an event queue.
 * event_watch(queue, handle, mask | number << 32, cookie): report `mask` of `handle` as `cookie`; no levels: stop.
 *   queue may be a scheme's handle (RIGHT_CONTROL): events then arrive in scheme_serve as VERB_EVENT with
 *   args[0] = cookie, args[1] = events. ERROR and HANGUP are always reported.
 *   A watch belongs to the (queue, object, number) triple; watching again replaces mask and cookie. It ends when the watching
 *   process closes its last handle of the object or of the queue. The object may be an event queue: it is readable while it has
 *   events; -ERR_LOOP when queues would contain each other, or more than five.
 * event_wait(queue, struct event *out, count, deadline) -> number of events, -ERR_TIMEDOUT at the deadline.
 *   Level-triggered: an event is reported again until the object is no longer ready.
 * event_wait(queue, out, count | EVENT_WAIT_MASK, deadline, mask): with this mask of signals while it waits. When one that the mask lets
 *   through is pending, or comes, before there is an event, it is delivered and the result is -ERR_INTR: the frame has the old mask.
 */
#define EVENT_WAIT_MASK (UINT64_C(1) << 63)

struct event {
    uint64_t cookie;
    uint32_t events; /* levels, and the watch's EVENT_EDGE and beyond */
    uint32_t number; /* of the watch */
};
