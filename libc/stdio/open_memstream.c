/* open_memstream.c: a stream that gathers what is written in memory that grows. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "internal/stdio.h"

struct memstream {
    char **out;
    size_t *out_size;
    char *bytes;
    size_t capacity, length, at;
};

static bool reserve(struct memstream *m, size_t need)
{
    if (need < m->capacity)
        return true;
    size_t want = m->capacity * 2 > need ? m->capacity * 2 : need + 1;
    char *grown = realloc(m->bytes, want);
    if (!grown)
        return false;
    memset(grown + m->capacity, 0,
           want - m->capacity); /* also what a seek past the end leaves out */
    m->bytes = grown;
    m->capacity = want;
    return true;
}

static void publish(struct memstream *m)
{
    *m->out = m->bytes;
    *m->out_size = m->at < m->length ? m->at : m->length;
}

static ssize_t memstream_write(FILE *f, const void *buf, size_t n)
{
    struct memstream *m = f->cookie;
    if (n > SIZE_MAX / 4 || !reserve(m, m->at + n)) {
        errno = ENOMEM;
        return -1;
    }
    memcpy(m->bytes + m->at, buf, n);
    m->at += n;
    if (m->at > m->length) {
        m->length = m->at;
        m->bytes[m->length] = 0;
    }
    publish(m);
    return (ssize_t)n;
}

static off_t memstream_seek(FILE *f, off_t offset, int whence)
{
    struct memstream *m = f->cookie;
    off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)m->at : (off_t)m->length;
    if (offset < -base || offset > INT64_MAX / 4 - base) {
        errno = EINVAL;
        return -1;
    }
    m->at = (size_t)(base + offset);
    publish(m);
    return base + offset;
}

static int memstream_close(FILE *f)
{
    free(f->cookie);
    return 0;
}

static const struct file_ops memstream_ops = {NULL, memstream_write, memstream_seek,
                                              memstream_close};

FILE *open_memstream(char **buf, size_t *size)
{
    struct memstream *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->out = buf;
    m->out_size = size;
    FILE *f = reserve(m, 0) ? __file_new(FILE_WRITE, -1, &memstream_ops, m) : NULL;
    if (!f) {
        free(m->bytes);
        free(m);
        return NULL;
    }
    publish(m);
    return f;
}
