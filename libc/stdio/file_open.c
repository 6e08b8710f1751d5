/* file_open.c: making streams. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal/stdio.h"

bool __file_parse_mode(const char *mode, unsigned *flags, int *open_flags)
{
    bool plus = strchr(mode, '+') != NULL;
    switch (mode[0]) {
    case 'r':
        *flags = FILE_READ | (plus ? FILE_WRITE : 0);
        *open_flags = 0;
        break;
    case 'w':
        *flags = FILE_WRITE | (plus ? FILE_READ : 0);
        *open_flags = O_CREAT | O_TRUNC;
        break;
    case 'a':
        *flags = FILE_WRITE | FILE_APPEND | (plus ? FILE_READ : 0);
        *open_flags = O_CREAT | O_APPEND;
        break;
    default: errno = EINVAL; return false;
    }
    *open_flags |= plus ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
    if (strchr(mode, 'x'))
        *open_flags |= O_EXCL;
    if (strchr(mode, 'e'))
        *open_flags |= O_CLOEXEC;
    return true;
}

FILE *__file_new(unsigned flags, int fd, const struct file_ops *ops, void *cookie)
{
    FILE *f = malloc(sizeof *f + UNGET_MAX + BUFSIZ);
    if (!f)
        return NULL;
    memset(f, 0, sizeof *f);
    f->flags = flags;
    f->fd = fd;
    f->buf = (unsigned char *)(f + 1) + UNGET_MAX;
    f->size = BUFSIZ;
    f->ops = ops;
    f->cookie = cookie;
    __file_list_add(f);
    return f;
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
    unsigned flags;
    int open_flags;
    if (!__file_parse_mode(mode, &flags, &open_flags))
        return NULL;
    int fd = open(path, open_flags, 0666);
    if (fd < 0)
        return NULL;
    FILE *f =
        __file_new(flags | (flags & FILE_WRITE ? FILE_TTY_LINE : 0), fd, &__file_fd_ops, NULL);
    if (!f)
        close(fd);
    return f;
}

FILE *fdopen(int fd, const char *mode)
{
    unsigned flags;
    int open_flags;
    if (!__file_parse_mode(mode, &flags, &open_flags))
        return NULL;
    int have = fcntl(fd, F_GETFL);
    if (have < 0)
        return NULL;
    int access = have & O_ACCMODE;
    if (access != O_RDWR && access != (open_flags & O_ACCMODE)) {
        errno = EINVAL;
        return NULL;
    }
    if (open_flags & O_CLOEXEC)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (open_flags & O_APPEND && !(have & O_APPEND))
        fcntl(fd, F_SETFL, have | O_APPEND);
    return __file_new(flags | (flags & FILE_WRITE ? FILE_TTY_LINE : 0), fd, &__file_fd_ops, NULL);
}
