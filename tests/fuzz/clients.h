/*
 * clients.h: clients of a server on the loopback, whose doings are the bytes of an input: calls that wait, are cancelled or abandoned or lose
 * their memory, files that are watched and closed, time that passes, allocations that fail. For fuzz targets of servers: link with fault.c.
 *
 * Whatever the target: a call is answered once, with a result and no more bytes than it has room for; a cancelled one at once; a watched
 * file's level as last told is the one it has; in the end every file and handle is given back.
 */
#pragma once
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/loopback.h"
#include "tests/unit/servers/fault.h"

#define CLIENTS_CALLS 24
#define CLIENTS_FILES 16
#define CLIENTS_BYTES 5000

struct clients_target {
    const struct server_ops *ops;
    void *context; /* the server's */
    const uint16_t *verbs;
    unsigned verb_count;
    const struct cred *creds;
    unsigned cred_count;
    /* Arguments and payload of a call whose verb, file and client are set. */
    void (*fill)(struct loopback_call *);
    /* Something of the target's own happens. */
    void (*own)(void);
    /* Asserts what holds whenever the server has nothing to do. */
    void (*check)(void);
};

static struct clients {
    const struct clients_target *target;
    const uint8_t *at, *end; /* the input */
    struct server server;
    struct loopback loop;
    struct {
        struct loopback_call call;
        bool busy;
        uint8_t in[CLIENTS_BYTES], out[CLIENTS_BYTES];
    } calls[CLIENTS_CALLS];
    uint64_t files[CLIENTS_FILES]; /* 0: free */
    long handles;                  /* given to the server, not yet closed by it or given back */
} clients;

/* ---- the input ---- */

static inline uint8_t input_byte(void)
{
    return clients.at < clients.end ? *clients.at++ : 0;
}

static inline uint32_t input_below(uint32_t limit)
{
    uint32_t value = input_byte();
    if (limit > 256)
        value |= (uint32_t)input_byte() << 8;
    return value % limit;
}

/* Bytes as they stand in the input, or a few of them again and again -> how many. */
static inline uint32_t input_bytes(uint8_t *out, uint32_t room)
{
    uint32_t length = input_byte(), period = length;
    if (length >= 128) {
        period = 1 + (length & 7);
        length = input_byte() * (length - 100u) / 8;
    }
    length = length < room ? length : room;
    for (uint32_t i = 0; i < length; i++)
        out[i] = i < period ? input_byte() : out[i - period];
    return length;
}

static inline uint64_t input_number(void)
{
    static const uint64_t odd[] = {0,   1,         2,          UINT64_MAX, INT64_MAX,
                                   255, INT32_MAX, UINT32_MAX, 4096,       1ull << 63};
    uint8_t kind = input_byte();
    return kind < 128 ? odd[kind % (sizeof odd / sizeof odd[0])] : kind & 31u;
}

static inline uint32_t input_text(uint8_t *out, const char *const *texts, unsigned count)
{
    const char *text = texts[input_below(count)];
    memcpy(out, text, strlen(text));
    return (uint32_t)strlen(text);
}

/* ---- answers ---- */

static inline void clients_handle_closed(struct loopback *loop, handle_t handle)
{
    (void)loop, (void)handle;
    clients.handles--;
}

static inline void clients_keep(uint64_t file)
{
    for (int i = 0; i < CLIENTS_FILES; i++) {
        if (clients.files[i] == 0) {
            clients.files[i] = file;
            return;
        }
    }
    loopback_close(&clients.loop, file);
}

static inline bool clients_pending(const struct loopback_call *call)
{
    for (const struct loopback_call *c = clients.loop.calls; c; c = c->next)
        if (c == call)
            return true;
    return false;
}

static inline void clients_collect(void)
{
    for (int i = 0; i < CLIENTS_CALLS; i++) {
        const struct loopback_call *call = &clients.calls[i].call;
        if (!clients.calls[i].busy || (!call->done && !call->gone))
            continue;
        if (call->gone && clients.loop.queued > 0)
            continue;
        assert(!clients_pending(call)); /* gone: VERB_cancel has been answered as well */
        clients.calls[i].busy = false;
        if (call->gone)
            continue;
        assert(call->result >= -4095 && call->out_done <= call->out_len);
        if (call->has_received)
            clients.handles--;
        else if (call->verb == VERB_open && call->result >= 0)
            clients_keep(call->values[0]);
    }
}

static inline void clients_check(void)
{
    const struct server_ops *ops = clients.server.ops;
    if (clients.loop.queued > 0)
        return;
    for (int i = 0; i < CLIENTS_FILES; i++) {
        if (clients.files[i] == 0)
            continue;
        struct server_file *file = server_file_find(&clients.server, clients.files[i]);
        assert(file);
        if (file->watched && ops->ready)
            assert(file->ready == ops->ready(file));
    }
    clients.target->check();
}

