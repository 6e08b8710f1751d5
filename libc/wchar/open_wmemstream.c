/* open_wmemstream.c: a stream that gathers wide text in memory that grows. What is written to it is UTF-8, decoded here. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "internal/locale.h"
#include "internal/stdio.h"

struct wmemstream {
    wchar_t **out;
    size_t *out_size;
    wchar_t *text;
    size_t capacity, length, at; /* in characters */
    mbstate_t state;
};

static bool reserve(struct wmemstream *m, size_t need)
{
    if (need < m->capacity)
        return true;
    size_t want = m->capacity * 2 > need ? m->capacity * 2 : need + 1;
    wchar_t *grown = want < SIZE_MAX / 8 ? realloc(m->text, want * sizeof *grown) : NULL;
    if (!grown)
        return false;
    wmemset(grown + m->capacity, 0, want - m->capacity);
    m->text = grown;
    m->capacity = want;
    return true;
}

static void publish(struct wmemstream *m)
{
    *m->out = m->text;
    *m->out_size = m->at < m->length ? m->at : m->length;
}

static ssize_t wmemstream_write(FILE *f, const void *buf, size_t n)
{
    struct wmemstream *m = f->cookie;
    const char *bytes = buf;
    for (size_t i = 0; i < n; i++) {
        wchar_t wc;
        size_t part = __utf8_decode(&wc, bytes + i, 1, &m->state);
        if (part == (size_t)-2)
            continue;
        if (part == (size_t)-1 || !reserve(m, m->at + 1)) {
            errno = part == (size_t)-1 ? EILSEQ : ENOMEM;
            return -1;
        }
        m->text[m->at++] = wc;
        if (m->at > m->length) {
            m->length = m->at;
            m->text[m->length] = 0;
        }
    }
    publish(m);
    return (ssize_t)n;
}

static off_t wmemstream_seek(FILE *f, off_t offset, int whence)
{
    struct wmemstream *m = f->cookie;
    off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)m->at : (off_t)m->length;
    if (offset < -base || offset > INT64_MAX / 16 - base || !reserve(m, (size_t)(base + offset))) {
        errno = EINVAL;
        return -1;
    }
    m->at = (size_t)(base + offset);
    m->state = (mbstate_t){0};
    publish(m);
    return base + offset;
}

static int wmemstream_close(FILE *f)
{
    free(f->cookie);
    return 0;
}

static const struct file_ops wmemstream_ops = {NULL, wmemstream_write, wmemstream_seek,
                                               wmemstream_close};

FILE *open_wmemstream(wchar_t **buf, size_t *size)
{
    struct wmemstream *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->out = buf;
    m->out_size = size;
    FILE *f = reserve(m, 0) ? __file_new(FILE_WRITE, -1, &wmemstream_ops, m) : NULL;
    if (!f) {
        free(m->text);
        free(m);
        return NULL;
    }
    __file_orient(f, 1);
    publish(m);
    return f;
}
