/* seek.c: a stream's position. */
#include <errno.h>
#include "internal/stdio.h"

int __file_seek(FILE *f, off_t offset, int whence)
{
    if (!f->ops->seek) {
        errno = ESPIPE;
        return -1;
    }
    if (__file_flush(f) != 0)
        return -1;
    if (whence == SEEK_CUR)
        offset -= f->rend - f->rpos;
    if (f->ops->seek(f, offset, whence) < 0)
        return -1;
    f->rpos = f->rend = f->wpos = f->wend = NULL;
    f->flags &= ~(unsigned)FILE_EOF;
    return 0;
}

off_t __file_tell(FILE *f)
{
    if (!f->ops->seek) {
        errno = ESPIPE;
        return -1;
    }
    bool at_end = f->flags & FILE_APPEND && f->wpos > f->buf;
    off_t at = f->ops->seek(f, 0, at_end ? SEEK_END : SEEK_CUR);
    if (at < 0)
        return -1;
    return f->wpos ? at + (f->wpos - f->buf) : at - (f->rend - f->rpos);
}

int fseeko(FILE *f, off_t offset, int whence)
{
    FLOCK(f);
    int result = __file_seek(f, offset, whence);
    FUNLOCK(f);
    return result;
}

int fseek(FILE *f, long offset, int whence)
{
    return fseeko(f, offset, whence);
}

off_t ftello(FILE *f)
{
    FLOCK(f);
    off_t at = __file_tell(f);
    FUNLOCK(f);
    return at;
}

long ftell(FILE *f)
{
    return ftello(f);
}

void rewind(FILE *f)
{
    FLOCK(f);
    __file_seek(f, 0, SEEK_SET);
    f->flags &= ~(unsigned)FILE_ERROR;
    FUNLOCK(f);
}

int fgetpos(FILE *restrict f, fpos_t *restrict pos)
{
    off_t at = ftello(f);
    if (at < 0)
        return -1;
    pos->__offset = at;
    return 0;
}

int fsetpos(FILE *f, const fpos_t *pos)
{
    return fseeko(f, pos->__offset, SEEK_SET);
}
