/*
 * data.c: contents of regular files: private pages in a radix tree over the read-only image, holes for nothing.
 *
 * Invariants: private pages are zero beyond size; base_len <= size.
 */
#include <assert.h>
#include <string.h>

#include "servers/ramfs/object.h"
#include "servers/ramfs/ramfs.h"

#define FANOUT_SHIFT 9u
#define FANOUT       (1u << FANOUT_SHIFT)

static uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t pages_of(uint64_t bytes)
{
    return (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
}

static void *charged_page(struct ramfs *fs)
{
    if (!ramfs_charge(fs, PAGE_SIZE))
        return NULL;
    void *page = page_alloc(&fs->pages);
    if (!page)
        ramfs_uncharge(fs, PAGE_SIZE);
    return page;
}

static void uncharged_free(struct ramfs *fs, void *page)
{
    page_free(&fs->pages, page);
    ramfs_uncharge(fs, PAGE_SIZE);
}

/* ---- The tree -------------------------------------------------------------------------------- */

static bool tree_covers(const struct contents *contents, uint64_t index)
{
    return index >> (FANOUT_SHIFT * contents->height) == 0;
}

static void *tree_find(const struct contents *contents, uint64_t index)
{
    void *at = contents->tree;
    if (!tree_covers(contents, index))
        return NULL;
    for (unsigned level = contents->height; at && level > 0; level--) {
        void **table = at;
        at = table[(index >> (FANOUT_SHIFT * (level - 1))) % FANOUT];
    }
    return at;
}

/* The first private page from `index` on, below *slot, whose first page is `first`; UINT64_MAX: none. */
static uint64_t tree_next(void *at, unsigned level, uint64_t first, uint64_t index)
{
    if (!at)
        return UINT64_MAX;
    if (level == 0)
        return first;
    void **table = at;
    uint64_t span = 1ull << (FANOUT_SHIFT * (level - 1));
    for (uint64_t i = index > first ? (index - first) / span : 0; i < FANOUT; i++) {
        uint64_t found = tree_next(table[i], level - 1, first + i * span, index);
        if (found != UINT64_MAX)
            return found;
    }
    return UINT64_MAX;
}

/* The slot for page `index`, tables made as needed. NULL: no space; tables made so far stay, empty. */
static void **tree_slot(struct ramfs *fs, struct contents *contents, uint64_t index)
{
    while (!tree_covers(contents, index)) {
        if (contents->tree) {
            void **table = charged_page(fs);
            if (!table)
                return NULL;
            table[0] = contents->tree;
            contents->tree = table;
        }
        contents->height++;
    }
    void **slot = &contents->tree;
    for (unsigned level = contents->height; level > 0; level--) {
        if (!*slot)
            *slot = charged_page(fs);
        if (!*slot)
            return NULL;
        void **table = *slot;
        slot = &table[(index >> (FANOUT_SHIFT * (level - 1))) % FANOUT];
    }
    return slot;
}

static void drop_page(struct ramfs *fs, struct contents *contents, void *page, uint64_t index)
{
    uncharged_free(fs, page);
    contents->private_pages--;
    if (index < pages_of(contents->base_len))
        contents->covered_pages--;
}

/* Frees pages from index `cut` on below *slot, whose first page is `first`. Depth is at most 6. */
static void tree_cut(struct ramfs *fs, struct contents *contents, void **slot, unsigned level,
                     uint64_t first, uint64_t cut)
{
    void **table = *slot;
    if (!table)
        return;
    if (level == 0) {
        if (first >= cut) {
            drop_page(fs, contents, *slot, first);
            *slot = NULL;
        }
        return;
    }
    uint64_t span = 1ull << (FANOUT_SHIFT * (level - 1));
    bool empty = true;
    for (unsigned i = 0; i < FANOUT; i++) {
        uint64_t start = first + i * span;
        if (table[i] && start + span > cut)
            tree_cut(fs, contents, &table[i], level - 1, start, cut);
        empty = empty && !table[i];
    }
    if (empty) {
        uncharged_free(fs, table);
        *slot = NULL;
    }
}

/* ---- Pages with what is in them -------------------------------------------------------------- */

/* What an untouched page shows of the image. -> bytes; the rest is zeros. */
static size_t base_part(const struct contents *contents, uint64_t offset, size_t len)
{
    return offset < contents->base_len ? (size_t)min_u64(len, contents->base_len - offset) : 0;
}

/* The private page `index`, made from the image if need be. whole: the caller overwrites all of it. */
static uint8_t *page_for_write(struct ramfs *fs, struct contents *contents, uint64_t index,
                               bool whole)
{
    uint8_t *page = tree_find(contents, index);
    if (page)
        return page;
    page = charged_page(fs);
    if (!page)
        return NULL;
    void **slot = tree_slot(fs, contents, index);
    if (!slot) {
        uncharged_free(fs, page);
        return NULL;
    }
    size_t shown = base_part(contents, index * PAGE_SIZE, PAGE_SIZE);
    if (shown && !whole)
        memcpy(page, contents->base + index * PAGE_SIZE, shown);
    *slot = page;
    contents->private_pages++;
    if (index < pages_of(contents->base_len))
        contents->covered_pages++;
    return page;
}

/* ---- Contents -------------------------------------------------------------------------------- */

void contents_init(struct contents *contents)
{
    *contents = (struct contents){.object = HANDLE_NONE};
}

void contents_drop_layers(struct ramfs *fs, struct contents *contents)
{
    tree_cut(fs, contents, &contents->tree, contents->height, 0, 0);
    assert(!contents->tree && !contents->private_pages);
    contents->height = 0;
    contents->base = NULL;
    contents->base_len = 0;
}

void contents_free(struct ramfs *fs, struct contents *contents)
{
    contents_drop_layers(fs, contents);
    if (contents->object != HANDLE_NONE)
        object_free(fs, contents);
}

uint64_t contents_pages(const struct contents *contents)
{
    if (contents->object != HANDLE_NONE)
        return contents->object_size / PAGE_SIZE;
    return contents->private_pages + pages_of(contents->base_len) - contents->covered_pages;
}

const void *contents_peek(const struct contents *contents, uint64_t offset, size_t *len)
{
    uint64_t index = offset / PAGE_SIZE;
    if (contents->object != HANDLE_NONE || offset >= contents->size)
        return NULL;
    const uint8_t *page = tree_find(contents, index);
    if (page) {
        *len =
            (size_t)min_u64(*len, min_u64(PAGE_SIZE - offset % PAGE_SIZE, contents->size - offset));
        return page + offset % PAGE_SIZE;
    }
    size_t shown = base_part(contents, offset, *len);
    if (!shown)
        return NULL;
    if (contents->covered_pages) {
        uint64_t last = (offset + shown - 1) / PAGE_SIZE, clean = index;
        while (clean < last && !tree_find(contents, clean + 1))
            clean++;
        shown = (size_t)min_u64(shown, (clean + 1) * PAGE_SIZE - offset);
    }
    *len = shown;
    return contents->base + offset;
}

int64_t contents_read(struct ramfs *fs, const struct contents *contents, void *buffer,
                      uint64_t offset, size_t len)
{
    if (offset >= contents->size)
        return 0;
    len = (size_t)min_u64(len, contents->size - offset);
    if (contents->object != HANDLE_NONE)
        return object_read(fs, contents, buffer, offset, len);
    for (size_t done = 0; done < len;) {
        uint64_t at = offset + done;
        size_t part = (size_t)min_u64(len - done, PAGE_SIZE - at % PAGE_SIZE);
        const uint8_t *page = tree_find(contents, at / PAGE_SIZE);
        uint8_t *to = (uint8_t *)buffer + done;
        size_t shown = page ? part : base_part(contents, at, part);
        if (shown)
            memcpy(to, page ? page + at % PAGE_SIZE : contents->base + at, shown);
        memset(to + shown, 0, part - shown);
        done += part;
    }
    return (int64_t)len;
}

int64_t contents_write(struct ramfs *fs, struct contents *contents, const void *data,
                       uint64_t offset, size_t len)
{
    if (offset > FILE_SIZE_MAX || len > FILE_SIZE_MAX - offset)
        return -ERR_FBIG;
    if (contents->object != HANDLE_NONE)
        return object_write(fs, contents, data, offset, len);
    size_t done = 0;
    while (done < len) {
        uint64_t at = offset + done;
        size_t part = (size_t)min_u64(len - done, PAGE_SIZE - at % PAGE_SIZE);
        uint8_t *page = page_for_write(fs, contents, at / PAGE_SIZE, part == PAGE_SIZE);
        if (!page)
            break;
        memcpy(page + at % PAGE_SIZE, (const uint8_t *)data + done, part);
        done += part;
    }
    if (done && offset + done > contents->size)
        contents->size = offset + done;
    return done || !len ? (int64_t)done : -ERR_NOSPC;
}

int contents_truncate(struct ramfs *fs, struct contents *contents, uint64_t size)
{
    if (size > FILE_SIZE_MAX)
        return -ERR_FBIG;
    if (contents->object != HANDLE_NONE)
        return object_truncate(fs, contents, size);
    if (size < contents->size) {
        tree_cut(fs, contents, &contents->tree, contents->height, 0, pages_of(size));
        if (!contents->tree)
            contents->height = 0;
        uint8_t *last = size % PAGE_SIZE ? tree_find(contents, size / PAGE_SIZE) : NULL;
        if (last)
            memset(last + size % PAGE_SIZE, 0, PAGE_SIZE - size % PAGE_SIZE);
        contents->base_len = min_u64(contents->base_len, size);
    }
    contents->size = size;
    return 0;
}

/* ---- Holes ----------------------------------------------------------------------------------- */

static bool is_data(const struct contents *contents, uint64_t index)
{
    return index < pages_of(contents->base_len) || tree_find(contents, index);
}

/* The first page from `index` on that is no hole; UINT64_MAX: none. */
static uint64_t next_data(const struct contents *contents, uint64_t index)
{
    if (index < pages_of(contents->base_len))
        return index;
    return tree_covers(contents, index) ? tree_next(contents->tree, contents->height, 0, index)
                                        : UINT64_MAX;
}

int64_t contents_seek(const struct contents *contents, uint64_t offset, bool hole)
{
    if (offset >= contents->size)
        return -ERR_NXIO;
    if (contents->object != HANDLE_NONE)
        return (int64_t)(hole ? contents->size : offset);
    uint64_t index = offset / PAGE_SIZE;
    if (hole) {
        while (is_data(contents, index))
            index++;
    } else {
        index = next_data(contents, index);
        if (index > (contents->size - 1) / PAGE_SIZE)
            return -ERR_NXIO;
    }
    uint64_t found = index * PAGE_SIZE > offset ? index * PAGE_SIZE : offset;
    return (int64_t)min_u64(found, contents->size);
}
