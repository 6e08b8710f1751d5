/*
 * fifo.c: named pipes.
 *
 * They are served here and not by the kernel's pipes: to hand out ends of a kernel pipe to later openers ramfs would have
 * to keep one of each, and then nobody would ever see end of file or a broken pipe.
 */
#include <stdlib.h>
#include <string.h>

#include "servers/ramfs/ramfs.h"

#define CAPACITY   65536u
#define RING_SIZE  (2 * CAPACITY) /* the upper half takes back what a lost answer carried */
#define ATOMIC_MAX 4096u          /* PIPE_BUF */

struct fifo {
    struct node *node;
    struct ramfs_file *files; /* every open end; the fifo lives as long as there are any */
    unsigned readers, writers;
    size_t head, used;
    struct server_queue openers, read_waiters, write_waiters;
    uint8_t ring[RING_SIZE];
};

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct fifo *request_fifo(struct server_request *request)
{
    return request_node(request)->fifo;
}

/* ---- Levels and waiters ---------------------------------------------------------------------- */

static uint32_t ready_level(const struct fifo *fifo, uint32_t ends)
{
    uint32_t level = 0;
    if (ends & FILE_READ)
        level |= (fifo->used || !fifo->writers ? EVENT_READABLE : 0) |
                 (fifo->writers ? 0 : EVENT_HANGUP);
    if (ends & FILE_WRITE)
        level |= (fifo->used + ATOMIC_MAX <= CAPACITY ? EVENT_WRITABLE : 0) |
                 (fifo->readers ? 0 : EVENT_ERROR);
    return level;
}

/* Has who opens this end met the other one? */
static bool has_partner(const struct fifo *fifo, uint32_t ends)
{
    return (!(ends & FILE_READ) || fifo->writers) && (!(ends & FILE_WRITE) || fifo->readers);
}

static void answer_openers(struct fifo *fifo)
{
    struct server_request *request = server_queue_first(&fifo->openers);
    while (request) {
        struct server_request *next = server_queue_next(request);
        struct ramfs_file *file = request->context;
        if (has_partner(fifo, file->fifo_ends))
            server_reply_open(request, &file->file, 0);
        request = next;
    }
}

static void take(struct fifo *fifo, struct server_request *request, size_t len)
{
    size_t room, first = min_size(len, RING_SIZE - fifo->head);
    uint8_t *out = server_out(request, &room);
    memcpy(out, fifo->ring + fifo->head, first);
    memcpy(out + first, fifo->ring, len - first);
    fifo->head = (fifo->head + len) % RING_SIZE;
    fifo->used -= len;
    server_reply_data(request, (int64_t)len, out, len);
}

/* Answers the read if it can be. */
static bool try_read(struct fifo *fifo, struct server_request *request)
{
    size_t len =
        min_size(min_size(request->wire.out_len, fifo->used), request->server->buffer_size);
    if (len)
        take(fifo, request, len);
    else if (!fifo->writers || !request->wire.out_len)
        server_reply(request, 0);
    else
        return false;
    return true;
}

/* Moves len bytes of the payload from `offset` behind the last ones. -> bytes or -ERR_* */
static int64_t put(struct fifo *fifo, struct server_request *request, size_t offset, size_t len)
{
    size_t tail = (fifo->head + fifo->used) % RING_SIZE;
    size_t first = min_size(len, RING_SIZE - tail);
    int64_t done = server_payload(request, fifo->ring + tail, offset, first);
    if (done == (int64_t)first && first < len) {
        int64_t rest = server_payload(request, fifo->ring, offset + first, len - first);
        done += rest > 0 ? rest : 0;
    }
    if (done > 0) {
        fifo->used += (size_t)done;
        for (struct ramfs_file *file = fifo->files; file; file = file->fifo_next)
            server_file_news(&file->file, EVENT_READABLE);
    }
    return done;
}

/* Writes what fits; *progress: bytes already written. True when the request has been answered. */
static bool try_write(struct fifo *fifo, struct server_request *request, size_t *progress)
{
    size_t total = request->wire.in_len, left = total - *progress;
    size_t space = fifo->used < CAPACITY ? CAPACITY - fifo->used : 0;
    if (!fifo->readers) {
        server_reply(request, *progress ? (int64_t)*progress : -ERR_PIPE);
        return true;
    }
    if (left && (total > ATOMIC_MAX ? space == 0 : space < total))
        return false;
    int64_t done = put(fifo, request, *progress, min_size(space, left));
    if (done > 0)
        *progress += (size_t)done;
    bool failed = done < 0 || (done == 0 && left);
    if (failed || *progress == total) {
        server_reply(request, failed && !*progress ? (done ? done : -ERR_IO) : (int64_t)*progress);
        return true;
    }
    return false;
}

/* Serves readers and writers in turn until neither gets on, then tells the levels. */
static void update(struct fifo *fifo)
{
    bool moved = true;
    while (moved) {
        struct server_request *reader = server_queue_first(&fifo->read_waiters);
        struct server_request *writer = server_queue_first(&fifo->write_waiters);
        size_t before = fifo->used, progress = writer ? (size_t)(uintptr_t)writer->context : 0;
        moved = reader && try_read(fifo, reader);
        if (writer) {
            bool answered = try_write(fifo, writer, &progress);
            if (!answered)
                writer->context = (void *)(uintptr_t)progress;
            moved = moved || answered;
        }
        moved = moved || fifo->used != before;
    }
    for (struct ramfs_file *file = fifo->files; file; file = file->fifo_next)
        server_file_notify(&file->file, ready_level(fifo, file->fifo_ends));
}

