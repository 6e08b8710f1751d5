/* transport_scheme.c: the real transport: one system call each. */
#include <dyad/syscall.h>

#include "servers/lib/transport.h"

static handle_t scheme_of(struct transport *transport)
{
    return ((struct transport_scheme *)transport)->scheme;
}

static int64_t scheme_serve(struct transport *transport, const struct reply *reply,
                            struct request *request, void *buffer, size_t len, uint64_t deadline)
{
    return dyad_scheme_serve(scheme_of(transport), reply, request, buffer, len, deadline);
}

static int64_t scheme_copy(struct transport *transport, uint32_t tag, enum copy_direction direction,
                           size_t offset, void *buffer, size_t len)
{
    return dyad_scheme_copy(scheme_of(transport), tag, direction, offset, buffer, len);
}

static int64_t scheme_notify(struct transport *transport, uint64_t file, uint32_t ready)
{
    return dyad_scheme_notify(scheme_of(transport), file, ready);
}

static int64_t scheme_watch(struct transport *transport, handle_t handle, uint32_t mask,
                            uint64_t cookie)
{
    return dyad_event_watch(scheme_of(transport), handle, mask, cookie);
}

static void scheme_handle_close(struct transport *transport, handle_t handle)
{
    (void)transport;
    (void)dyad_handle_close(handle);
}

static uint64_t scheme_clock(struct transport *transport, enum dyad_clock clock)
{
    (void)transport;
    return (uint64_t)dyad_clock_get(clock);
}

void transport_scheme_init(struct transport_scheme *transport, handle_t scheme)
{
    static const struct transport_ops ops = {
        .serve = scheme_serve,
        .copy = scheme_copy,
        .notify = scheme_notify,
        .watch = scheme_watch,
        .handle_close = scheme_handle_close,
        .clock = scheme_clock,
    };
    *transport = (struct transport_scheme){.transport = {&ops}, .scheme = scheme};
}
