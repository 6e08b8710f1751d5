/* open.c: open, and what is common to all requests with a path. */
#include <stdlib.h>
#include <string.h>

#include "servers/ramfs/ramfs.h"

struct ramfs_file *file_create(struct ramfs *fs, struct node *node, uint32_t flags)
{
    struct ramfs_file *file = calloc(1, sizeof(*file));
    if (!file)
        return NULL;
    server_file_init(&file->file, fs->server, node, flags);
    node_hold(node);
    return file;
}

void file_release(struct server_file *server_file)
{
    struct ramfs_file *file = (struct ramfs_file *)server_file;
    struct ramfs *fs = server_file->server->context;
    struct node *node = server_file->node;
    if (file->fifo_ends)
        fifo_release(file);
    locks_release_file(server_file);
    node_drop(fs, node);
    free(file);
}

int dir_may_change(const struct cred *cred, const struct node *dir)
{
    if (dir->nlink == 0)
        return -ERR_NOENT; /* A removed directory. */
    return may(cred, dir, 3) ? 0 : -ERR_ACCES;
}

bool request_walk_from(struct server_request *request, struct walk *out, struct node *start,
                       const char *path, size_t len, unsigned flags)
{
    int result = walk(request_fs(request), out, start, &request->wire.cred, path, len, flags);
    if (result == -ERR_XDEV)
        server_reply_redirect(request, out->redirect, out->redirect_len);
    else if (result)
        server_reply(request, result);
    return result == 0;
}

bool request_walk(struct server_request *request, struct walk *out, size_t offset, unsigned flags)
{
    struct node *start = request->file ? request_node(request) : request_fs(request)->root;
    if (request->data_len < request->wire.in_len || request->data_len < offset) {
        server_reply(request, -ERR_NAMETOOLONG);
        return false;
    }
    return request_walk_from(request, out, start, (const char *)request->data + offset,
                             request->data_len - offset, flags);
}

/* ---- Creating -------------------------------------------------------------------------------- */

int child_prepare(struct ramfs *fs, const struct cred *cred, const struct walk *walk, uint32_t mode,
                  struct child *out)
{
    struct node *parent = walk->parent;
    uint32_t gid = cred->egid;
    int result = dir_may_change(cred, parent);
    if (result)
        return result;
    if (parent->mode & 02000) { /* Set-group-id directories hand on their group. */
        gid = parent->gid;
        if ((mode & MODE_TYPE) == MODE_DIR)
            mode |= 02000;
    }
    result = dir_prepare(fs, &parent->dir, walk->name, walk->name_len, &out->entry);
    if (result)
        return result;
    out->node = node_create(fs, mode, cred->euid, gid, &result);
    if (!out->node)
        dir_abandon(fs, out->entry);
    return result;
}

void child_abandon(struct ramfs *fs, struct child *child)
{
    dir_abandon(fs, child->entry);
    node_destroy(fs, child->node);
}

/* ---- Open ------------------------------------------------------------------------------------ */

static void open_new(struct server_request *request, const struct walk *walk, uint32_t flags)
{
    struct ramfs *fs = request_fs(request);
    struct child child;
    if (walk->trailing_slash) {
        server_reply(request, -ERR_ISDIR);
        return;
    }
    uint32_t mode = MODE_FILE | (request->wire.args[1] & 07777);
    int result = child_prepare(fs, &request->wire.cred, walk, mode, &child);
    if (result) {
        server_reply(request, result);
        return;
    }
    struct ramfs_file *file = file_create(fs, child.node, flags);
    if (!file) {
        child_abandon(fs, &child);
        server_reply(request, -ERR_NOMEM);
        return;
    }
    if (server_file_register(&file->file)) {
        dir_abandon(fs, child.entry);
        server_file_drop(&file->file); /* and with it the node, which has no name */
        server_reply(request, -ERR_NOMEM);
        return;
    }
    dir_commit(fs, walk->parent, child.entry, child.node);
    server_reply_open(request, &file->file, FILE_SEEKABLE);
}

/* What the type of the node and the flags say. 0 or -ERR_*. */
static int check_kind(const struct node *node, uint32_t flags)
{
    bool is_dir = node_is(node, MODE_DIR);
    if ((flags & FILE_DIRECTORY) && !is_dir)
        return -ERR_NOTDIR;
    if (flags & FILE_PATH)
        return 0;
    if ((flags & FILE_CREATE) && (flags & FILE_EXCL))
        return -ERR_EXIST;
    if (node_is(node, MODE_LINK))
        return -ERR_LOOP;
    if (is_dir && (flags & (FILE_WRITE | FILE_CREATE | FILE_TRUNC)))
        return -ERR_ISDIR;
    if (is_dir && (flags & FILE_EXEC))
        return -ERR_ACCES;
    if (node_is(node, MODE_SOCKET))
        return -ERR_NXIO;
    return 0;
}

