/* dprintf.c: formatted text to a descriptor. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "internal/format.h"

struct fd_sink {
    struct format_sink sink;
    int fd;
    bool failed;
    size_t used;
    char buf[256];
};

static void flush(struct fd_sink *out)
{
    for (size_t done = 0; done < out->used && !out->failed;) {
        ssize_t n = write(out->fd, out->buf + done, out->used - done);
        out->failed = n <= 0;
        done += n > 0 ? (size_t)n : 0;
    }
    out->used = 0;
}

static void put(struct format_sink *sink, const char *s, size_t n)
{
    struct fd_sink *out = (struct fd_sink *)sink;
    while (n > 0) {
        size_t room = sizeof out->buf - out->used, take = n < room ? n : room;
        memcpy(out->buf + out->used, s, take);
        out->used += take;
        s += take;
        n -= take;
        if (out->used == sizeof out->buf)
            flush(out);
    }
}

int vdprintf(int fd, const char *restrict fmt, va_list ap)
{
    struct fd_sink out = {.sink = {.put = put}, .fd = fd};
    int n = __format(&out.sink, fmt, ap);
    flush(&out);
    return out.failed ? -1 : n;
}

int dprintf(int fd, const char *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vdprintf(fd, fmt, ap);
    va_end(ap);
    return n;
}
