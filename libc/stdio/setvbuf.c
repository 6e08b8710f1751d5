/* setvbuf.c: the size and manner of a stream's buffer. */
#include <errno.h>
#include "internal/stdio.h"

int setvbuf(FILE *restrict f, char *restrict buf, int mode, size_t size)
{
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) {
        errno = EINVAL;
        return EOF;
    }
    FLOCK(f);
    __file_flush(f);
    bool idle = !f->rend || f->rpos == f->rend;
    f->flags &= ~(unsigned)(FILE_LINE | FILE_TTY_LINE);
    if (mode == _IOLBF)
        f->flags |= FILE_LINE;
    if (idle) {
        f->rpos = f->rend = f->wpos = f->wend = NULL;
        if (mode == _IONBF) {
            f->buf = f->tiny + UNGET_MAX;
            f->size = 0;
        } else if (buf && size > UNGET_MAX) {
            f->buf = (unsigned char *)buf + UNGET_MAX;
            f->size = size - UNGET_MAX;
        }
    }
    FUNLOCK(f);
    return 0;
}

void setbuffer(FILE *f, char *buf, size_t size)
{
    setvbuf(f, buf, buf ? _IOFBF : _IONBF, size);
}

void setbuf(FILE *restrict f, char *restrict buf)
{
    setbuffer(f, buf, BUFSIZ);
}

void setlinebuf(FILE *f)
{
    setvbuf(f, NULL, _IOLBF, 0);
}
