/* attr.c: stat, permissions, ownership and times; paths back to text. */
#include <string.h>

#include "servers/ramfs/ramfs.h"

static void reply_stat(struct server_request *request, const struct node *node)
{
    struct dyad_stat stat;
    node_stat(node, &stat);
    server_reply_stat(request, &stat);
}

void verb_stat(struct server_request *request)
{
    reply_stat(request, request_node(request));
}

void verb_statat(struct server_request *request)
{
    struct walk walk;
    unsigned flags = request->wire.args[0] & FILE_NOFOLLOW ? 0 : WALK_FOLLOW;
    if (!request_walk(request, &walk, 0, flags))
        return;
    if (walk.node)
        reply_stat(request, walk.node);
    else
        server_reply(request, -ERR_NOENT);
}

void verb_statfs(struct server_request *request)
{
    struct ramfs *fs = request_fs(request);
    uint64_t limit = fs->limit == UINT64_MAX ? 1ull << 40 : fs->limit;
    uint64_t free_bytes = limit > fs->used ? limit - fs->used : 0;
    struct dyad_statfs statfs = {
        .block_size = PAGE_SIZE,
        .blocks = limit / PAGE_SIZE,
        .blocks_free = free_bytes / PAGE_SIZE,
        .files = fs->nodes + free_bytes / PAGE_SIZE,
        .files_free = free_bytes / PAGE_SIZE,
        .name_max = DYAD_NAME_MAX,
    };
    if (request->wire.out_len < sizeof(statfs))
        server_reply(request, -ERR_INVAL);
    else
        server_reply_data(request, 0, &statfs, sizeof(statfs));
}

/* May cred make these changes? 0 or -ERR_*. */
static int check_setattr(const struct cred *cred, const struct node *node, uint64_t mask,
                         const struct dyad_setattr *attr)
{
    bool owner = cred->euid == node->uid;
    if (cred->euid == 0)
        return 0;
    if ((mask & (SETATTR_MODE | SETATTR_ATIME | SETATTR_MTIME)) && !owner)
        return -ERR_PERM;
    if ((mask & SETATTR_UID) && !(owner && attr->uid == node->uid))
        return -ERR_PERM;
    if ((mask & SETATTR_GID) && !(owner && (attr->gid == node->gid || attr->gid == cred->egid)))
        return -ERR_PERM;
    if ((mask & (SETATTR_ATIME_NOW | SETATTR_MTIME_NOW)) && !owner && !may(cred, node, 2))
        return -ERR_ACCES;
    return 0;
}

static void apply_mode(struct node *node, const struct cred *cred, uint32_t mode)
{
    /* Only a member of the file's group may make it run as that group. */
    if (cred->euid != 0 && cred->egid != node->gid && !node_is(node, MODE_DIR))
        mode &= ~02000u;
    node->mode = (node->mode & MODE_TYPE) | (mode & 07777);
}

static void apply_owner(struct node *node, uint64_t mask, const struct dyad_setattr *attr)
{
    static const struct cred anybody = {.euid = 1};
    if (mask & SETATTR_UID)
        node->uid = attr->uid;
    if (mask & SETATTR_GID)
        node->gid = attr->gid;
    if (mask & (SETATTR_UID | SETATTR_GID))
        node_clear_setid(node,
                         &anybody); /* also when root does it: the new owner did not choose them */
}

static int set_attributes(struct server_request *request, struct node *node, uint64_t mask,
                          const struct dyad_setattr *attr)
{
    struct ramfs *fs = request_fs(request);
    const struct cred *cred = &request->wire.cred;
    if (((mask & SETATTR_ATIME) && attr->atime.nanoseconds >= 1000000000) ||
        ((mask & SETATTR_MTIME) && attr->mtime.nanoseconds >= 1000000000))
        return -ERR_INVAL;
    int result = check_setattr(cred, node, mask, attr);
    if (result)
        return result;
    apply_owner(node, mask, attr);
    if (mask & SETATTR_MODE)
        apply_mode(node, cred, attr->mode);
    unsigned now =
        (mask & SETATTR_ATIME_NOW ? TOUCH_ATIME : 0) | (mask & SETATTR_MTIME_NOW ? TOUCH_MTIME : 0);
    node_touch(fs, node, now | TOUCH_CTIME);
    if (mask & SETATTR_ATIME)
        node->atime = attr->atime;
    if (mask & SETATTR_MTIME)
        node->mtime = attr->mtime;
    return 0;
}

