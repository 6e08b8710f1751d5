/* fopencookie.c: streams on functions of the caller's. */
#include <errno.h>
#include <stdlib.h>
#include "internal/stdio.h"

struct cookie {
    void *arg;
    cookie_io_functions_t fn;
};

/* A function that claims more than it was asked for is not believed. */
static ssize_t at_most(ssize_t result, size_t n)
{
    return result > (ssize_t)n ? (ssize_t)n : result;
}

static ssize_t cookie_read(FILE *f, void *buf, size_t n)
{
    struct cookie *c = f->cookie;
    return c->fn.read ? at_most(c->fn.read(c->arg, buf, n), n) : 0;
}

static ssize_t cookie_write(FILE *f, const void *buf, size_t n)
{
    struct cookie *c = f->cookie;
    return c->fn.write ? at_most(c->fn.write(c->arg, buf, n), n) : (ssize_t)n;
}

static off_t cookie_seek(FILE *f, off_t offset, int whence)
{
    struct cookie *c = f->cookie;
    if (!c->fn.seek) {
        errno = ENOTSUP;
        return -1;
    }
    return c->fn.seek(c->arg, &offset, whence) < 0 ? -1 : offset;
}

static int cookie_close(FILE *f)
{
    struct cookie *c = f->cookie;
    int result = c->fn.close ? c->fn.close(c->arg) : 0;
    free(c);
    return result;
}

static const struct file_ops cookie_ops = {cookie_read, cookie_write, cookie_seek, cookie_close};

FILE *fopencookie(void *arg, const char *mode, cookie_io_functions_t fn)
{
    unsigned flags;
    int unused;
    if (!__file_parse_mode(mode, &flags, &unused))
        return NULL;
    struct cookie *c = malloc(sizeof *c);
    if (!c)
        return NULL;
    *c = (struct cookie){arg, fn};
    FILE *f = __file_new(flags, -1, &cookie_ops, c);
    if (!f)
        free(c);
    return f;
}
