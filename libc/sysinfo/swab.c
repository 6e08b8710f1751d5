/* swab.c: exchange neighbouring bytes. */
#include <unistd.h>

void swab(const void *restrict src, void *restrict dst, ssize_t n)
{
    const char *from = src;
    char *to = dst;
    for (; n > 1; n -= 2, from += 2, to += 2) {
        char first = from[0];
        to[0] = from[1];
        to[1] = first;
    }
}
