/*
 * transport.h: how a server reaches its clients: real system calls, or direct calls in a test.
 *
 * transport_scheme.c is the real one; transport_loopback.c lets a host test, fuzzer or benchmark be the client.
 */
#pragma once
#include "servers/lib/server.h"

struct transport_ops {
    /* As scheme_serve; see abi/scheme.h. */
    int64_t (*serve)(struct transport *, const struct reply *, struct request *, void *buffer,
                     size_t len, uint64_t deadline);
    int64_t (*copy)(struct transport *, uint32_t tag, enum copy_direction, size_t offset,
                    void *buffer, size_t len);
    int64_t (*notify)(struct transport *, uint64_t file, uint32_t ready);
    int64_t (*watch)(struct transport *, handle_t, uint32_t mask, uint64_t cookie);
    void (*handle_close)(struct transport *, handle_t);
    uint64_t (*clock)(struct transport *, enum dyad_clock);
};

struct transport {
    const struct transport_ops *ops;
};

/* The real one. `scheme` is borrowed. */
struct transport_scheme {
    struct transport transport;
    handle_t scheme;
};
void transport_scheme_init(struct transport_scheme *, handle_t scheme);
