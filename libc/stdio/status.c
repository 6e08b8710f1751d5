/* status.c: end, error, descriptor and lock of a stream. */
#include <errno.h>
#include "internal/stdio.h"

int feof_unlocked(FILE *f)
{
    return (f->flags & FILE_EOF) != 0;
}
int ferror_unlocked(FILE *f)
{
    return (f->flags & FILE_ERROR) != 0;
}
void clearerr_unlocked(FILE *f)
{
    f->flags &= ~(unsigned)(FILE_EOF | FILE_ERROR);
}

int fileno_unlocked(FILE *f)
{
    if (f->fd < 0)
        errno = EBADF;
    return f->fd;
}

int feof(FILE *f)
{
    FLOCK(f);
    int result = feof_unlocked(f);
    FUNLOCK(f);
    return result;
}

int ferror(FILE *f)
{
    FLOCK(f);
    int result = ferror_unlocked(f);
    FUNLOCK(f);
    return result;
}

void clearerr(FILE *f)
{
    FLOCK(f);
    clearerr_unlocked(f);
    FUNLOCK(f);
}

int fileno(FILE *f)
{
    return fileno_unlocked(f);
}

/* These are the program's own: they lock whatever __fsetlocking says. */
void flockfile(FILE *f)
{
    libc_rlock(&f->lock);
}
int ftrylockfile(FILE *f)
{
    return libc_rlock_try(&f->lock) ? 0 : -1;
}
void funlockfile(FILE *f)
{
    libc_runlock(&f->lock);
}
