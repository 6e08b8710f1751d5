/*
 * dir.c: directories: a hash table for names, and an array by cookie for reading in a stable order.
 *
 * Cookies only grow, so a new entry goes to the array's end and the array stays sorted. A removed entry leaves a gap;
 * gaps go when they outnumber the entries.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "servers/ramfs/ramfs.h"

static uint32_t name_hash(const char *name, size_t len)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (uint8_t)name[i]) * 16777619u;
    return hash;
}

static uint64_t entry_charge(size_t name_len)
{
    return sizeof(struct dir_entry) + name_len + 32;
}

static struct dir_entry **bucket_of(const struct directory *dir, uint32_t hash)
{
    return &dir->buckets[hash & (dir->bucket_count - 1)];
}

struct dir_entry *dir_find(const struct directory *dir, const char *name, size_t len)
{
    if (!dir->bucket_count)
        return NULL;
    uint32_t hash = name_hash(name, len);
    for (struct dir_entry *entry = *bucket_of(dir, hash); entry; entry = entry->hash_next) {
        if (entry->hash == hash && entry->name_len == len && memcmp(entry->name, name, len) == 0)
            return entry;
    }
    return NULL;
}

static int buckets_grow(struct directory *dir)
{
    size_t count = dir->bucket_count ? dir->bucket_count * 2 : 8;
    struct dir_entry **buckets = calloc(count, sizeof(struct dir_entry *));
    if (!buckets)
        return -ERR_NOMEM;
    struct directory grown = {.buckets = buckets, .bucket_count = count};
    for (size_t i = 0; i < dir->bucket_count; i++) {
        struct dir_entry *entry = dir->buckets[i];
        while (entry) {
            struct dir_entry *next = entry->hash_next;
            struct dir_entry **bucket = bucket_of(&grown, entry->hash);
            entry->hash_next = *bucket;
            *bucket = entry;
            entry = next;
        }
    }
    free(dir->buckets);
    dir->buckets = buckets;
    dir->bucket_count = count;
    return 0;
}

static void order_compact(struct directory *dir)
{
    size_t live = 0;
    for (size_t i = 0; i < dir->order_len; i++) {
        if (dir->order[i].entry)
            dir->order[live++] = dir->order[i];
    }
    dir->order_len = live;
}

static int order_reserve(struct directory *dir)
{
    if (dir->order_len < dir->order_room)
        return 0;
    if (dir->count < dir->order_len) {
        order_compact(dir);
        return 0;
    }
    size_t room = dir->order_room ? dir->order_room * 2 : 8;
    void *order = realloc(dir->order, room * sizeof(dir->order[0]));
    if (!order)
        return -ERR_NOMEM;
    dir->order = order;
    dir->order_room = room;
    return 0;
}

int dir_prepare(struct ramfs *fs, struct directory *dir, const char *name, size_t len,
                struct dir_entry **out)
{
    if (order_reserve(dir))
        return -ERR_NOMEM;
    /* A table that cannot grow is slower, but only an empty one is an obstacle. */
    if (dir->count >= dir->bucket_count && buckets_grow(dir) && dir->bucket_count == 0)
        return -ERR_NOMEM;
    if (!ramfs_charge(fs, entry_charge(len)))
        return -ERR_NOSPC;
    struct dir_entry *entry = malloc(sizeof(*entry) + len);
    if (!entry) {
        ramfs_uncharge(fs, entry_charge(len));
        return -ERR_NOMEM;
    }
    *entry = (struct dir_entry){.hash = name_hash(name, len), .name_len = (uint16_t)len};
    memcpy(entry->name, name, len);
    *out = entry;
    return 0;
}

void dir_abandon(struct ramfs *fs, struct dir_entry *entry)
{
    ramfs_uncharge(fs, entry_charge(entry->name_len));
    free(entry);
}

void dir_commit(struct ramfs *fs, struct node *dir_node, struct dir_entry *entry, struct node *node)
{
    struct directory *dir = &dir_node->dir;
    struct dir_entry **bucket = bucket_of(dir, entry->hash);
    assert(dir->order_len < dir->order_room);
    entry->node = node;
    entry->cookie = dir->next_cookie++;
    entry->hash_next = *bucket;
    *bucket = entry;
    dir->order[dir->order_len].cookie = entry->cookie;
    dir->order[dir->order_len].entry = entry;
    dir->order_len++;
    dir->count++;

    node->nlink++;
    node->parent = dir_node;
    node->name = entry;
    if (node_is(node, MODE_DIR)) {
        node->nlink++;     /* its own "." */
        dir_node->nlink++; /* its ".." */
    }
    node_touch(fs, dir_node, TOUCH_MTIME | TOUCH_CTIME);
}

/* The index of the first element with a cookie above `after`. */
static size_t order_search(const struct directory *dir, uint64_t after)
{
    size_t low = 0, high = dir->order_len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dir->order[middle].cookie > after)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct dir_entry *dir_next(const struct directory *dir, uint64_t after)
{
    for (size_t i = order_search(dir, after); i < dir->order_len; i++) {
        if (dir->order[i].entry)
            return dir->order[i].entry;
    }
    return NULL;
}

void dir_remove(struct ramfs *fs, struct node *dir_node, struct dir_entry *entry)
{
    struct directory *dir = &dir_node->dir;
    struct dir_entry **link = bucket_of(dir, entry->hash);
    while (*link != entry)
        link = &(*link)->hash_next;
    *link = entry->hash_next;

    size_t index = order_search(dir, entry->cookie - 1);
    assert(dir->order[index].entry == entry);
    dir->order[index].entry = NULL;
    dir->count--;
    if (dir->order_len > 16 && dir->count < dir->order_len / 2)
        order_compact(dir);
    if (entry->node->name == entry) {
        entry->node->name = NULL;
        entry->node->parent = NULL;
    }
    dir_abandon(fs, entry);
    node_touch(fs, dir_node, TOUCH_MTIME | TOUCH_CTIME);
}

void dir_free(struct ramfs *fs, struct directory *dir)
{
    for (size_t i = 0; i < dir->order_len; i++) {
        if (dir->order[i].entry)
            dir_abandon(fs, dir->order[i].entry);
    }
    free(dir->buckets);
    free(dir->order);
}
