/* io.c: what is done with an open file: read, write, truncate, list, map, sync. */
#include <string.h>

#include "servers/ramfs/object.h"
#include "servers/ramfs/ramfs.h"

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- Read ------------------------------------------------------------------------------------ */

static void file_read(struct server_request *request)
{
    struct ramfs *fs = request_fs(request);
    struct node *node = request_node(request);
    uint64_t offset = request->wire.args[0] == UINT64_MAX ? 0 : request->wire.args[0];
    size_t wanted = (size_t)min_u64(request->wire.out_len, DYAD_COPY_MAX);

    wanted = offset < node->file.size ? (size_t)min_u64(wanted, node->file.size - offset) : 0;
    node_accessed(fs, node);
    if (wanted == 0) {
        server_reply(request, 0);
        return;
    }
    size_t contiguous = wanted;
    const void *data = contents_peek(&node->file, offset, &contiguous);
    if (data && contiguous == wanted) {
        server_reply_borrowed(request, (int64_t)wanted, data, wanted);
        return;
    }
    size_t room;
    void *buffer = server_out(request, &room);
    int64_t result = contents_read(fs, &node->file, buffer, offset, wanted < room ? wanted : room);
    if (result < 0)
        server_reply(request, result);
    else
        server_reply_data(request, result, buffer, (size_t)result);
}

void verb_read(struct server_request *request)
{
    if (!(request->file->flags & FILE_READ))
        server_reply(request, -ERR_BADF);
    else if (node_is(request_node(request), MODE_FIFO))
        fifo_read(request);
    else if (node_is(request_node(request), MODE_FILE))
        file_read(request);
    else
        server_reply(request, -ERR_ISDIR);
}

/* ---- Write ----------------------------------------------------------------------------------- */

/* The part of the payload that did not fit the receive buffer, in portions. -> bytes written of it. */
static int64_t write_rest(struct server_request *request, struct contents *contents,
                          uint64_t offset)
{
    size_t room, done = request->data_len;
    char *portion = server_out(request, &room);
    while (done < request->wire.in_len) {
        int64_t got = server_payload(request, portion, done, room);
        if (got <= 0)
            break;
        int64_t written =
            contents_write(request_fs(request), contents, portion, offset + done, (size_t)got);
        if (written < 0)
            break;
        done += (size_t)written;
        if (written < got)
            break;
    }
    return (int64_t)(done - request->data_len);
}

static void file_write(struct server_request *request)
{
    struct ramfs *fs = request_fs(request);
    struct node *node = request_node(request);
    bool append = request->wire.file_flags & FILE_APPEND;
    uint64_t offset = append                                ? node->file.size
                      : request->wire.args[0] == UINT64_MAX ? 0
                                                            : request->wire.args[0];

    int64_t written = contents_write(fs, &node->file, request->data, offset, request->data_len);
    if (written == (int64_t)request->data_len && request->data_len < request->wire.in_len)
        written += write_rest(request, &node->file, offset);
    if (written > 0) {
        node_clear_setid(node, &request->wire.cred);
        node_touch(fs, node, TOUCH_MTIME | TOUCH_CTIME);
    }
    server_reply_values(request, written, written > 0 ? offset + (uint64_t)written : 0, 0);
}

void verb_write(struct server_request *request)
{
    if (!(request->file->flags & FILE_WRITE))
        server_reply(request, -ERR_BADF);
    else if (node_is(request_node(request), MODE_FIFO))
        fifo_write(request);
    else
        file_write(request);
}

int file_truncate(struct ramfs *fs, struct node *node, const struct cred *cred, uint64_t size)
{
    int result = contents_truncate(fs, &node->file, size);
    if (result == 0) {
        node_clear_setid(node, cred);
        node_touch(fs, node, TOUCH_MTIME | TOUCH_CTIME);
    }
    return result;
}

void verb_truncate(struct server_request *request)
{
    struct node *node = request_node(request);
    if (!(request->file->flags & FILE_WRITE) || !node_is(node, MODE_FILE))
        server_reply(request, -ERR_INVAL);
    else
        server_reply(request, file_truncate(request_fs(request), node, &request->wire.cred,
                                            request->wire.args[0]));
}

/* There is nowhere to write to. */
void verb_sync(struct server_request *request)
{
    if (request->wire.args[0] == SYNC_MAPPED && (request->file->flags & FILE_WRITE))
        node_touch(request_fs(request), request_node(request), TOUCH_MTIME | TOUCH_CTIME);
    server_reply(request, 0);
}

/* Where the next data or hole is (FILE_CONTROL_*). */
void verb_control(struct server_request *request)
{
    const struct node *node = request_node(request);
    uint64_t command = request->wire.args[0], offset = request->wire.args[1];
    if (command != FILE_CONTROL_NEXT_DATA && command != FILE_CONTROL_NEXT_HOLE)
        server_reply(request, -ERR_NOTTY);
    else if (!node_is(node, MODE_FILE))
        server_reply(request, -ERR_INVAL);
    else
        server_reply(request,
                     contents_seek(&node->file, offset, command == FILE_CONTROL_NEXT_HOLE));
}

/* ---- List ------------------------------------------------------------------------------------ */

