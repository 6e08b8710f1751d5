/* strchr.c: the first place of a character in a string. */
#include <string.h>
#include <strings.h>
#include "internal/libc.h"
#include "internal/wide.h"

char *strchrnul(const char *s, int c)
{
    size_t skip = wide_misalignment(s);
    const char *block = s - skip;
    wide16 zero = wide_fill(0), want = wide_fill(c), v = wide_load_aligned(block);
    unsigned hits = (wide_equal(v, zero) | wide_equal(v, want)) >> skip << skip;
    while (!hits) {
        block += 16;
        v = wide_load_aligned(block);
        hits = wide_equal(v, zero) | wide_equal(v, want);
    }
    return (char *)block + __builtin_ctz(hits);
}

char *strchr(const char *s, int c)
{
    char *p = strchrnul(s, c);
    return *p == (char)c ? p : NULL;
}

LIBC_ALIAS(strchr, index);

void *rawmemchr(const void *p, int c)
{
    return memchr(p, c, SIZE_MAX);
}
