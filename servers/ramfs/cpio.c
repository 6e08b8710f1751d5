/*
 * cpio.c: fills the file system from cpio archives of the "newc" format, one after the other in memory.
 *
 * File contents stay where they are. A later file of the same path replaces an earlier one.
 */
#include <stdlib.h>
#include <string.h>

#include "servers/ramfs/ramfs.h"

#define HEADER_SIZE 110u
#define MAGIC       "070701"
#define TRAILER     "TRAILER!!!"

static const struct cred root_cred;

struct member {
    uint32_t ino, mode, uid, gid, nlink, mtime, size, name_size;
    const char *name; /* name_len bytes, without leading "/" and "./" */
    size_t name_len;
    const uint8_t *data;
};

struct archive {
    struct ramfs *fs;
    const uint8_t *start; /* of everything: of the image */
    size_t len, at;
    /* Hard links of the archive being read: nodes by their number in it. */
    struct {
        uint32_t ino;
        struct node *node;
    } *links;
    size_t link_count, link_room;
};

static bool hex_field(const uint8_t *text, uint32_t *out)
{
    uint32_t value = 0;
    for (int i = 0; i < 8; i++) {
        uint8_t c = text[i];
        uint32_t digit = c >= '0' && c <= '9'   ? c - '0'
                         : c >= 'a' && c <= 'f' ? c - 'a' + 10u
                         : c >= 'A' && c <= 'F' ? c - 'A' + 10u
                                                : 16;
        if (digit == 16)
            return false;
        value = value << 4 | digit;
    }
    *out = value;
    return true;
}

static void trim_name(struct member *member)
{
    member->name_len = strnlen(member->name, member->name_size);
    while (member->name_len &&
           (member->name[0] == '/' ||
            (member->name[0] == '.' && (member->name_len == 1 || member->name[1] == '/')))) {
        member->name++;
        member->name_len--;
    }
}

/* Reads the header at archive->at and moves behind the member. -ERR_INVAL: not well formed. */
static int next_member(struct archive *archive, struct member *out)
{
    const uint8_t *header = archive->start + archive->at;
    uint32_t fields[13];
    size_t left = archive->len - archive->at;
    if (left < HEADER_SIZE || memcmp(header, MAGIC, 6) != 0)
        return -ERR_INVAL;
    for (int i = 0; i < 13; i++) {
        if (!hex_field(header + 6 + 8 * i, &fields[i]))
            return -ERR_INVAL;
    }
    *out = (struct member){.ino = fields[0],
                           .mode = fields[1],
                           .uid = fields[2],
                           .gid = fields[3],
                           .nlink = fields[4],
                           .mtime = fields[5],
                           .size = fields[6],
                           .name_size = fields[11]};
    size_t name_end = HEADER_SIZE + (size_t)out->name_size;
    if (out->name_size == 0 || name_end > left)
        return -ERR_INVAL;
    size_t data_at = ((archive->at + name_end + 3) & ~(size_t)3) - archive->at;
    if (data_at > left || out->size > left - data_at)
        return -ERR_INVAL;
    out->name = (const char *)header + HEADER_SIZE;
    out->data = header + data_at;
    trim_name(out);
    size_t end = archive->at + data_at + out->size;
    archive->at = end + 3 < archive->len ? (end + 3) & ~(size_t)3 : archive->len;
    return 0;
}

/* Makes the directories of a path that are missing. */
static int make_parents(struct ramfs *fs, const char *name, size_t len)
{
    struct walk walk_state;
    for (size_t i = 0; i < len; i++) {
        if (name[i] != '/')
            continue;
        int result = walk(fs, &walk_state, fs->root, &root_cred, name, i, WALK_FOLLOW | WALK_EMPTY);
        if (result)
            return result;
        if (walk_state.node)
            continue;
        struct child child;
        result = child_prepare(fs, &root_cred, &walk_state, MODE_DIR | 0755, &child);
        if (result)
            return result;
        dir_commit(fs, walk_state.parent, child.entry, child.node);
    }
    return 0;
}

static void set_attributes(struct node *node, const struct member *member)
{
    node->mode = (node->mode & MODE_TYPE) | (member->mode & 07777);
    node->uid = member->uid;
    node->gid = member->gid;
    node->mtime = node->ctime = (struct dyad_time){.seconds = member->mtime};
    node->atime = node->mtime;
}

static void set_data(struct archive *archive, struct node *node, const struct member *member)
{
    struct contents *contents = &node->file;
    /* Cannot fail: it shrinks a file that is not mapped. */
    (void)contents_truncate(archive->fs, contents, 0);
    contents->base = member->data;
    contents->base_len = contents->size = member->size;
    contents->base_offset = (uint64_t)(member->data - archive->start);
}

/* ---- Hard links ------------------------------------------------------------------------------ */

static struct node *find_link(const struct archive *archive, const struct member *member)
{
    if (member->nlink < 2)
        return NULL;
    for (size_t i = 0; i < archive->link_count; i++) {
        if (archive->links[i].ino == member->ino)
            return archive->links[i].node;
    }
    return NULL;
}

