/* putchar.c: bytes and lines to standard output. */
#include <string.h>
#include "internal/stdio.h"

int putchar(int c)
{
    return putc(c, stdout);
}

int putchar_unlocked(int c)
{
    return putc_unlocked(c, stdout);
}

int puts(const char *s)
{
    FILE *f = stdout;
    size_t n = strlen(s);
    FLOCK(f);
    bool ok = __file_write(f, s, n) == n && file_putc(f, '\n') == '\n';
    FUNLOCK(f);
    return ok ? 0 : EOF;
}
