/* node.c: nodes: creation, counting, times, accounting. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "servers/ramfs/ramfs.h"

#define NODE_CHARGE 512u /* what a node counts for besides its contents */

bool ramfs_charge(struct ramfs *fs, uint64_t bytes)
{
    if (bytes > fs->limit - fs->used)
        return false;
    fs->used += bytes;
    return true;
}

void ramfs_uncharge(struct ramfs *fs, uint64_t bytes)
{
    assert(fs->used >= bytes);
    fs->used -= bytes;
}

static struct dyad_time time_now(struct ramfs *fs)
{
    uint64_t ns = server_clock(fs->server, DYAD_CLOCK_REALTIME);
    return (struct dyad_time){.seconds = (int64_t)(ns / 1000000000),
                              .nanoseconds = (uint32_t)(ns % 1000000000)};
}

struct node *node_create(struct ramfs *fs, uint32_t mode, uint32_t uid, uint32_t gid, int *error)
{
    if (!ramfs_charge(fs, NODE_CHARGE)) {
        *error = -ERR_NOSPC;
        return NULL;
    }
    struct node *node = calloc(1, sizeof(*node));
    if (!node) {
        ramfs_uncharge(fs, NODE_CHARGE);
        *error = -ERR_NOMEM;
        return NULL;
    }
    node->ino = ++fs->next_ino;
    node->mode = mode;
    node->uid = uid;
    node->gid = gid;
    node->atime = node->mtime = node->ctime = time_now(fs);
    if (node_is(node, MODE_FILE))
        contents_init(&node->file);
    if (node_is(node, MODE_DIR))
        node->dir.next_cookie = DIR_COOKIE_FIRST;
    fs->nodes++;
    return node;
}

void node_destroy(struct ramfs *fs, struct node *node)
{
    switch (node->mode & MODE_TYPE) {
    case MODE_DIR: dir_free(fs, &node->dir); break;
    case MODE_FILE: contents_free(fs, &node->file); break;
    case MODE_LINK: free(node->link.target); break;
    case MODE_SOCKET:
        if (node->socket)
            fs->platform->object_close(fs->platform->context, node->socket - 1);
        break;
    default: break;
    }
    locks_free(node);
    free(node);
    fs->nodes--;
    ramfs_uncharge(fs, NODE_CHARGE);
}

static void destroy_if_unused(struct ramfs *fs, struct node *node)
{
    if (node->nlink == 0 && node->refs == 0)
        node_destroy(fs, node);
}

void node_hold(struct node *node)
{
    node->refs++;
}

void node_drop(struct ramfs *fs, struct node *node)
{
    assert(node->refs > 0);
    node->refs--;
    destroy_if_unused(fs, node);
}

void node_unlink(struct ramfs *fs, struct node *node)
{
    assert(node->nlink > 0);
    node->nlink--;
    node_touch(fs, node, TOUCH_CTIME);
    destroy_if_unused(fs, node);
}

void node_touch(struct ramfs *fs, struct node *node, unsigned what)
{
    struct dyad_time now = time_now(fs);
    if (what & TOUCH_ATIME)
        node->atime = now;
    if (what & TOUCH_MTIME)
        node->mtime = now;
    if (what & TOUCH_CTIME)
        node->ctime = now;
}

static bool time_before(const struct dyad_time *a, const struct dyad_time *b)
{
    return a->seconds < b->seconds || (a->seconds == b->seconds && a->nanoseconds < b->nanoseconds);
}

void node_accessed(struct ramfs *fs, struct node *node)
{
    /* Reading the clock is a system call, so the common case comes first. A day's rule would need it each time. */
    bool newer = time_before(&node->mtime, &node->atime) && time_before(&node->ctime, &node->atime);
    if (!newer)
        node_touch(fs, node, TOUCH_ATIME);
}

void node_clear_setid(struct node *node, const struct cred *cred)
{
    if (cred->euid == 0 || !node_is(node, MODE_FILE))
        return;
    node->mode &= ~04000u;
    if (node->mode & 010)
        node->mode &= ~02000u;
}

static uint64_t node_size(const struct node *node)
{
    switch (node->mode & MODE_TYPE) {
    case MODE_DIR: return (node->dir.count + 2) * 32;
    case MODE_FILE: return node->file.size;
    case MODE_LINK: return node->link.len;
    default: return 0;
    }
}

void node_stat(const struct node *node, struct dyad_stat *out)
{
    *out = (struct dyad_stat){
        .dev = 1,
        .ino = node->ino,
        .mode = node->mode,
        .nlink = node->nlink,
        .uid = node->uid,
        .gid = node->gid,
        .size = node_size(node),
        .blocks = node_is(node, MODE_FILE) ? contents_pages(&node->file) * (PAGE_SIZE / 512) : 0,
        .block_size = PAGE_SIZE,
        .atime = node->atime,
        .mtime = node->mtime,
        .ctime = node->ctime,
    };
}
