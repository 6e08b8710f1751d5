/*
 * files.c: the table of open files and their readiness.
 *
 * An id is a serial number and a slot. The serial starts with the microseconds since boot, so that a restarted server does
 * not take the ids of its predecessor, which clients still hold, for its own: it would have to open more than one file a
 * microsecond to get there.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "servers/lib/internal.h"

#define SLOT_BITS 20
#define SLOT_MASK ((1u << SLOT_BITS) - 1)

void server_file_init(struct server_file *file, struct server *server, void *node, uint32_t flags)
{
    *file = (struct server_file){.server = server,
                                 .refs = 1,
                                 .flags = flags,
                                 .ready = EVENT_READABLE | EVENT_WRITABLE,
                                 .node = node};
}

static size_t id_slot(uint64_t id)
{
    return (size_t)(id & SLOT_MASK) - 1;
}

void server_files_init(struct server *server)
{
    server->file_serial = server_clock(server, DYAD_CLOCK_MONOTONIC) / 1024;
}

struct server_file *server_file_find(struct server *server, uint64_t id)
{
    size_t slot = id_slot(id);
    if (slot >= server->file_slots || !server->files[slot] || server->files[slot]->id != id)
        return NULL;
    return server->files[slot];
}

static int grow(struct server *server)
{
    size_t slots = server->file_slots ? server->file_slots * 2 : 16;
    if (slots > SLOT_MASK)
        return -ERR_NFILE;
    struct server_file **files = realloc(server->files, slots * sizeof(*files));
    if (!files)
        return -ERR_NOMEM;
    for (size_t i = server->file_slots; i < slots; i++)
        files[i] = NULL;
    server->files = files;
    server->file_slots = slots;
    return 0;
}

int server_file_register(struct server_file *file)
{
    struct server *server = file->server;
    if (file->id)
        return 0;
    size_t slot = server->file_free_hint;
    while (slot < server->file_slots && server->files[slot])
        slot++;
    if (slot == server->file_slots) {
        int result = grow(server);
        if (result)
            return result;
    }
    server->files[slot] = file;
    server->file_free_hint = slot + 1;
    server->file_count++;
    file->id = ++server->file_serial << SLOT_BITS | (slot + 1);
    return 0;
}

void server_file_hold(struct server_file *file)
{
    assert(file->refs > 0);
    file->refs++;
}

void server_file_drop(struct server_file *file)
{
    struct server *server = file->server;
    assert(file->refs > 0);
    if (--file->refs > 0 || !server->ops->release)
        return;
    file->next_unused = server->unused;
    server->unused = file;
}

void server_files_release(struct server *server)
{
    while (server->unused) {
        struct server_file *file = server->unused;
        server->unused = file->next_unused;
        server->ops->release(file);
    }
}

void server_file_unregister(struct server_file *file)
{
    struct server *server = file->server;
    if (!file->id)
        return;
    size_t slot = id_slot(file->id);
    server->files[slot] = NULL;
    server->file_count--;
    if (slot < server->file_free_hint)
        server->file_free_hint = slot;
    file->id = 0;
    file->watched = file->edges = false;
}

void server_file_close(struct server_file *file)
{
    server_file_unregister(file);
    server_file_drop(file);
}

void server_files_fini(struct server *server)
{
    for (size_t i = 0; i < server->file_slots; i++) {
        if (server->files[i])
            server_file_close(server->files[i]);
    }
    server_files_release(server);
    free(server->files);
    server->files = NULL;
    server->file_slots = 0;
}

struct server_file *server_file_next(struct server *server, const struct server_file *previous)
{
    for (size_t i = previous ? id_slot(previous->id) + 1 : 0; i < server->file_slots; i++) {
        if (server->files[i])
            return server->files[i];
    }
    return NULL;
}

void server_file_notify(struct server_file *file, uint32_t ready)
{
    struct transport *transport = file->server->transport;
    bool changed = file->ready != ready;
    file->ready = ready;
    /* The only failure is that the file is being closed. */
    if (changed && file->watched)
        (void)transport->ops->notify(transport, file->id, ready);
}

void server_file_news(struct server_file *file, uint32_t levels)
{
    struct transport *transport = file->server->transport;
    levels &= file->ready; /* a level that rises is told by server_file_notify */
    if (levels && file->edges)
        (void)transport->ops->notify(transport, file->id, file->ready | levels << 16);
}
