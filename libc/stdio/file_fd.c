/* file_fd.c: streams on file descriptors. */
#include <unistd.h>
#include "internal/stdio.h"

static ssize_t fd_read(FILE *f, void *buf, size_t n)
{
    return read(f->fd, buf, n);
}

static ssize_t fd_write(FILE *f, const void *buf, size_t n)
{
    return write(f->fd, buf, n);
}

static off_t fd_seek(FILE *f, off_t offset, int whence)
{
    return lseek(f->fd, offset, whence);
}

static int fd_close(FILE *f)
{
    return close(f->fd);
}

const struct file_ops __file_fd_ops = {fd_read, fd_write, fd_seek, fd_close};
