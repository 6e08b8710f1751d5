/* strlen.c: the length of a string. */
#include <string.h>
#include "internal/wide.h"

size_t strlen(const char *s)
{
    size_t skip = wide_misalignment(s);
    const char *block = s - skip;
    wide16 zero = wide_fill(0);
    unsigned hits = wide_equal(wide_load_aligned(block), zero) >> skip << skip;
    while (!hits) {
        block += 16;
        hits = wide_equal(wide_load_aligned(block), zero);
    }
    return (size_t)(block + __builtin_ctz(hits) - s);
}
