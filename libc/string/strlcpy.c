/* strlcpy.c: copies and joins that always end and never overflow; they return the length they would have needed. */
#include <string.h>

size_t strlcpy(char *dst, const char *src, size_t n)
{
    size_t len = strlen(src);
    if (n) {
        size_t fits = len < n ? len : n - 1;
        memcpy(dst, src, fits);
        dst[fits] = 0;
    }
    return len;
}

size_t strlcat(char *dst, const char *src, size_t n)
{
    size_t have = strnlen(dst, n);
    return have + (have == n ? strlen(src) : strlcpy(dst + have, src, n - have));
}