/* ---- Open and close -------------------------------------------------------------------------- */

static void attach(struct fifo *fifo, struct ramfs_file *file, uint32_t ends)
{
    file->fifo_ends = ends;
    file->fifo_next = fifo->files;
    fifo->files = file;
    fifo->readers += ends & FILE_READ ? 1 : 0;
    fifo->writers += ends & FILE_WRITE ? 1 : 0;
}

void fifo_release(struct ramfs_file *file)
{
    struct node *node = file->file.node;
    struct fifo *fifo = node->fifo;
    struct ramfs_file **link = &fifo->files;
    while (*link != file)
        link = &(*link)->fifo_next;
    *link = file->fifo_next;
    fifo->readers -= file->fifo_ends & FILE_READ ? 1 : 0;
    fifo->writers -= file->fifo_ends & FILE_WRITE ? 1 : 0;
    file->fifo_ends = 0;
    if (fifo->files) {
        update(fifo);
        return;
    }
    node->fifo = NULL;
    free(fifo);
}

static void cancel_open(struct server_request *request)
{
    struct ramfs_file *file = request->context;
    server_reply(request, -ERR_INTR); /* First: it takes the request out of the fifo's queue. */
    server_file_drop(&file->file);
}

static struct ramfs_file *open_end(struct ramfs *fs, struct node *node, uint32_t flags)
{
    struct ramfs_file *file = file_create(fs, node, flags);
    if (!file)
        return NULL;
    if (!node->fifo) {
        node->fifo = malloc(sizeof(*node->fifo));
        if (!node->fifo) {
            server_file_drop(&file->file);
            return NULL;
        }
        memset(node->fifo, 0, offsetof(struct fifo, ring));
        node->fifo->node = node;
    }
    attach(node->fifo, file, flags & FILE_RDWR);
    return file;
}

void fifo_open(struct server_request *request, struct node *node, uint32_t flags)
{
    uint32_t ends = flags & FILE_RDWR;
    bool alone = !node->fifo || !node->fifo->readers;
    if (!ends || (ends == FILE_WRITE && (flags & FILE_NONBLOCK) && alone)) {
        server_reply(request, ends ? -ERR_NXIO : -ERR_INVAL);
        return;
    }
    struct ramfs_file *file = open_end(request_fs(request), node, flags);
    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    struct fifo *fifo = node->fifo;
    if (has_partner(fifo, ends) || (flags & FILE_NONBLOCK)) {
        file->file.ready = ready_level(fifo, ends);
        server_reply_open(request, &file->file, 0);
    } else if (server_defer(request, &fifo->openers)) {
        request->context = file;
        request->cancel = cancel_open;
    } else {
        server_file_drop(&file->file);
        return;
    }
    if (node->fifo) { /* Still there unless the answer failed and took the last end away. */
        answer_openers(node->fifo);
        update(node->fifo);
    }
}

/* ---- Read and write -------------------------------------------------------------------------- */

void fifo_read(struct server_request *request)
{
    struct fifo *fifo = request_fifo(request);
    bool waiting = server_queue_first(&fifo->read_waiters);
    if (!waiting && try_read(fifo, request))
        update(fifo);
    else if (request->wire.file_flags & FILE_NONBLOCK)
        server_reply(request, -ERR_AGAIN);
    else
        server_defer(request, &fifo->read_waiters);
}

static void cancel_write(struct server_request *request)
{
    struct fifo *fifo = request_fifo(request);
    size_t progress = (size_t)(uintptr_t)request->context;
    server_reply(request, progress ? (int64_t)progress : -ERR_INTR);
    update(fifo); /* The next in line may want less room. */
}

void fifo_write(struct server_request *request)
{
    struct fifo *fifo = request_fifo(request);
    size_t progress = 0;
    bool waiting = server_queue_first(&fifo->write_waiters);
    if (!waiting && try_write(fifo, request, &progress)) {
        update(fifo);
    } else if (request->wire.file_flags & FILE_NONBLOCK) {
        server_reply(request, progress ? (int64_t)progress : -ERR_AGAIN);
        update(fifo);
    } else if (server_defer(request, &fifo->write_waiters)) {
        request->context = (void *)(uintptr_t)progress;
        request->cancel = cancel_write;
        update(fifo);
    }
}

void fifo_put_back(struct node *node, const void *data, size_t len)
{
    struct fifo *fifo = node->fifo;
    if (!fifo || len > RING_SIZE - fifo->used)
        return;
    fifo->head = (fifo->head + RING_SIZE - len) % RING_SIZE;
    size_t first = min_size(len, RING_SIZE - fifo->head);
    memcpy(fifo->ring + fifo->head, data, first);
    memcpy(fifo->ring, (const uint8_t *)data + first, len - first);
    fifo->used += len;
    update(fifo);
}
