/*
 * path.c: walking a path to a node.
 *
 * What is still to be walked is always the end of walk.buffer. A symbolic link's target is copied in front of it, over
 * what has been walked already.
 */
#include <string.h>

#include "servers/ramfs/ramfs.h"

#define LINKS_MAX  40u
#define SCHEME_DIR "/scheme/"

bool may(const struct cred *cred, const struct node *node, unsigned want)
{
    return server_may_access(cred, node->mode, node->uid, node->gid, want);
}

static bool is_scheme_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* "name:..." or "/scheme/...". What begins with a name that is in the link's folder is a path there. */
static bool leads_out(const struct node *folder, const char *target, size_t len)
{
    if (len >= strlen(SCHEME_DIR) && memcmp(target, SCHEME_DIR, strlen(SCHEME_DIR)) == 0)
        return true;
    size_t i = 0;
    while (i < len && i <= DYAD_SCHEME_NAME_MAX && is_scheme_char(target[i]))
        i++;
    if (i == 0 || i > DYAD_SCHEME_NAME_MAX || i == len || target[i] != ':')
        return false;
    const char *slash = memchr(target, '/', len);
    return !dir_find(&folder->dir, target, slash ? (size_t)(slash - target) : len);
}

/* Puts text in front of the rest of the path. */
static int push_front(struct walk *walk, const char *text, size_t len)
{
    if (len + (size_t)(walk->end - walk->rest) > DYAD_PATH_MAX)
        return -ERR_NAMETOOLONG;
    walk->rest -= len;
    memcpy(walk->rest, text, len);
    return 0;
}

static int redirect(struct walk *walk)
{
    walk->redirect = walk->rest;
    walk->redirect_len = (size_t)(walk->end - walk->rest);
    return -ERR_XDEV;
}

/* Continues with the target of a link; *current moves to the root for an absolute one. */
static int follow(struct ramfs *fs, struct walk *walk, const struct node *link,
                  struct node **current)
{
    if (++walk->links > LINKS_MAX)
        return -ERR_LOOP;
    int result = push_front(walk, link->link.target, link->link.len);
    if (result)
        return result;
    if (leads_out(*current, walk->rest, link->link.len))
        return redirect(walk);
    if (walk->rest[0] == '/')
        *current = fs->root;
    return 0;
}

struct component {
    const char *name;
    size_t len;
    bool last;
    bool slash_after;
};

/* Takes the next component off the rest; the slashes behind it stay there. False: nothing but slashes is left. */
static bool next_component(struct walk *walk, struct component *out)
{
    while (walk->rest < walk->end && *walk->rest == '/')
        walk->rest++;
    if (walk->rest == walk->end)
        return false;
    out->name = walk->rest;
    while (walk->rest < walk->end && *walk->rest != '/')
        walk->rest++;
    out->len = (size_t)(walk->rest - out->name);
    const char *after = walk->rest;
    while (after < walk->end && *after == '/')
        after++;
    out->last = after == walk->end;
    out->slash_after = walk->rest < walk->end;
    return true;
}

static bool is_dot(const struct component *component)
{
    return component->len == 1 && component->name[0] == '.';
}

static bool is_dotdot(const struct component *component)
{
    return component->len == 2 && component->name[0] == '.' && component->name[1] == '.';
}

/* The end of the walk at a directory without a name of its own in the path. */
static int finish_at(struct walk *walk, struct node *node)
{
    walk->node = node;
    walk->parent = NULL;
    walk->name = NULL;
    walk->name_len = 0;
    return 0;
}

static int finish_with(struct walk *walk, struct node *parent, const struct component *component,
                       struct node *node)
{
    walk->node = node;
    walk->parent = parent;
    walk->name = component->name;
    walk->name_len = component->len;
    walk->trailing_slash = component->slash_after;
    /* Who makes or removes names has its own errors for a slash behind something that is no directory. */
    if (node && component->slash_after && !node_is(node, MODE_DIR) && !(walk->flags & WALK_PARENT))
        return -ERR_NOTDIR;
    return 0;
}

/* "." and "..": moves *current. */
static int step_dots(struct walk *walk, const struct component *component, struct node **current)
{
    if (is_dotdot(component)) {
        if (!(*current)->parent)
            return -ERR_NOENT; /* A removed directory. */
        *current = (*current)->parent;
    }
    walk->dot = component->last && is_dot(component);
    walk->dotdot = component->last && is_dotdot(component);
    return 0;
}

/* A name in *current: 0 with *done false to go on. */
static int step_name(struct ramfs *fs, struct walk *walk, const struct component *component,
                     struct node **current, bool *done)
{
    if (component->len > DYAD_NAME_MAX)
        return -ERR_NAMETOOLONG;
    if (*current == fs->root && !component->last && component->len == 6 &&
        memcmp(component->name, "scheme", 6) == 0) {
        int result = push_front(walk, "/scheme", 7);
        return result ? result : redirect(walk);
    }
    struct dir_entry *entry = dir_find(&(*current)->dir, component->name, component->len);
    if (!entry) {
        *done = component->last;
        return component->last ? finish_with(walk, *current, component, NULL) : -ERR_NOENT;
    }
    bool follows = !component->last || (walk->flags & WALK_FOLLOW) ||
                   (component->slash_after && !(walk->flags & WALK_PARENT));
    if (node_is(entry->node, MODE_LINK) && follows)
        return follow(fs, walk, entry->node, current);
    if (component->last) {
        *done = true;
        return finish_with(walk, *current, component, entry->node);
    }
    *current = entry->node;
    return 0;
}

int walk(struct ramfs *fs, struct walk *walk, struct node *start, const struct cred *cred,
         const char *path, size_t len, unsigned flags)
{
    struct node *current = start;
    struct component component;
    bool done = false;

    if (len > DYAD_PATH_MAX)
        return -ERR_NAMETOOLONG;
    if (memchr(path, '\0', len))
        return -ERR_INVAL;
    if (len == 0 && !(flags & WALK_EMPTY))
        return -ERR_NOENT;
    walk->cred = cred;
    walk->flags = flags;
    walk->links = 0;
    walk->trailing_slash = walk->dot = walk->dotdot = false;
    walk->redirect_len = 0;
    walk->end = walk->buffer + sizeof(walk->buffer);
    walk->rest = walk->end - len;
    memcpy(walk->rest, path, len);
    if (len && path[0] == '/')
        current = fs->root;

    while (!done) {
        if (!next_component(walk, &component))
            return finish_at(walk, current);
        if (!node_is(current, MODE_DIR))
            return -ERR_NOTDIR;
        if (!may(cred, current, 1))
            return -ERR_ACCES;
        bool dots = is_dot(&component) || is_dotdot(&component);
        int result = dots ? step_dots(walk, &component, &current)
                          : step_name(fs, walk, &component, &current, &done);
        if (result)
            return result;
    }
    return 0;
}
