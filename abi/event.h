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

/*
 * event_create() -> handle of an event queue.
 * event_watch(queue, handle, mask, cookie): report `mask` of `handle` as `cookie`; mask 0 stops.
 *   queue may be a scheme's handle (RIGHT_CONTROL): events then arrive in scheme_serve as VERB_EVENT with
 *   args[0] = cookie, args[1] = events. ERROR and HANGUP are always reported.
 *   A watch belongs to the (queue, object) pair; watching again replaces mask and cookie. It ends when the watching
 *   process closes its last handle of the object or of the queue.
 * event_wait(queue, struct event *out, count, deadline) -> number of events, -ERR_TIMEDOUT at the deadline.
 *   Level-triggered: an event is reported again until the object is no longer ready.
 * event_wait(queue, out, count | EVENT_WAIT_MASK, deadline, mask): with this mask of signals while it waits. When one that the mask lets
 *   through is pending, or comes, before there is an event, it is delivered and the result is -ERR_INTR: the frame has the old mask.
 */
#define EVENT_WAIT_MASK (UINT64_C(1) << 63)

struct event {
    uint64_t cookie;
    uint32_t events;
    uint32_t reserved;
};
