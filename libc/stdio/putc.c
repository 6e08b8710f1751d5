/* putc.c: one byte out. */
#include "internal/stdio.h"

int putc_unlocked(int c, FILE *f)
{
    return file_putc(f, c);
}

int putc(int c, FILE *f)
{
    FLOCK(f);
    c = file_putc(f, c);
    FUNLOCK(f);
    return c;
}

LIBC_ALIAS(putc, fputc);
LIBC_ALIAS(putc_unlocked, fputc_unlocked);

int putw(int w, FILE *f)
{
    return fwrite(&w, sizeof w, 1, f) == 1 ? 0 : EOF;
}
