/* memccpy.c: copy up to and including a byte. */
#include <string.h>

void *memccpy(void *restrict dst, const void *restrict src, int c, size_t n)
{
    const char *hit = memchr(src, c, n);
    size_t len = hit ? (size_t)(hit - (const char *)src) + 1 : n;
    memcpy(dst, src, len);
    return hit ? (char *)dst + len : NULL;
}
