/* strcmp.c: order of two strings; the one locale collates by bytes, so strcoll is the same. */
#include <string.h>
#include "internal/libc.h"

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

LIBC_ALIAS(strcmp, strcoll);

int strcoll_l(const char *a, const char *b, locale_t loc)
{
    (void)loc;
    return strcmp(a, b);
}
