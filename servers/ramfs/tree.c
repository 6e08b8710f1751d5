/* tree.c: making, linking, moving and removing names. */
#include <stdlib.h>
#include <string.h>

#include "servers/ramfs/ramfs.h"

#define LINKS_MAX 0x40000000u

/* ---- Making ---------------------------------------------------------------------------------- */

/* Can walk->name be made? Answers the request when not. */
static bool check_new(struct server_request *request, const struct walk *walk, bool directory)
{
    if (walk->node)
        server_reply(request, -ERR_EXIST);
    else if (walk->trailing_slash && !directory)
        server_reply(request, -ERR_NOENT);
    else
        return true;
    return false;
}

static void make_node(struct server_request *request, uint32_t mode)
{
    struct ramfs *fs = request_fs(request);
    struct walk walk;
    struct child child;
    if (!request_walk(request, &walk, 0, WALK_PARENT) ||
        !check_new(request, &walk, (mode & MODE_TYPE) == MODE_DIR))
        return;
    int result = child_prepare(fs, &request->wire.cred, &walk, mode, &child);
    if (result == 0) {
        if ((mode & MODE_TYPE) == MODE_SOCKET)
            child.node->socket = server_take_handle(request) + 1;
        dir_commit(fs, walk.parent, child.entry, child.node);
    }
    server_reply(request, result);
}

void verb_mkdirat(struct server_request *request)
{
    make_node(request, MODE_DIR | (request->wire.args[1] & 01777));
}

void verb_mknodat(struct server_request *request)
{
    uint32_t type = request->wire.args[1] & MODE_TYPE, mode = request->wire.args[1] & 07777;
    if (type == 0)
        type = MODE_FILE;
    if (type == MODE_FILE || type == MODE_FIFO || type == MODE_SOCKET)
        make_node(request, type | mode);
    else
        server_reply(request, type == MODE_CHAR || type == MODE_BLOCK ? -ERR_PERM : -ERR_INVAL);
}

int symlink_make(struct ramfs *fs, const struct cred *cred, const struct walk *walk,
                 const char *target, size_t len)
{
    struct child child;
    char *copy = malloc(len + 1);
    if (!copy)
        return -ERR_NOMEM;
    int result = child_prepare(fs, cred, walk, MODE_LINK | 0777, &child);
    if (result) {
        free(copy);
        return result;
    }
    memcpy(copy, target, len);
    copy[len] = '\0';
    child.node->link.target = copy;
    child.node->link.len = len;
    dir_commit(fs, walk->parent, child.entry, child.node);
    return 0;
}

void verb_symlinkat(struct server_request *request)
{
    struct walk walk;
    const char *target = request->data;
    const char *zero = memchr(target, '\0', request->data_len);
    size_t len = zero ? (size_t)(zero - target) : 0;
    if (!zero || len == 0 || len > DYAD_PATH_MAX) {
        server_reply(request, !zero ? -ERR_INVAL : len ? -ERR_NAMETOOLONG : -ERR_NOENT);
        return;
    }
    if (!request_walk(request, &walk, len + 1, WALK_PARENT) || !check_new(request, &walk, false))
        return;
    server_reply(request,
                 symlink_make(request_fs(request), &request->wire.cred, &walk, target, len));
}

/* ---- Removing -------------------------------------------------------------------------------- */

/* May the name of node be taken out of dir? 0 or -ERR_*. */
static int may_remove(const struct cred *cred, const struct node *dir, const struct node *node)
{
    int result = dir_may_change(cred, dir);
    bool sticky =
        (dir->mode & 01000) && cred->euid != 0 && cred->euid != node->uid && cred->euid != dir->uid;
    return result ? result : sticky ? -ERR_PERM : 0;
}

static int check_unlink(const struct ramfs *fs, const struct walk *walk, const struct cred *cred,
                        bool directory)
{
    if (!walk->node)
        return -ERR_NOENT;
    if (!walk->parent) { /* The path ends in a dot or at the root. */
        if (!directory)
            return -ERR_ISDIR;
        return walk->dot                                ? -ERR_INVAL
               : walk->dotdot && walk->node != fs->root ? -ERR_NOTEMPTY
                                                        : -ERR_BUSY;
    }
    bool is_dir = node_is(walk->node, MODE_DIR);
    if (!is_dir && (directory || walk->trailing_slash))
        return -ERR_NOTDIR;
    int result = may_remove(cred, walk->parent, walk->node);
    if (result)
        return result;
    if (is_dir && !directory)
        return -ERR_ISDIR;
    return is_dir && walk->node->dir.count ? -ERR_NOTEMPTY : 0;
}

/* The node has lost its name; a directory also its "." and its parent's "..". */
static void drop_links(struct ramfs *fs, struct node *parent, struct node *node)
{
    if (node_is(node, MODE_DIR)) {
        node->nlink--;
        parent->nlink--;
    }
    node_unlink(fs, node);
}

