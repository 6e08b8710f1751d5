/* file.c: a stream's direction, and moving bytes between its buffer and what is behind it. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "internal/exit.h"
#include "internal/stdio.h"

static void become_idle(FILE *f)
{
    f->rpos = f->rend = NULL;
    f->wpos = f->wend = NULL;
}

static bool fail(FILE *f, int error)
{
    f->flags |= FILE_ERROR;
    errno = error;
    return false;
}

/* Write all of it, or stop at an error. Returns the bytes written. */
static size_t write_out(FILE *f, const unsigned char *p, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t r = f->ops->write(f, p + done, n - done);
        if (r <= 0) {
            f->flags |= FILE_ERROR;
            break;
        }
        done += (size_t)r;
    }
    return done;
}

int __file_flush(FILE *f)
{
    if (f->wpos == f->buf || !f->wpos)
        return 0;
    size_t pending = (size_t)(f->wpos - f->buf), done = write_out(f, f->buf, pending);
    if (done == pending) {
        f->wpos = f->buf;
        return 0;
    }
    /* What failed stays, for a later try; but not for another file that has the descriptor's number then. */
    size_t left = errno == EBADF ? 0 : pending - done;
    memmove(f->buf, f->buf + done, left);
    f->wpos = f->buf + left;
    return EOF;
}

int __file_sync(FILE *f)
{
    if (__file_flush(f) != 0)
        return EOF;
    if (f->rpos < f->rend) {
        int saved = errno;
        bool back = f->ops->seek && f->ops->seek(f, -(f->rend - f->rpos), SEEK_CUR) >= 0;
        errno = saved;
        if (!back)
            return 0; /* a pipe: what was read ahead stays readable here */
    }
    become_idle(f);
    return 0;
}

bool __file_to_read(FILE *f)
{
    if (f->rend)
        return true;
    if (!(f->flags & FILE_READ))
        return fail(f, EBADF);
    if (__file_flush(f) != 0)
        return false;
    __file_orient(f, -1); /* wide functions have been here before */
    become_idle(f);
    f->rpos = f->rend = f->buf;
    return true;
}

bool __file_to_write(FILE *f)
{
    if (f->wpos)
        return true;
    if (!(f->flags & FILE_WRITE))
        return fail(f, EBADF);
    if (f->rpos < f->rend && __file_sync(f) != 0)
        return false;
    __file_orient(f, -1);
    if (f->flags & FILE_TTY_LINE) {
        int saved = errno;
        f->flags &= ~(unsigned)FILE_TTY_LINE;
        if (isatty(f->fd))
            f->flags |= FILE_LINE;
        errno = saved;
    }
    become_idle(f);
    f->wpos = f->buf;
    f->wend = f->buf + f->size;
    return true;
}

int __file_overflow(FILE *f, int ch)
{
    unsigned char c = (unsigned char)ch;
    return __file_write(f, &c, 1) == 1 ? c : EOF;
}

/* The bytes up to and with the last newline, which a line-buffered stream must write now. */
static size_t lines_length(const FILE *f, const unsigned char *p, size_t n)
{
    const unsigned char *last = f->flags & FILE_LINE ? memrchr(p, '\n', n) : NULL;
    return last ? (size_t)(last - p) + 1 : 0;
}

/* Through the buffer if it fits there; otherwise the buffer goes out first, then the bytes go straight. */
static size_t write_buffered(FILE *f, const unsigned char *p, size_t n)
{
    if ((size_t)(f->wend - f->wpos) < n) {
        if (__file_flush(f) != 0)
            return 0;
        if (n >= f->size)
            return write_out(f, p, n);
    }
    memcpy(f->wpos, p, n);
    f->wpos += n;
    return n;
}

size_t __file_write(FILE *f, const void *buf, size_t n)
{
    const unsigned char *p = buf;
    if (n == 0 || !__file_to_write(f))
        return 0;
    size_t lines = lines_length(f, p, n), done = 0;
    if (lines) {
        done = write_buffered(f, p, lines);
        if (done < lines || __file_flush(f) != 0)
            return 0; /* of what is lost it is not known how much */
    }
    return n > done ? done + write_buffered(f, p + done, n - done) : done;
}

#pragma weak __stdout_file

/* A prompt should be on the screen before its answer is waited for. */
static void flush_prompt(FILE *f)
{
    FILE *out = &__stdout_file;
    if (!out || out == f || !(out->flags & FILE_LINE) || !libc_rlock_try(&out->lock))
        return;
    __file_flush(out);
    libc_runlock(&out->lock);
}

/* One read into memory; 0 at the end or on error. */
static size_t read_in(FILE *f, void *buf, size_t n)
{
    flush_prompt(f);
    ssize_t r = f->ops->read(f, buf, n);
    if (r > 0)
        return (size_t)r;
    f->flags |= r == 0 ? FILE_EOF : FILE_ERROR;
    return 0;
}

int __file_underflow(FILE *f)
{
    if (f->flags & FILE_EOF || !__file_to_read(f))
        return EOF;
    if (f->rpos == f->rend) {
        size_t n = read_in(f, f->buf, f->size ? f->size : 1);
        f->rpos = f->buf;
        f->rend = f->buf + n;
        if (n == 0)
            return EOF;
    }
    return *f->rpos++;
}

size_t __file_read(FILE *f, void *buf, size_t n)
{
    unsigned char *p = buf;
    size_t done = 0;
    if (n == 0 || !__file_to_read(f))
        return 0;
    while (done < n) {
        size_t have = (size_t)(f->rend - f->rpos), want = n - done;
        if (have) {
            size_t take = have < want ? have : want;
            memcpy(p + done, f->rpos, take);
            f->rpos += take;
            done += take;
        } else if (f->flags & FILE_EOF) {
            break;
        } else if (want >= f->size) {
            size_t got = read_in(f, p + done, want);
            f->rpos = f->rend = f->buf;
            done += got;
            if (got == 0)
                break;
        } else {
            int c = __file_underflow(f);
            if (c == EOF)
                break;
            p[done++] = (unsigned char)c;
        }
    }
    return done;
}

int __file_unget(FILE *f, int c)
{
    if (c == EOF || !__file_to_read(f) || f->rpos <= f->buf - UNGET_MAX)
        return EOF;
    *--f->rpos = (unsigned char)c;
    f->flags &= ~(unsigned)FILE_EOF;
    return (unsigned char)c;
}
