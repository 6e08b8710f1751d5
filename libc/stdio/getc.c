/* getc.c: one byte in. */
#include "internal/stdio.h"

int getc_unlocked(FILE *f)
{
    return file_getc(f);
}

int getc(FILE *f)
{
    FLOCK(f);
    int c = file_getc(f);
    FUNLOCK(f);
    return c;
}

LIBC_ALIAS(getc, fgetc);
LIBC_ALIAS(getc_unlocked, fgetc_unlocked);

int ungetc(int c, FILE *f)
{
    FLOCK(f);
    c = __file_unget(f, c);
    FUNLOCK(f);
    return c;
}

int getw(FILE *f)
{
    int w;
    return fread(&w, sizeof w, 1, f) == 1 ? w : EOF;
}
