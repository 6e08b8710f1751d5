/* sscanf.c: scanf from a string. */
#include <stdio.h>
#include "internal/scan.h"

struct string_source {
    struct scan_source source;
    const unsigned char *at;
};

static int get(struct scan_source *in)
{
    struct string_source *s = (struct string_source *)in;
    return *s->at ? *s->at++ : EOF;
}

int vsscanf(const char *restrict s, const char *restrict fmt, va_list ap)
{
    struct string_source in = {{.get = get}, (const unsigned char *)s};
    return __scan(&in.source, fmt, ap);
}

int sscanf(const char *restrict s, const char *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsscanf(s, fmt, ap);
    va_end(ap);
    return n;
}
