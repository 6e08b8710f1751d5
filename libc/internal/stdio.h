/*
 * internal/stdio.h: what a stream is.
 *
 * A stream is idle, reading or writing. Its one buffer serves the current direction:
 *     reading:  [rpos, rend) is read from the file and not yet taken; wpos = wend = null
 *     writing:  [buf, wpos) is to be written, [wpos, wend) is room; rpos = rend = null. Unbuffered: wend = buf.
 *     idle:     all four null
 * Before buf there is room for UNGET_MAX bytes pushed back.
 *
 * Functions that end in _locked, and all __file_*, expect the caller to hold the stream's lock.
 */
#pragma once
#include <stdio.h>
#include "internal/libc.h"
#include "internal/lock.h"

enum { UNGET_MAX = 8 };

enum file_flags {
    FILE_READ = 1, /* may be read */
    FILE_WRITE = 2,
    FILE_APPEND = 4,
    FILE_EOF = 8,
    FILE_ERROR = 16,
    FILE_LINE = 32, /* a newline flushes */
    FILE_TTY_LINE =
        64, /* line-buffered if it turns out to be a terminal: checked at the first write */
    FILE_STATIC = 128,       /* not to be freed */
    FILE_LISTED = 256,       /* in the list of open streams */
    FILE_CALLER_LOCKS = 512, /* __fsetlocking: calls take no lock of their own */
};

/* What is behind a stream. Results and errno as from read, write, lseek and close. */
struct file_ops {
    ssize_t (*read)(FILE *f, void *buf, size_t n);
    ssize_t (*write)(FILE *f, const void *buf, size_t n);
    off_t (*seek)(FILE *f, off_t offset, int whence);
    int (*close)(FILE *f);
};

struct __file {
    unsigned flags;
    int fd;          /* -1: not a descriptor */
    int orientation; /* as fwide returns it: -1 bytes, 1 wide, 0 not yet known */
    unsigned char *buf;
    size_t size; /* 0: unbuffered */
    unsigned char *rpos, *rend;
    unsigned char *wpos, *wend;
    const struct file_ops *ops;
    void *cookie; /* for ops */
    struct libc_rlock lock;
    FILE *next, *prev;                 /* guarded by the list's lock */
    unsigned char tiny[UNGET_MAX + 1]; /* the buffer of an unbuffered stream */
};

#define FLOCK(f)   __file_lock(f)
#define FUNLOCK(f) __file_unlock(f)

/* What a call takes and gives back; FILE_CALLER_LOCKS must not change between the two. */
static inline void __file_lock(FILE *f)
{
    if (likely(!(f->flags & FILE_CALLER_LOCKS)))
        libc_rlock(&f->lock);
}

static inline void __file_unlock(FILE *f)
{
    if (likely(!(f->flags & FILE_CALLER_LOCKS)))
        libc_runlock(&f->lock);
}

/* The three standard streams; null where a program does not use them. */
extern struct __file __stdin_file LIBC_HIDDEN;
extern struct __file __stdout_file LIBC_HIDDEN;
extern struct __file __stderr_file LIBC_HIDDEN;
LIBC_HIDDEN extern const struct file_ops __file_fd_ops;

/* file.c: direction, flushing. false or EOF: failed, with errno and FILE_ERROR set. */
LIBC_HIDDEN bool __file_to_read(FILE *f);
LIBC_HIDDEN bool __file_to_write(FILE *f);
LIBC_HIDDEN int __file_flush(FILE *f);
/* Write what is pending, forget what was read ahead (moving the file's offset back to match), and become idle. */
LIBC_HIDDEN int __file_sync(FILE *f);

/* file_list.c: the streams that fflush(NULL) and exit reach. */
LIBC_HIDDEN void __file_list_add(FILE *f);
LIBC_HIDDEN void __file_list_remove(FILE *f);
LIBC_HIDDEN int __file_flush_all(unsigned flags); /* those that have these flags */

/* Read more into an empty buffer and take one byte; EOF at the end or on error. */
LIBC_HIDDEN int __file_underflow(FILE *f);
/* Put a byte that putc found no room for. */
LIBC_HIDDEN int __file_overflow(FILE *f, int c);
LIBC_HIDDEN size_t __file_read(FILE *f, void *buf, size_t n);
LIBC_HIDDEN size_t __file_write(FILE *f, const void *buf, size_t n);
/* printf to it; wide: as format_sink.wide says. */
LIBC_HIDDEN int __file_format(FILE *f, const char *fmt, va_list ap, bool wide);
LIBC_HIDDEN int __file_seek(FILE *f, off_t offset, int whence);
LIBC_HIDDEN off_t __file_tell(FILE *f);
LIBC_HIDDEN int __file_unget(FILE *f, int c);

/* file_open.c: fopen's modes as FILE_* flags and open() flags; false and EINVAL for a mode it does not know. */
LIBC_HIDDEN bool __file_parse_mode(const char *mode, unsigned *flags, int *open_flags);
/* A new stream with a buffer, in the list; null and ENOMEM. */
LIBC_HIDDEN FILE *__file_new(unsigned flags, int fd, const struct file_ops *ops, void *cookie);

/* The first use decides. */
static inline void __file_orient(FILE *f, int orientation)
{
    if (f->orientation == 0)
        f->orientation = orientation;
}

static inline int file_getc(FILE *f)
{
    return likely(f->rpos < f->rend) ? *f->rpos++ : __file_underflow(f);
}

static inline int file_putc(FILE *f, int ch)
{
    unsigned char c = (unsigned char)ch;
    if (likely(f->wpos < f->wend && !(c == '\n' && f->flags & FILE_LINE)))
        return *f->wpos++ = c;
    return __file_overflow(f, c);
}
