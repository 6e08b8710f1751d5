/*
 * object.c: mapped files. The memory object is the file's only store, so every mapping, read and write agree.
 *
 * The object is reached by system calls and not mapped here: when memory is short they return an error, whereas a touch
 * of a mapping would fault. Bytes of the last page beyond the file's size may have been changed through a mapping; they
 * are zeroed when the file grows over them.
 */
#include "servers/ramfs/object.h"

#include <string.h>

static uint64_t round_up(uint64_t bytes)
{
    return (bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

static int64_t platform_write(struct ramfs *fs, handle_t object, const void *data, uint64_t offset,
                              size_t len)
{
    const struct ramfs_platform *platform = fs->platform;
    size_t done = 0;
    while (done < len) {
        int64_t result = platform->object_write(
            platform->context, object, (const char *)data + done, len - done, offset + done);
        if (result <= 0)
            return done ? (int64_t)done : result ? result : -ERR_NOSPC;
        done += (size_t)result;
    }
    return (int64_t)done;
}

int64_t object_read(struct ramfs *fs, const struct contents *contents, void *buffer,
                    uint64_t offset, size_t len)
{
    const struct ramfs_platform *platform = fs->platform;
    size_t done = 0;
    while (done < len) {
        int64_t result = platform->object_read(platform->context, contents->object,
                                               (char *)buffer + done, len - done, offset + done);
        if (result <= 0)
            return done ? (int64_t)done : result ? result : -ERR_IO;
        done += (size_t)result;
    }
    return (int64_t)done;
}

/* Makes the object `size` bytes, rounded up to pages. */
static int resize(struct ramfs *fs, struct contents *contents, uint64_t size)
{
    const struct ramfs_platform *platform = fs->platform;
    uint64_t wanted = round_up(size);
    if (wanted == contents->object_size)
        return 0;
    if (wanted > contents->object_size && !ramfs_charge(fs, wanted - contents->object_size))
        return -ERR_NOSPC;
    int64_t result = platform->object_resize(platform->context, contents->object, wanted);
    if (result < 0) {
        if (wanted > contents->object_size)
            ramfs_uncharge(fs, wanted - contents->object_size);
        return (int)result;
    }
    if (wanted < contents->object_size)
        ramfs_uncharge(fs, contents->object_size - wanted);
    contents->object_size = wanted;
    return 0;
}

/* Room up to `end`, and zeros between the old size and `start`, where the caller writes. */
static int grow(struct ramfs *fs, struct contents *contents, uint64_t start, uint64_t end)
{
    static const char zeros[PAGE_SIZE];
    int result = end > contents->object_size ? resize(fs, contents, end) : 0;
    if (result || start <= contents->size)
        return result;
    uint64_t tail_end = round_up(contents->size);
    if (tail_end > start)
        tail_end = start;
    int64_t zeroed = platform_write(fs, contents->object, zeros, contents->size,
                                    (size_t)(tail_end - contents->size));
    return zeroed < 0 ? (int)zeroed : 0;
}

int object_clear_tail(struct ramfs *fs, const struct contents *contents)
{
    static const char zeros[PAGE_SIZE];
    uint64_t end = round_up(contents->size);
    if (end == contents->size || end > contents->object_size)
        return 0;
    int64_t zeroed =
        platform_write(fs, contents->object, zeros, contents->size, (size_t)(end - contents->size));
    return zeroed < 0 ? (int)zeroed : 0;
}

int64_t object_write(struct ramfs *fs, struct contents *contents, const void *data, uint64_t offset,
                     size_t len)
{
    if (len == 0)
        return 0;
    int result = grow(fs, contents, offset, offset + len);
    if (result)
        return result;
    int64_t written = platform_write(fs, contents->object, data, offset, len);
    if (written > 0 && offset + (uint64_t)written > contents->size)
        contents->size = offset + (uint64_t)written;
    return written;
}

int object_truncate(struct ramfs *fs, struct contents *contents, uint64_t size)
{
    int result = size > contents->size ? grow(fs, contents, size, size)
                                       : resize(fs, contents, size ? size : PAGE_SIZE);
    if (result == 0)
        contents->size = size;
    return result;
}

void object_free(struct ramfs *fs, struct contents *contents)
{
    fs->platform->object_close(fs->platform->context, contents->object);
    ramfs_uncharge(fs, contents->object_size);
    contents->object = HANDLE_NONE;
    contents->object_size = 0;
}

/* Copies all that is not a hole. */
static int fill(struct ramfs *fs, const struct contents *contents, handle_t object)
{
    for (uint64_t offset = 0; offset < contents->size;) {
        size_t len = DYAD_COPY_MAX;
        const void *data = contents_peek(contents, offset, &len);
        if (!data) {
            offset = (offset / PAGE_SIZE + 1) * PAGE_SIZE;
            continue;
        }
        int64_t written = platform_write(fs, object, data, offset, len);
        if (written < 0)
            return (int)written;
        offset += (uint64_t)written;
    }
    return 0;
}

int contents_to_object(struct ramfs *fs, struct contents *contents)
{
    const struct ramfs_platform *platform = fs->platform;
    uint64_t size = contents->size ? round_up(contents->size) : PAGE_SIZE;
    if (contents->object != HANDLE_NONE)
        return 0;
    if (!ramfs_charge(fs, size))
        return -ERR_NOSPC;
    int64_t object = platform->object_create(platform->context, size);
    int result = object < 0 ? (int)object : fill(fs, contents, (handle_t)object);
    if (result) {
        if (object >= 0)
            platform->object_close(platform->context, (handle_t)object);
        ramfs_uncharge(fs, size);
        return result;
    }
    contents_drop_layers(fs, contents);
    contents->object = (handle_t)object;
    contents->object_size = size;
    return 0;
}