void verb_unlinkat(struct server_request *request)
{
    struct ramfs *fs = request_fs(request);
    struct walk walk;
    bool directory = request->wire.args[0];
    if (!request_walk(request, &walk, 0, WALK_PARENT))
        return;
    int result = check_unlink(fs, &walk, &request->wire.cred, directory);
    if (result == 0) {
        dir_remove(fs, walk.parent, dir_find(&walk.parent->dir, walk.name, walk.name_len));
        drop_links(fs, walk.parent, walk.node);
    }
    server_reply(request, result);
}

/* ---- Two paths ------------------------------------------------------------------------------- */

/* Walks "old NUL new"; the new path starts at the directory args[1] if there is one. */
static bool walk_two(struct server_request *request, struct walk *old, unsigned old_flags,
                     struct walk *new)
{
    struct node *old_start = request_node(request), *new_start = old_start;
    const char *path = request->data;
    const char *zero = memchr(path, '\0', request->data_len);
    if (request->wire.args[1]) {
        struct server_file *file = server_file_find(request->server, request->wire.args[1]);
        if (!file) {
            server_reply(request, -ERR_STALE);
            return false;
        }
        new_start = file->node;
    }
    if (!zero || request->data_len < request->wire.in_len) {
        server_reply(request, zero ? -ERR_NAMETOOLONG : -ERR_INVAL);
        return false;
    }
    size_t old_len = (size_t)(zero - path);
    return request_walk_from(request, old, old_start, path, old_len, old_flags) &&
           request_walk_from(request, new, new_start, zero + 1, request->data_len - old_len - 1,
                             WALK_PARENT);
}

static int link_check(const struct cred *cred, const struct walk *old, const struct walk *new)
{
    if (!old->node)
        return -ERR_NOENT;
    if (node_is(old->node, MODE_DIR))
        return -ERR_PERM;
    if (new->node)
        return -ERR_EXIST;
    if (new->trailing_slash)
        return -ERR_NOENT;
    if (old->node->nlink >= LINKS_MAX)
        return -ERR_MLINK;
    if (old->node->nlink == 0 && !old->node->tmpfile)
        return -ERR_NOENT; /* Its last name is gone for good. */
    return dir_may_change(cred, new->parent);
}

void verb_linkat(struct server_request *request)
{
    struct ramfs *fs = request_fs(request);
    struct walk old, new;
    struct dir_entry *entry;
    uint64_t flags = request->wire.args[0];
    unsigned walk_flags =
        (flags & LINK_FOLLOW ? WALK_FOLLOW : 0) | (flags & LINK_EMPTY_PATH ? WALK_EMPTY : 0);
    if (!walk_two(request, &old, walk_flags, &new))
        return;
    int result = link_check(&request->wire.cred, &old, &new);
    if (result == 0)
        result = dir_prepare(fs, &new.parent->dir, new.name, new.name_len, &entry);
    if (result == 0) {
        dir_commit(fs, new.parent, entry, old.node);
        old.node->tmpfile = false;
        node_touch(fs, old.node, TOUCH_CTIME);
    }
    server_reply(request, result);
}

/* ---- Rename ---------------------------------------------------------------------------------- */

/* Is `node` on the way from dir up to the root? */
static bool is_above(const struct ramfs *fs, const struct node *node, const struct node *dir)
{
    while (dir && dir != node && dir != fs->root)
        dir = dir->parent;
    return dir == node;
}

/* What the existing target says. */
static int check_replace(const struct cred *cred, const struct walk *old, const struct walk *new)
{
    bool old_dir = node_is(old->node, MODE_DIR), new_dir = node_is(new->node, MODE_DIR);
    int result = may_remove(cred, new->parent, new->node);
    if (result)
        return result;
    if (old_dir && !new_dir)
        return -ERR_NOTDIR;
    if (!old_dir && new_dir)
        return -ERR_ISDIR;
    return new_dir && new->node->dir.count ? -ERR_NOTEMPTY : 0;
}

static int check_rename(const struct ramfs *fs, const struct cred *cred, const struct walk *old,
                        const struct walk *new)
{
    if (!old->node)
        return -ERR_NOENT;
    if (!old->parent || !new->parent)
        return old->dot || old->dotdot || new->dot || new->dotdot ? -ERR_INVAL : -ERR_BUSY;
    bool directory = node_is(old->node, MODE_DIR);
    if (!directory && (old->trailing_slash || new->trailing_slash))
        return -ERR_NOTDIR;
    int result = may_remove(cred, old->parent, old->node);
    if (result == 0)
        result = dir_may_change(cred, new->parent);
    if (result)
        return result;
    if (directory && is_above(fs, old->node, new->parent))
        return -ERR_INVAL;
    if (directory && old->parent != new->parent && !may(cred, old->node, 2))
        return -ERR_ACCES; /* Its ".." changes. */
    return new->node &&new->node != old->node ? check_replace(cred, old, new) : 0;
}

