/* random_calls.h: seeded random clients of a server on the loopback: calls that may stay open, are cancelled or abandoned. */
#pragma once
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/loopback.h"

#define CALLS 24
#define FILES 16

struct random_clients {
    struct server server;
    struct loopback loop;
    uint64_t seed;
    struct {
        struct loopback_call call;
        bool busy;
        char in[600], out[900];
    } calls[CALLS];
    uint64_t files[FILES]; /* 0: free */
    long handles;          /* given to the server, not yet closed by it or given back */
};

static inline uint32_t pick(struct random_clients *c, uint32_t below)
{
    c->seed = c->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(c->seed >> 33) % below;
}

static inline void handle_closed(struct loopback *loop, handle_t handle)
{
    (void)handle;
    struct random_clients *c = loop->context;
    c->handles--;
}

static inline void file_add(struct random_clients *c, uint64_t file)
{
    for (int i = 0; i < FILES; i++) {
        if (c->files[i] == 0) {
            c->files[i] = file;
            return;
        }
    }
    loopback_close(&c->loop, file);
}

/* Takes note of the answers that have come. */
static inline void reap(struct random_clients *c)
{
    for (int i = 0; i < CALLS; i++) {
        if (!c->calls[i].busy || !c->calls[i].call.done)
            continue;
        const struct loopback_call *call = &c->calls[i].call;
        assert(call->result >= -4095);
        assert(call->out_done <= call->out_len);
        c->calls[i].busy = false;
        if (call->has_received)
            c->handles--;
        else if (call->verb == VERB_open && call->result >= 0)
            file_add(c, call->values[0]);
    }
}

/* A call with random client and payload; NULL: too many are open. */
static inline struct loopback_call *begin(struct random_clients *c, uint16_t verb, uint64_t file)
{
    int i = 0;
    while (i < CALLS && c->calls[i].busy)
        i++;
    if (i == CALLS)
        return NULL;
    c->calls[i].busy = true;
    c->calls[i].call = (struct loopback_call){.verb = verb,
                                              .file = file,
                                              .in = c->calls[i].in,
                                              .out = c->calls[i].out,
                                              .out_len = pick(c, sizeof c->calls[i].out),
                                              .file_flags = pick(c, 2) ? FILE_NONBLOCK : 0,
                                              .kid = 1,
                                              .thread = 1 + pick(c, 2),
                                              .cred = {.pid = 10 + pick(c, 3), .sid = 10}};
    return &c->calls[i].call;
}

static inline void submit(struct random_clients *c, struct loopback_call *call)
{
    c->handles += call->has_send;
    (void)loopback_call(&c->loop, call);
    reap(c);
}

/* A signal, a kill, a close, or time for one of them. */
static inline void disturb(struct random_clients *c)
{
    unsigned i = pick(c, CALLS), file = pick(c, FILES);
    switch (pick(c, 4)) {
    case 0:
        if (c->calls[i].busy)
            loopback_cancel(&c->loop, &c->calls[i].call);
        break;
    case 1:
        if (c->files[file] && pick(c, 4) == 0) {
            /* The kernel's close waits for the calls that name the file. */
            for (int k = 0; k < CALLS; k++)
                if (c->calls[k].busy && c->calls[k].call.file == c->files[file])
                    loopback_cancel(&c->loop, &c->calls[k].call);
            reap(c);
            loopback_close(&c->loop, c->files[file]);
            c->files[file] = 0;
        }
        break;
    case 2:
        if (c->files[file])
            loopback_watch(&c->loop, c->files[file]);
        break;
    default: loopback_advance(&c->loop, pick(c, 50) * 1000000ull); break;
    }
    reap(c);
}

static inline void close_all(struct random_clients *c)
{
    for (int k = 0; k < CALLS; k++)
        if (c->calls[k].busy)
            loopback_cancel(&c->loop, &c->calls[k].call);
    reap(c);
    for (int i = 0; i < FILES; i++)
        if (c->files[i])
            loopback_close(&c->loop, c->files[i]);
    for (int k = 0; k < CALLS; k++)
        assert(!c->calls[k].busy);
}
