/* memcmp.c: order of two objects of the same length. */
#include <string.h>
#include <strings.h>
#include "internal/wide.h"

int memcmp(const void *pa, const void *pb, size_t n)
{
    const unsigned char *a = pa, *b = pb;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        unsigned equal = wide_equal(wide_load(a + i), wide_load(b + i));
        if (equal != 0xffff) {
            i += (size_t)__builtin_ctz(~equal);
            return a[i] - b[i];
        }
    }
    for (; i < n; i++)
        if (a[i] != b[i])
            return a[i] - b[i];
    return 0;
}

int bcmp(const void *a, const void *b, size_t n)
{
    return memcmp(a, b, n);
}
