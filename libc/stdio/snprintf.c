/* snprintf.c: formatted text into memory. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "internal/format.h"

struct memory_sink {
    struct format_sink sink;
    char *at;
    size_t room; /* the final zero excluded */
};

static void put(struct format_sink *sink, const char *s, size_t n)
{
    struct memory_sink *out = (struct memory_sink *)sink;
    if (n > out->room)
        n = out->room;
    memcpy(out->at, s, n);
    out->at += n;
    out->room -= n;
}

int vsnprintf(char *restrict s, size_t size, const char *restrict fmt, va_list ap)
{
    char none[1];
    struct memory_sink out = {{.put = put}, size ? s : none, size ? size - 1 : 0};
    int n = __format(&out.sink, fmt, ap);
    *out.at = 0;
    return n;
}

int snprintf(char *restrict s, size_t size, const char *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(s, size, fmt, ap);
    va_end(ap);
    return n;
}

int vsprintf(char *restrict s, const char *restrict fmt, va_list ap)
{
    return vsnprintf(s, INT_MAX, fmt, ap);
}

int sprintf(char *restrict s, const char *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsprintf(s, fmt, ap);
    va_end(ap);
    return n;
}