/* The entry of the new name takes over the node; nothing needs memory. */
static void replace_commit(struct ramfs *fs, const struct walk *old, const struct walk *new,
                           struct dir_entry *entry)
{
    struct node *replaced = entry->node, *node = old->node;
    if (replaced->name == entry) {
        replaced->name = NULL;
        replaced->parent = NULL;
    }
    entry->node = node;
    dir_remove(fs, old->parent, dir_find(&old->parent->dir, old->name, old->name_len));
    node->name = entry;
    node->parent = new->parent;
    if (node_is(node, MODE_DIR)) {
        old->parent->nlink--;
        new->parent->nlink++;
    }
    node_touch(fs, new->parent, TOUCH_MTIME | TOUCH_CTIME);
    drop_links(fs, new->parent, replaced);
}

static int move_commit(struct ramfs *fs, const struct walk *old, const struct walk *new)
{
    struct dir_entry *entry;
    int result = dir_prepare(fs, &new->parent->dir, new->name, new->name_len, &entry);
    if (result)
        return result;
    dir_commit(fs, new->parent, entry, old->node);
    dir_remove(fs, old->parent, dir_find(&old->parent->dir, old->name, old->name_len));
    drop_links(fs, old->parent, old->node); /* The new name keeps it alive. */
    return 0;
}

/* May the node, which exists, leave its directory for the other's? 0 or -ERR_*. */
static int check_exchange(const struct ramfs *fs, const struct cred *cred, const struct walk *from,
                          const struct walk *to)
{
    if (!from->node)
        return -ERR_NOENT;
    if (!from->parent)
        return from->dot || from->dotdot ? -ERR_INVAL : -ERR_BUSY;
    bool directory = node_is(from->node, MODE_DIR);
    if (!directory && from->trailing_slash)
        return -ERR_NOTDIR;
    int result = may_remove(cred, from->parent, from->node);
    if (result == 0 && directory && to->parent) {
        if (is_above(fs, from->node, to->parent))
            result = -ERR_INVAL;
        else if (from->parent != to->parent && !may(cred, from->node, 2))
            result = -ERR_ACCES;
    }
    return result;
}

/* The entry names another node from now on. */
static void entry_renames(struct dir_entry *entry, struct node *dir, struct node *node,
                          const struct node *before)
{
    entry->node = node;
    node->name = entry;
    node->parent = dir;
    dir->nlink += (node_is(node, MODE_DIR) ? 1u : 0) - (node_is(before, MODE_DIR) ? 1u : 0);
}

static int exchange(struct ramfs *fs, const struct cred *cred, const struct walk *old,
                    const struct walk *new)
{
    int result = check_exchange(fs, cred, old, new);
    if (result == 0)
        result = check_exchange(fs, cred, new, old);
    if (result || old->node == new->node)
        return result;
    entry_renames(dir_find(&old->parent->dir, old->name, old->name_len), old->parent, new->node,
                  old->node);
    entry_renames(dir_find(&new->parent->dir, new->name, new->name_len), new->parent, old->node,
                  new->node);
    node_touch(fs, old->parent, TOUCH_MTIME | TOUCH_CTIME);
    node_touch(fs, new->parent, TOUCH_MTIME | TOUCH_CTIME);
    node_touch(fs, old->node, TOUCH_CTIME);
    node_touch(fs, new->node, TOUCH_CTIME);
    return 0;
}

void verb_renameat(struct server_request *request)
{
    struct ramfs *fs = request_fs(request);
    struct walk old, new;
    uint64_t flags = request->wire.args[0];
    if (flags > RENAME_EXCHANGE) {
        server_reply(request, -ERR_INVAL);
        return;
    }
    if (!walk_two(request, &old, WALK_PARENT, &new))
        return;
    if (flags & RENAME_EXCHANGE) {
        server_reply(request, exchange(fs, &request->wire.cred, &old, &new));
        return;
    }
    int result = check_rename(fs, &request->wire.cred, &old, &new);
    if (new.node && old.node && (flags & RENAME_NOREPLACE))
        result = -ERR_EXIST;
    if (result || (new.node == old.node)) {
        server_reply(request, result); /* Two names of one file: nothing to do. */
        return;
    }
    if (new.node)
        replace_commit(fs, &old, &new, dir_find(&new.parent->dir, new.name, new.name_len));
    else
        result = move_commit(fs, &old, &new);
    if (result == 0)
        node_touch(fs, old.node, TOUCH_CTIME);
    server_reply(request, result);
}
