/* vfscanf.c: scanf from a stream. */
#include "internal/scan.h"
#include "internal/stdio.h"

struct file_source {
    struct scan_source source;
    FILE *f;
};

static int get(struct scan_source *in)
{
    return file_getc(((struct file_source *)in)->f);
}

int vfscanf(FILE *restrict f, const char *restrict fmt, va_list ap)
{
    struct file_source in = {{.get = get}, f};
    FLOCK(f);
    int n = __scan(&in.source, fmt, ap);
    if (in.source.have_next && in.source.next != EOF)
        __file_unget(f, in.source.next);
    FUNLOCK(f);
    return n;
}

int fscanf(FILE *restrict f, const char *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vfscanf(f, fmt, ap);
    va_end(ap);
    return n;
}