static int remember_link(struct archive *archive, const struct member *member, struct node *node)
{
    if (member->nlink < 2)
        return 0;
    if (archive->link_count == archive->link_room) {
        size_t room = archive->link_room ? archive->link_room * 2 : 16;
        void *links = realloc(archive->links, room * sizeof(archive->links[0]));
        if (!links)
            return -ERR_NOMEM;
        archive->links = links;
        archive->link_room = room;
    }
    archive->links[archive->link_count].ino = member->ino;
    archive->links[archive->link_count].node = node;
    archive->link_count++;
    node_hold(node); /* A later member may replace its name. */
    return 0;
}

static void forget_links(struct archive *archive)
{
    for (size_t i = 0; i < archive->link_count; i++)
        node_drop(archive->fs, archive->links[i].node);
    archive->link_count = 0;
}

/* ---- Members --------------------------------------------------------------------------------- */

/* Takes away what has the member's name; a directory stays when a directory comes. */
static int remove_old(struct ramfs *fs, struct walk *at)
{
    if (node_is(at->node, MODE_DIR))
        return -ERR_ISDIR;
    dir_remove(fs, at->parent, dir_find(&at->parent->dir, at->name, at->name_len));
    node_unlink(fs, at->node);
    at->node = NULL;
    return 0;
}

static int add_regular(struct archive *archive, const struct walk *at, const struct member *member)
{
    struct ramfs *fs = archive->fs;
    struct node *linked = find_link(archive, member);
    struct child child = {.node = linked};
    int result = linked ? dir_prepare(fs, &at->parent->dir, at->name, at->name_len, &child.entry)
                        : child_prepare(fs, &root_cred, at, MODE_FILE, &child);
    if (result)
        return result;
    if (!linked) {
        result = remember_link(archive, member, child.node);
        if (result) {
            child_abandon(fs, &child);
            return result;
        }
    }
    dir_commit(fs, at->parent, child.entry, child.node);
    if (!linked || member->size) /* The data comes with the last of several links. */
        set_data(archive, child.node, member);
    set_attributes(child.node, member);
    return 0;
}

static int add_node(struct archive *archive, struct walk *at, const struct member *member)
{
    struct ramfs *fs = archive->fs;
    struct child child;
    int result;
    switch (member->mode & MODE_TYPE) {
    case MODE_FILE: return add_regular(archive, at, member);
    case MODE_LINK:
        if (member->size == 0 || member->size > DYAD_PATH_MAX)
            return -ERR_INVAL;
        result = symlink_make(fs, &root_cred, at, (const char *)member->data, member->size);
        if (result == 0)
            set_attributes(dir_find(&at->parent->dir, at->name, at->name_len)->node, member);
        return result;
    case MODE_DIR:
    case MODE_FIFO:
    case MODE_SOCKET:
        result = child_prepare(fs, &root_cred, at, member->mode & (MODE_TYPE | 07777), &child);
        if (result)
            return result;
        dir_commit(fs, at->parent, child.entry, child.node);
        set_attributes(child.node, member);
        return 0;
    default: return 0; /* Devices are schemes here. */
    }
}

static int add_member(struct archive *archive, const struct member *member)
{
    struct ramfs *fs = archive->fs;
    struct walk at;
    bool directory = (member->mode & MODE_TYPE) == MODE_DIR;
    unsigned flags = WALK_EMPTY | (directory ? WALK_FOLLOW : WALK_PARENT);
    int result = walk(fs, &at, fs->root, &root_cred, member->name, member->name_len, flags);
    if (result == -ERR_NOENT) { /* rarely: archives name directories before what is in them */
        result = make_parents(fs, member->name, member->name_len);
        if (result == 0)
            result = walk(fs, &at, fs->root, &root_cred, member->name, member->name_len, flags);
    }
    if (result)
        return result;
    if (at.node && directory && node_is(at.node, MODE_DIR)) {
        set_attributes(at.node, member);
        return 0;
    }
    if (!at.parent)
        return -ERR_INVAL;
    if (at.node) {
        result = remove_old(fs, &at);
        if (result)
            return result;
    }
    return add_node(archive, &at, member);
}

int ramfs_load(struct ramfs *fs, const void *data, size_t len, handle_t image)
{
    struct archive archive = {.fs = fs, .start = data, .len = len};
    int result = 0;
    fs->image = image;
    while (result == 0) {
        struct member member;
        while (archive.at < len && archive.start[archive.at] == 0)
            archive.at++; /* Padding between archives and at the end. */
        if (archive.at >= len)
            break;
        result = next_member(&archive, &member);
        if (result)
            break;
        if (member.name_len == strlen(TRAILER) &&
            memcmp(member.name, TRAILER, member.name_len) == 0)
            forget_links(&archive);
        else
            result = add_member(&archive, &member);
    }
    forget_links(&archive);
    free(archive.links);
    return result;
}
