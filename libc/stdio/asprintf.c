/* asprintf.c: formatted text into fresh memory. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int vasprintf(char **restrict s, const char *restrict fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    *s = n < 0 ? NULL : malloc((size_t)n + 1);
    return *s ? vsnprintf(*s, (size_t)n + 1, fmt, ap) : -1;
}

int asprintf(char **restrict s, const char *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(s, fmt, ap);
    va_end(ap);
    return n;
}
