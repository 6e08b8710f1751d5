/* memmove.c: copy between objects that may overlap. */
#include <string.h>
#include "internal/wide.h"

static void copy_forward(unsigned char *d, const unsigned char *s, size_t n)
{
    wide16 last = wide_load(s + n - 16);
    for (size_t i = 0; i < n - 16; i += 16)
        wide_store(d + i, wide_load(s + i));
    wide_store(d + n - 16, last);
}

static void copy_backward(unsigned char *d, const unsigned char *s, size_t n)
{
    wide16 first = wide_load(s);
    for (size_t i = n; i > 16; i -= 16)
        wide_store(d + i - 16, wide_load(s + i - 16));
    wide_store(d, first);
}

void *memmove(void *dst, const void *src, size_t n)
{
    unsigned char *d = dst;
    const unsigned char *s = src;
    if (n <= 16)
        wide_copy_small(d, s, n);
    else if ((uintptr_t)d - (uintptr_t)s >= n + 16) /* no overlap, or d well before s */
        n >= WIDE_REP_MIN ? wide_rep_movsb(d, s, n) : copy_forward(d, s, n);
    else
        d < s ? copy_forward(d, s, n) : copy_backward(d, s, n);
    return dst;
}