/* "." and "..", which have cookies 1 and 2. */
static bool list_dots(const struct node *node, uint64_t after, struct server_dirents *out)
{
    const struct node *parent = node->parent ? node->parent : node;
    if (after < 1 && !server_dirents_add(out, node->ino, 1, MODE_DIR, ".", 1))
        return false;
    return after >= 2 || server_dirents_add(out, parent->ino, 2, MODE_DIR, "..", 2);
}

void verb_list(struct server_request *request)
{
    struct node *node = request_node(request);
    uint64_t after = request->wire.args[0];
    if (!node_is(node, MODE_DIR) || !(request->file->flags & FILE_READ)) {
        server_reply(request, node_is(node, MODE_DIR) ? -ERR_BADF : -ERR_NOTDIR);
        return;
    }
    size_t room;
    struct server_dirents out = {.buffer = server_out(request, &room)};
    out.room = (size_t)min_u64(room, min_u64(request->wire.out_len, DYAD_COPY_MAX));
    bool more = node->nlink == 0 || list_dots(node, after, &out);
    bool full = !more;
    if (after < DIR_COOKIE_FIRST - 1)
        after = DIR_COOKIE_FIRST - 1;
    struct dir_entry *entry = more ? dir_next(&node->dir, after) : NULL;
    while (entry && !full) {
        full = !server_dirents_add(&out, entry->node->ino, entry->cookie, entry->node->mode,
                                   entry->name, entry->name_len);
        if (!full)
            entry = dir_next(&node->dir, entry->cookie);
    }
    node_accessed(request_fs(request), node);
    if (full && out.used == 0)
        server_reply(request, -ERR_INVAL); /* Not even one record fits. */
    else
        server_reply_data(request, (int64_t)out.used, out.buffer, out.used);
}

/* ---- Map ------------------------------------------------------------------------------------- */

/* Whoever may write the file may also make a shared mapping writable later. */
static uint32_t map_rights(const struct server_file *file, bool shared)
{
    uint32_t rights = RIGHT_PASS;
    if (file->flags & FILE_READ)
        rights |= RIGHT_READ | RIGHT_EXEC;
    if (file->flags & FILE_EXEC)
        rights |= RIGHT_EXEC;
    if (shared && (file->flags & FILE_WRITE))
        rights |= RIGHT_WRITE;
    return rights;
}

/* Can the client have the image's own pages? The last page of a file goes on with other bytes of the image, so only
 * programs, whose loaders know their sizes, get a partial one. */
static bool image_fits(const struct ramfs *fs, const struct contents *contents, uint64_t offset,
                       uint64_t len, bool exec)
{
    if (fs->image == HANDLE_NONE || contents->object != HANDLE_NONE || contents->private_pages)
        return false;
    if (contents->base_len != contents->size || contents->base_offset % PAGE_SIZE)
        return false;
    uint64_t whole = contents->base_len & ~(uint64_t)(PAGE_SIZE - 1);
    return exec || (offset <= whole && len <= whole - offset);
}

void verb_map(struct server_request *request)
{
    struct ramfs *fs = request_fs(request);
    struct node *node = request_node(request);
    const struct ramfs_platform *platform = fs->platform;
    const struct server_file *file = request->file;
    uint64_t offset = request->wire.args[0], len = request->wire.args[1],
             prot = request->wire.args[2];
    bool shared_write = (prot & MAP_FLAG_SHARED) && (prot & MAP_PROT_WRITE);
    bool exec = (prot & MAP_PROT_EXEC) || (file->flags & FILE_EXEC);
    int result = 0;

    if (!node_is(node, MODE_FILE))
        result = -ERR_NODEV;
    else if (!(file->flags & (FILE_READ | FILE_EXEC)) ||
             (shared_write && !(file->flags & FILE_WRITE)))
        result = -ERR_ACCES;
    else if (offset % PAGE_SIZE || offset > FILE_SIZE_MAX)
        result = -ERR_INVAL;
    /* A shared mapping must show later writes, so it needs the file's own object. */
    bool image = result == 0 && (exec || !(prot & MAP_FLAG_SHARED)) && !shared_write &&
                 image_fits(fs, &node->file, offset, len, exec);
    if (result == 0 && !image)
        result = contents_to_object(fs, &node->file);
    if (result == 0 && !image && (prot & MAP_FLAG_SHARED))
        result = object_clear_tail(fs, &node->file);
    if (result) {
        server_reply(request, result);
        return;
    }
    handle_t object = image ? fs->image : node->file.object;
    int64_t handle = platform->object_dup(platform->context, object,
                                          map_rights(file, !image && (prot & MAP_FLAG_SHARED)));
    if (handle < 0) {
        server_reply(request, handle);
        return;
    }
    uint64_t valid = offset < node->file.size ? node->file.size - offset : 0;
    node_accessed(fs, node);
    /* Later writes are not seen here, but for msync, so the file counts as modified from now on. */
    if (shared_write)
        node_touch(fs, node, TOUCH_MTIME | TOUCH_CTIME);
    server_reply_handle(request, 0, (handle_t)handle, offset + (image ? node->file.base_offset : 0),
                        valid);
}
