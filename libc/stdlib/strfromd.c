/* strfromd.c: numbers as text by a format of one number (C23): "%", a precision perhaps, and one of aAeEfFgG. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "internal/libc.h"

/* What is no such format makes the behaviour undefined; it is then taken for "%g". */
static const char *letter_of(const char *format)
{
    const char *at = format + 1;
    if (*format != '%')
        return NULL;
    if (*at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    return *at && strchr("aAeEfFgG", *at) && at[1] == 0 ? at : NULL;
}

int strfroml(char *restrict s, size_t n, const char *restrict format, long double x)
{
    const char *letter = letter_of(format);
    char with_size[32];
    if (!letter || (size_t)(letter - format) + sizeof "Lx" > sizeof with_size)
        return snprintf(s, n, "%Lg", x);
    size_t before = (size_t)(letter - format);
    memcpy(with_size, format, before);
    with_size[before] = 'L';
    with_size[before + 1] = *letter;
    with_size[before + 2] = 0;
    return snprintf(s, n, with_size, x);
}

int strfromd(char *restrict s, size_t n, const char *restrict format, double x)
{
    return snprintf(s, n, letter_of(format) ? format : "%g", x);
}

int strfromf(char *restrict s, size_t n, const char *restrict format, float x)
{
    return strfromd(s, n, format, (double)x);
}
