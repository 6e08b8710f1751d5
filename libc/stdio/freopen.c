/* freopen.c: another file, or another mode, behind a stream that exists. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "internal/stdio.h"

/* Without a path only what an open descriptor can change is changed. */
static int change_mode(FILE *f, int open_flags)
{
    if (f->fd < 0) {
        errno = EBADF;
        return -1;
    }
    if (open_flags & O_CLOEXEC)
        fcntl(f->fd, F_SETFD, FD_CLOEXEC);
    int have = fcntl(f->fd, F_GETFL);
    if (have < 0)
        return -1;
    return fcntl(f->fd, F_SETFL, (have & ~O_APPEND) | (open_flags & O_APPEND));
}

/* Keep the descriptor's number if we can: freopen(path, mode, stdout) must give a new descriptor 1. */
static int replace_file(FILE *f, const char *path, int open_flags)
{
    int fd = open(path, open_flags, 0666);
    if (fd < 0)
        return -1;
    if (f->fd >= 0 && fd != f->fd) {
        int moved = dup3(fd, f->fd, open_flags & O_CLOEXEC);
        close(fd);
        return moved;
    }
    f->fd = fd;
    return 0;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict f)
{
    unsigned flags;
    int open_flags;
    FLOCK(f);
    __file_sync(f);
    bool ok = __file_parse_mode(mode, &flags, &open_flags) &&
              (path ? replace_file(f, path, open_flags) : change_mode(f, open_flags)) >= 0;
    if (ok) {
        const unsigned kept = FILE_STATIC | FILE_LISTED | FILE_CALLER_LOCKS;
        f->orientation = 0;
        f->flags = (f->flags & kept) | flags | (flags & FILE_WRITE && f->size ? FILE_TTY_LINE : 0);
        f->ops = &__file_fd_ops;
        f->rpos = f->rend = f->wpos = f->wend = NULL;
    }
    FUNLOCK(f);
    if (ok)
        return f;
    int saved = errno;
    fclose(f);
    errno = saved;
    return NULL;
}
