/* memset.c: fill memory. */
#include <string.h>
#include "internal/wide.h"

static void fill_small(unsigned char *p, int c, size_t n)
{
    uint64_t v = 0x0101010101010101u * (unsigned char)c;
    if (n >= 8) {
        ((struct wide_u64 *)p)->v = v;
        ((struct wide_u64 *)(p + n - 8))->v = v;
    } else if (n >= 4) {
        ((struct wide_u32 *)p)->v = (uint32_t)v;
        ((struct wide_u32 *)(p + n - 4))->v = (uint32_t)v;
    } else {
        for (size_t i = 0; i < n; i++)
            p[i] = (unsigned char)c;
    }
}

void *memset(void *dst, int c, size_t n)
{
    unsigned char *p = dst;
    if (n < 16) {
        fill_small(p, c, n);
    } else if (n >= WIDE_REP_MIN) {
        wide_rep_stosb(p, c, n);
    } else {
        wide16 v = wide_fill(c);
        for (size_t i = 0; i < n - 16; i += 16)
            wide_store(p + i, v);
        wide_store(p + n - 16, v);
    }
    return dst;
}
