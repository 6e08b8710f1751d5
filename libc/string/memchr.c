/* memchr.c: the first place of a byte. */
#include <string.h>
#include "internal/wide.h"

void *memchr(const void *p, int c, size_t n)
{
    if (n == 0)
        return NULL;
    size_t skip = wide_misalignment(p);
    const unsigned char *start = p, *block = start - skip;
    wide16 want = wide_fill(c);
    unsigned hits = wide_equal(wide_load_aligned(block), want) >> skip << skip;
    /* Distances rather than an end pointer: n may be SIZE_MAX. */
    for (size_t left = n + skip < n ? SIZE_MAX : n + skip;;) {
        if (hits) {
            size_t at = (size_t)__builtin_ctz(hits);
            return at < left ? (void *)(block + at) : NULL;
        }
        if (left <= 16)
            return NULL;
        left -= 16;
        block += 16;
        hits = wide_equal(wide_load_aligned(block), want);
    }
}
