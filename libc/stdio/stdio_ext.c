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
    libc_rlock(&f->lock);
    int before = f->flags & FILE_CALLER_LOCKS ? FSETLOCKING_BYCALLER : FSETLOCKING_INTERNAL;
    if (type == FSETLOCKING_BYCALLER)
        f->flags |= FILE_CALLER_LOCKS;
    else if (type == FSETLOCKING_INTERNAL)
        f->flags &= ~(unsigned)FILE_CALLER_LOCKS;
    libc_runlock(&f->lock);
    return before;
}

void __fpurge(FILE *f)
{
    f->rpos = f->rend = f->wpos = f->wend = NULL;
}

size_t __freadahead(FILE *f)
{
    return (size_t)(f->rend - f->rpos);
}

const char *__freadptr(FILE *f, size_t *size)
{
    if (f->rpos == f->rend)
        return NULL;
    *size = __freadahead(f);
    return (const char *)f->rpos;
}

void __freadptrinc(FILE *f, size_t count)
{
    f->rpos += count;
}

void __fseterr(FILE *f)
{
    f->flags |= FILE_ERROR;
}

void _flushlbf(void)
{
    __file_flush_all(FILE_LINE);
}
