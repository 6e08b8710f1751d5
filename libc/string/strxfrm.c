/* strxfrm.c: keys whose byte order is the collating order; here the string itself. */
#include <string.h>

size_t strxfrm(char *restrict dst, const char *restrict src, size_t n)
{
    return strlcpy(dst, src, n);
}

size_t strxfrm_l(char *restrict dst, const char *restrict src, size_t n, locale_t loc)
{
    (void)loc;
    return strlcpy(dst, src, n);
}