/* ---- doings ---- */

static inline void clients_cancel(struct loopback_call *call)
{
    loopback_cancel(&clients.loop, call);
    assert(call->done || call->gone);
}

static inline void clients_close(unsigned index)
{
    uint64_t file = clients.files[index];
    if (file == 0)
        return;
    /* The kernel's close waits for the calls that name the file. */
    for (int i = 0; i < CLIENTS_CALLS; i++)
        if (clients.calls[i].busy && clients.calls[i].call.file == file)
            clients_cancel(&clients.calls[i].call);
    clients_collect();
    clients.files[index] = 0;
    loopback_close(&clients.loop, file);
}

enum clients_fate { FATE_LIVES, FATE_KILLED, FATE_UNMAPPED };

static inline void clients_call(enum clients_fate fate)
{
    const struct clients_target *target = clients.target;
    int i = 0;
    while (i < CLIENTS_CALLS && clients.calls[i].busy)
        i++;
    if (i == CLIENTS_CALLS)
        return;
    struct loopback_call *call = &clients.calls[i].call;
    unsigned client = input_below(target->cred_count);
    uint8_t how = input_byte();
    *call = (struct loopback_call){.verb = target->verbs[input_below(target->verb_count)],
                                   .file = clients.files[how % CLIENTS_FILES],
                                   .in = clients.calls[i].in,
                                   .out = clients.calls[i].out,
                                   .out_len = CLIENTS_BYTES,
                                   .file_flags = how & 0x80 ? FILE_NONBLOCK : 0,
                                   .kid = 1 + client,
                                   .thread = 1 + (how >> 6 & 1),
                                   .cred = target->creds[client]};
    if (call->verb != VERB_open && call->file == 0)
        return;
    if (how & 0x20)
        call->out_len = input_byte();
    target->fill(call);
    clients.calls[i].busy = true;
    clients.handles += call->has_send;
    if (how & 0x10)
        fault_arm(1 + input_below(6));
    call->unmapped = fate == FATE_UNMAPPED;
    loopback_submit(&clients.loop, call);
    if (fate == FATE_KILLED)
        loopback_abandon(&clients.loop, call);
    loopback_run(&clients.loop);
    fault_arm(0);
}

static inline void clients_step(void)
{
    uint8_t what = input_byte(), which = 0;
    if (what < 170) {
        clients_call(what < 10 ? FATE_KILLED : what < 12 ? FATE_UNMAPPED : FATE_LIVES);
    } else if (what < 230) {
        which = input_byte();
        struct loopback_call *call = &clients.calls[which % CLIENTS_CALLS].call;
        bool busy = clients.calls[which % CLIENTS_CALLS].busy;
        if (what < 185 && busy) {
            clients_cancel(call);
        } else if (what < 190 && busy && which & 0x40) {
            call->unmapped = true;
        } else if (what < 190 && busy) { /* killed where it waits */
            loopback_abandon(&clients.loop, call);
            if (which & 0x80) /* otherwise what happens next comes before the server hears of it */
                loopback_run(&clients.loop);
        } else if (what < 205) {
            clients_close(which % CLIENTS_FILES);
        } else if (what < 217 && clients.files[which % CLIENTS_FILES]) {
            loopback_watch(&clients.loop, clients.files[which % CLIENTS_FILES]);
        } else if (what >= 217) {
            loopback_advance(&clients.loop, which * 20000000ull);
        }
    } else if (clients.target->own) {
        clients.target->own();
        loopback_run(&clients.loop);
    }
    clients_collect();
    clients_check();
}

/* begin: the target initialises its own state after it. end: the target looks at what is left after it, then server_fini. */
static inline void clients_begin(const struct clients_target *target, const uint8_t *data,
                                 size_t size)
{
    for (int i = 0; i < CLIENTS_CALLS; i++)
        clients.calls[i].busy = false;
    memset(clients.files, 0, sizeof clients.files);
    clients.target = target;
    clients.at = data;
    clients.end = data + size;
    clients.handles = 0;
    loopback_init(&clients.loop, &clients.server);
    clients.loop.on_handle_close = clients_handle_closed;
    clients.loop.now_ns = 1;
    int error =
        server_init(&clients.server, target->ops, &clients.loop.transport, target->context, 4096);
    assert(error == 0);
    (void)error;
}

static inline void clients_run(void)
{
    for (int i = 0; i < 600 && clients.at < clients.end; i++)
        clients_step();
    loopback_run(&clients.loop);
    clients_collect();
    for (int i = 0; i < CLIENTS_CALLS; i++)
        if (clients.calls[i].busy)
            clients_cancel(&clients.calls[i].call);
    clients_collect();
    for (unsigned i = 0; i < CLIENTS_FILES; i++)
        clients_close(i);
    assert(clients.server.deferred_count == 0 && clients.server.file_count == 0);
    assert(clients.handles == 0);
}
