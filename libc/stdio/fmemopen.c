/* fmemopen.c: streams on a block of memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "internal/stdio.h"

struct block {
    char *bytes;
    size_t capacity, length, at;
    bool append, owned;
};

static ssize_t block_read(FILE *f, void *buf, size_t n)
{
    struct block *b = f->cookie;
    size_t left = b->at < b->length ? b->length - b->at : 0;
    if (n > left)
        n = left;
    memcpy(buf, b->bytes + b->at, n);
    b->at += n;
    return (ssize_t)n;
}

static ssize_t block_write(FILE *f, const void *buf, size_t n)
{
    struct block *b = f->cookie;
    if (b->append)
        b->at = b->length;
    size_t room = b->capacity - b->at;
    if (room == 0) {
        errno = ENOSPC;
        return -1;
    }
    if (n > room)
        n = room;
    memcpy(b->bytes + b->at, buf, n);
    b->at += n;
    if (b->at > b->length) {
        b->length = b->at;
        if (b->length < b->capacity)
            b->bytes[b->length] = 0;
    }
    return (ssize_t)n;
}

static off_t block_seek(FILE *f, off_t offset, int whence)
{
    struct block *b = f->cookie;
    off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)b->at : (off_t)b->length;
    if (offset < -base || offset > (off_t)b->capacity - base) {
        errno = EINVAL;
        return -1;
    }
    b->at = (size_t)(base + offset);
    return base + offset;
}

static int block_close(FILE *f)
{
    struct block *b = f->cookie;
    if (b->owned)
        free(b->bytes);
    free(b);
    return 0;
}

static const struct file_ops block_ops = {block_read, block_write, block_seek, block_close};

FILE *fmemopen(void *restrict buf, size_t size, const char *restrict mode)
{
    unsigned flags;
    int unused;
    if (!__file_parse_mode(mode, &flags, &unused))
        return NULL;
    struct block *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->owned = buf == NULL;
    b->bytes = buf ? buf : calloc(1, size ? size : 1);
    b->capacity = size;
    b->append = mode[0] == 'a';
    if (mode[0] == 'r')
        b->length = buf ? size : 0;
    else if (mode[0] == 'a')
        b->length = b->bytes ? strnlen(b->bytes, size) : 0;
    else if (b->bytes && size)
        b->bytes[0] = 0;
    b->at = b->append ? b->length : 0;
    FILE *f = b->bytes ? __file_new(flags, -1, &block_ops, b) : NULL;
    if (!f) {
        if (b->owned)
            free(b->bytes);
        free(b);
    }
    return f;
}
