/* strrchr.c: the last place of a character in a string. */
#include <string.h>
#include <strings.h>
#include "internal/libc.h"

char *strrchr(const char *s, int c)
{
    return memrchr(s, c, strlen(s) + 1);
}

LIBC_ALIAS(strrchr, rindex);
