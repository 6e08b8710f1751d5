/* events.c: event sources of a server and its timers. */
#include <assert.h>
#include <stdlib.h>

#include "servers/lib/internal.h"

struct server_watch {
    server_event_fn *callback; /* NULL: a free slot */
    void *arg;
    handle_t handle;
    uint32_t generation; /* tells a late event of an earlier watch in this slot */
};

static struct server_watch *watch_find(struct server *server, uint64_t cookie)
{
    size_t slot = (size_t)(cookie & UINT32_MAX);
    if (slot >= server->watch_slots)
        return NULL;
    struct server_watch *watch = &server->watches[slot];
    return watch->callback && watch->generation == cookie >> 32 ? watch : NULL;
}

static struct server_watch *watch_alloc(struct server *server)
{
    for (size_t i = 0; i < server->watch_slots; i++) {
        if (!server->watches[i].callback)
            return &server->watches[i];
    }
    size_t slots = server->watch_slots ? server->watch_slots * 2 : 4;
    struct server_watch *watches = realloc(server->watches, slots * sizeof(*watches));
    if (!watches)
        return NULL;
    for (size_t i = server->watch_slots; i < slots; i++)
        watches[i] = (struct server_watch){.handle = HANDLE_NONE};
    struct server_watch *first = &watches[server->watch_slots];
    server->watches = watches;
    server->watch_slots = slots;
    return first;
}

int server_watch(struct server *server, handle_t handle, uint32_t mask, server_event_fn *callback,
                 void *arg, uint64_t *cookie_out)
{
    assert(callback);
    struct server_watch *watch = watch_alloc(server);
    if (!watch)
        return -ERR_NOMEM;
    uint64_t cookie = (uint64_t)watch->generation << 32 | (uint64_t)(watch - server->watches);
    int64_t result = server->transport->ops->watch(server->transport, handle, mask, cookie);
    if (result < 0)
        return (int)result;
    watch->callback = callback;
    watch->arg = arg;
    watch->handle = handle;
    if (cookie_out)
        *cookie_out = cookie;
    return 0;
}

int server_watch_mask(struct server *server, uint64_t cookie, uint32_t mask)
{
    struct server_watch *watch = watch_find(server, cookie);
    if (!watch)
        return -ERR_BADF;
    int64_t result = server->transport->ops->watch(server->transport, watch->handle, mask, cookie);
    return result < 0 ? (int)result : 0;
}

void server_unwatch(struct server *server, uint64_t cookie)
{
    struct server_watch *watch = watch_find(server, cookie);
    if (!watch)
        return;
    /* It fails only when the handle is closed already, and then the watch is gone as well. */
    (void)server->transport->ops->watch(server->transport, watch->handle, 0, cookie);
    watch->callback = NULL;
    watch->generation++;
}

void server_event_dispatch(struct server *server, uint64_t cookie, uint32_t events)
{
    struct server_watch *watch = watch_find(server, cookie);
    if (watch)
        watch->callback(server, events, watch->arg);
}

uint64_t server_clock(struct server *server, enum dyad_clock clock)
{
    return server->transport->ops->clock(server->transport, clock);
}

uint64_t server_deadline(struct server *server, uint64_t deadline)
{
    if (deadline == DEADLINE_NEVER || !(deadline & DEADLINE_REALTIME))
        return deadline ? deadline : 1;
    uint64_t at = deadline & ~DEADLINE_REALTIME;
    uint64_t real = server_clock(server, DYAD_CLOCK_REALTIME);
    uint64_t now = server_clock(server, DYAD_CLOCK_MONOTONIC);
    if (at > real)
        return now + (at - real); /* both below 2^63 */
    return now > real - at ? now - (real - at) : 1;
}

void server_timer_init(struct server_timer *timer, void (*callback)(struct server *, void *arg),
                       void *arg)
{
    *timer = (struct server_timer){.callback = callback, .arg = arg};
}

void server_timer_set(struct server *server, struct server_timer *timer, uint64_t deadline_ns)
{
    server_timer_cancel(server, timer);
    /* In centuries; the kernel would take it for a time of the other clock. */
    if (deadline_ns >= DEADLINE_REALTIME)
        deadline_ns = DEADLINE_NEVER;
    struct server_timer **link = &server->timers;
    while (*link && (*link)->deadline_ns <= deadline_ns)
        link = &(*link)->next;
    timer->deadline_ns = deadline_ns;
    timer->armed = true;
    timer->next = *link;
    *link = timer;
}

void server_timer_cancel(struct server *server, struct server_timer *timer)
{
    if (!timer->armed)
        return;
    struct server_timer **link = &server->timers;
    while (*link != timer)
        link = &(*link)->next;
    *link = timer->next;
    timer->armed = false;
}

void server_timers_run(struct server *server)
{
    /* The clock is read once, so a timer that sets itself again for "now" waits for the next round. */
    uint64_t now = server_clock(server, DYAD_CLOCK_MONOTONIC);
    while (server->timers && server->timers->deadline_ns <= now) {
        struct server_timer *timer = server->timers;
        server_timer_cancel(server, timer);
        timer->callback(server, timer->arg);
        if (timer->armed && timer->deadline_ns <= now)
            break;
    }
}