/* The struct at the payload's start. */
static bool take_setattr(struct server_request *request, struct dyad_setattr *attr)
{
    if (server_payload(request, attr, 0, sizeof(*attr)) == (int64_t)sizeof(*attr))
        return true;
    server_reply(request, -ERR_INVAL);
    return false;
}

void verb_setattr(struct server_request *request)
{
    struct dyad_setattr attr;
    if (!take_setattr(request, &attr))
        return;
    if (request->file->flags & FILE_PATH)
        server_reply(request, -ERR_BADF);
    else
        server_reply(request,
                     set_attributes(request, request_node(request), request->wire.args[0], &attr));
}

void verb_setattrat(struct server_request *request)
{
    struct dyad_setattr attr;
    struct walk walk;
    unsigned flags = request->wire.args[1] & FILE_NOFOLLOW ? 0 : WALK_FOLLOW;
    if (!take_setattr(request, &attr) || !request_walk(request, &walk, sizeof(attr), flags))
        return;
    if (walk.node)
        server_reply(request, set_attributes(request, walk.node, request->wire.args[0], &attr));
    else
        server_reply(request, -ERR_NOENT);
}

void verb_accessat(struct server_request *request)
{
    struct walk walk;
    struct cred cred = request->wire.cred;
    if (!request->wire.args[1]) {
        cred.euid = cred.uid;
        cred.egid = cred.gid;
    }
    /* The path's directories are searched by the same ids as the file is judged by. */
    request->wire.cred = cred;
    if (!request_walk(request, &walk, 0, WALK_FOLLOW))
        return;
    if (!walk.node)
        server_reply(request, -ERR_NOENT);
    else
        server_reply(request, may(&cred, walk.node, request->wire.args[0] & 7) ? 0 : -ERR_ACCES);
}

/* ---- Paths back to text ---------------------------------------------------------------------- */

/* Writes the absolute path of node to the end of buffer -> its start, or NULL when it has no name or is too long. */
static char *node_path(const struct ramfs *fs, const struct node *node, char *buffer, size_t size)
{
    char *start = buffer + size;
    if (node == fs->root)
        *--start = '/';
    while (node != fs->root) {
        const struct dir_entry *name = node->name;
        if (!name || (size_t)(start - buffer) < (size_t)name->name_len + 1)
            return NULL;
        start -= name->name_len;
        memcpy(start, name->name, name->name_len);
        *--start = '/';
        node = node->parent;
    }
    return start;
}

void verb_path(struct server_request *request)
{
    char buffer[DYAD_PATH_MAX];
    const struct node *node = request_node(request);
    const char *path = node_path(request_fs(request), node, buffer, sizeof(buffer));
    if (!path) {
        server_reply(request, node->name ? -ERR_NAMETOOLONG : -ERR_NOENT);
        return;
    }
    size_t len = (size_t)(buffer + sizeof(buffer) - path);
    server_reply_text(request, path, len);
}

void verb_readlinkat(struct server_request *request)
{
    struct walk walk;
    const struct node *node = request_node(request);
    if (request->wire.in_len) {
        if (!request_walk(request, &walk, 0, 0))
            return;
        node = walk.node;
    }
    if (!node || !node_is(node, MODE_LINK)) {
        server_reply(request, node ? -ERR_INVAL : -ERR_NOENT);
        return;
    }
    size_t len = node->link.len < request->wire.out_len ? node->link.len : request->wire.out_len;
    server_reply_data(request, (int64_t)len, node->link.target, len);
}
