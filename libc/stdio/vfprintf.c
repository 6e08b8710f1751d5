/* vfprintf.c: formatted text to a stream. */
#include "internal/format.h"
#include "internal/stdio.h"

struct file_sink {
    struct format_sink sink;
    FILE *f;
    bool failed;
};

static void put(struct format_sink *sink, const char *s, size_t n)
{
    struct file_sink *out = (struct file_sink *)sink;
    if (!out->failed)
        out->failed = __file_write(out->f, s, n) != n;
}

static int format_buffered(FILE *f, const char *fmt, va_list ap, bool wide)
{
    struct file_sink out = {{.put = put, .wide = wide}, f, false};
    int n = __format(&out.sink, fmt, ap);
    return out.failed ? -1 : n;
}

/* An unbuffered stream gets a buffer for as long as the call lasts, or each piece would be a write of its own. */
static int format_unbuffered(FILE *f, const char *fmt, va_list ap, bool wide)
{
    unsigned char buf[512];
    unsigned char *old = f->buf;
    f->wpos = f->wend = NULL;
    f->buf = buf;
    f->size = sizeof buf;
    int n = format_buffered(f, fmt, ap, wide);
    if (__file_flush(f) != 0)
        n = -1;
    f->buf = old;
    f->size = 0;
    f->wpos = f->wend = NULL;
    return n;
}

int __file_format(FILE *f, const char *fmt, va_list ap, bool wide)
{
    if (!__file_to_write(f))
        return -1;
    return f->size ? format_buffered(f, fmt, ap, wide) : format_unbuffered(f, fmt, ap, wide);
}

int vfprintf(FILE *restrict f, const char *restrict fmt, va_list ap)
{
    FLOCK(f);
    int n = __file_format(f, fmt, ap, false);
    FUNLOCK(f);
    return n;
}

int fprintf(FILE *restrict f, const char *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vfprintf(f, fmt, ap);
    va_end(ap);
    return n;
}
