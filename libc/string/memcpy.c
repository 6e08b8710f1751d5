/* memcpy.c: copy forward between objects that do not overlap. */
#include <string.h>
#include "internal/wide.h"

void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
    unsigned char *d = dst;
    const unsigned char *s = src;
    if (n <= 16) {
        wide_copy_small(d, s, n);
        return dst;
    }
    if (n >= WIDE_REP_MIN) {
        wide_rep_movsb(d, s, n);
        return dst;
    }
    /* The last 16 bytes are read first and written last, so the loop need not end exactly. */
    wide16 last = wide_load(s + n - 16);
    for (size_t i = 0; i < n - 16; i += 16)
        wide_store(d + i, wide_load(s + i));
    wide_store(d + n - 16, last);
    return dst;
}

void *mempcpy(void *restrict dst, const void *restrict src, size_t n)
{
    return (char *)memcpy(dst, src, n) + n;
}