static bool may_open(const struct cred *cred, const struct node *node, uint32_t flags)
{
    if (flags & FILE_PATH)
        return true;
    unsigned want = (flags & FILE_READ ? 4 : 0) | (flags & (FILE_WRITE | FILE_TRUNC) ? 2 : 0) |
                    (flags & FILE_EXEC ? 1 : 0);
    return may(cred, node, want);
}

static void open_existing(struct server_request *request, struct node *node, uint32_t flags)
{
    struct ramfs *fs = request_fs(request);
    const struct cred *cred = &request->wire.cred;
    int result = check_kind(node, flags);
    if (result == 0 && !may_open(cred, node, flags))
        result = -ERR_ACCES;
    if (result) {
        server_reply(request, result);
        return;
    }
    if (node_is(node, MODE_FIFO) && !(flags & FILE_PATH)) {
        fifo_open(request, node, flags);
        return;
    }
    struct ramfs_file *file = file_create(fs, node, flags);
    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    if ((flags & FILE_TRUNC) && node_is(node, MODE_FILE) && !(flags & FILE_PATH)) {
        result = server_file_register(&file->file);
        if (result == 0)
            result = file_truncate(fs, node, cred, 0);
        if (result) {
            server_file_unregister(&file->file);
            server_file_drop(&file->file);
            server_reply(request, result);
            return;
        }
    }
    bool seekable = node_is(node, MODE_FILE) || node_is(node, MODE_DIR);
    server_reply_open(request, &file->file, seekable ? FILE_SEEKABLE : 0);
}

/* A file without a name in that directory. */
static void open_nameless(struct server_request *request, const struct node *dir, uint32_t flags)
{
    struct ramfs *fs = request_fs(request);
    const struct cred *cred = &request->wire.cred;
    uint32_t gid = dir->mode & 02000 ? dir->gid : cred->egid;
    int result = node_is(dir, MODE_DIR) ? dir_may_change(cred, dir) : -ERR_NOTDIR;
    if (result == 0 && !(flags & FILE_WRITE))
        result = -ERR_INVAL;
    struct node *node = result ? NULL
                               : node_create(fs, MODE_FILE | (request->wire.args[1] & 07777),
                                             cred->euid, gid, &result);
    if (!node) {
        server_reply(request, result);
        return;
    }
    struct ramfs_file *file = file_create(fs, node, flags & ~FILE_DIRECTORY);
    if (!file) {
        node_destroy(fs, node);
        server_reply(request, -ERR_NOMEM);
        return;
    }
    node->tmpfile = !(flags & FILE_EXCL);
    server_reply_open(request, &file->file, FILE_SEEKABLE);
}

/* What connect asks for: the handle that bind has left at the name. */
static void open_socket(struct server_request *request, const struct node *node)
{
    const struct ramfs_platform *platform = request_fs(request)->platform;
    int64_t handle = -ERR_CONNREFUSED;

    if (node && !may(&request->wire.cred, node, 2))
        handle = -ERR_ACCES;
    else if (!node)
        handle = -ERR_NOENT;
    else if (node_is(node, MODE_SOCKET) && node->socket)
        handle = platform->object_dup(platform->context, node->socket - 1, RIGHT_ALL);
    if (handle < 0)
        server_reply(request, handle);
    else
        server_reply_handle(request, 0, (handle_t)handle, 0, 0);
}

void verb_open(struct server_request *request)
{
    struct walk walk;
    uint32_t flags = (uint32_t)request->wire.args[0];
    bool exclusive = (flags & FILE_CREATE) && (flags & FILE_EXCL);
    if (flags & FILE_PATH)
        flags &= FILE_PATH | FILE_DIRECTORY | FILE_NOFOLLOW;
    unsigned walk_flags = (flags & FILE_NOFOLLOW) || exclusive ? 0 : WALK_FOLLOW;
    if (!request->file)
        walk_flags |= WALK_EMPTY;
    if (!request_walk(request, &walk, 0, walk_flags))
        return;
    if ((request->wire.args[1] & MODE_TYPE) == MODE_SOCKET)
        open_socket(request, walk.node);
    else if ((request->wire.args[1] & MODE_TYPE) == MODE_FILE && walk.node)
        open_nameless(request, walk.node, flags);
    else if (walk.node)
        open_existing(request, walk.node, flags);
    else if (!(flags & FILE_CREATE))
        server_reply(request, -ERR_NOENT);
    else if (flags & FILE_DIRECTORY)
        server_reply(request, -ERR_INVAL);
    else
        open_new(request, &walk, flags);
}
