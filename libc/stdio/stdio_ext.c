/* stdio_ext.c: a look inside a stream. */
#include <stdio_ext.h>
#include "internal/stdio.h"

size_t __fbufsize(FILE *f)
{
    return f->size;
}
size_t __fpending(FILE *f)
{
    return f->wpos ? (size_t)(f->wpos - f->buf) : 0;
}
int __flbf(FILE *f)
{
    return (f->flags & FILE_LINE) != 0;
}
int __freadable(FILE *f)
{
    return (f->flags & FILE_READ) != 0;
}
int __fwritable(FILE *f)
{
    return (f->flags & FILE_WRITE) != 0;
}
int __freading(FILE *f)
{
    return f->rend || !(f->flags & FILE_WRITE);
}
int __fwriting(FILE *f)
{
    return f->wpos || !(f->flags & FILE_READ);
}

int __fsetlocking(FILE *f, int type)
{
    (void)f;
    (void)type;
    return FSETLOCKING_INTERNAL;
}

void __fpurge(FILE *f)
{
    f->rpos = f->rend = f->wpos = f->wend = NULL;
}

void __fseterr(FILE *f)
{
    f->flags |= FILE_ERROR;
}

void _flushlbf(void)
{
    __file_flush_all();
}
