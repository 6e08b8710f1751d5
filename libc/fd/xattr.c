/* xattr.c: extended attributes: no server of files keeps any, and so says each of these. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/xattr.h>

/* -1 with the error of the file itself, if it has one. */
static int refused_path(const char *path, int follow)
{
    struct stat st;
    if ((follow ? stat(path, &st) : lstat(path, &st)) == 0)
        errno = ENOTSUP;
    return -1;
}

static int refused_fd(int fd)
{
    struct stat st;
    if (fstat(fd, &st) == 0)
        errno = ENOTSUP;
    return -1;
}

ssize_t getxattr(const char *path, const char *name, void *value, size_t size)
{
    (void)name, (void)value, (void)size;
    return refused_path(path, 1);
}

ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size)
{
    (void)name, (void)value, (void)size;
    return refused_path(path, 0);
}

ssize_t fgetxattr(int fd, const char *name, void *value, size_t size)
{
    (void)name, (void)value, (void)size;
    return refused_fd(fd);
}

int setxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
    (void)name, (void)value, (void)size, (void)flags;
    return refused_path(path, 1);
}

int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
    (void)name, (void)value, (void)size, (void)flags;
    return refused_path(path, 0);
}

int fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
    (void)name, (void)value, (void)size, (void)flags;
    return refused_fd(fd);
}

ssize_t listxattr(const char *path, char *list, size_t size)
{
    (void)list, (void)size;
    return refused_path(path, 1);
}

ssize_t llistxattr(const char *path, char *list, size_t size)
{
    (void)list, (void)size;
    return refused_path(path, 0);
}

ssize_t flistxattr(int fd, char *list, size_t size)
{
    (void)list, (void)size;
    return refused_fd(fd);
}

int removexattr(const char *path, const char *name)
{
    (void)name;
    return refused_path(path, 1);
}

int lremovexattr(const char *path, const char *name)
{
    (void)name;
    return refused_path(path, 0);
}

int fremovexattr(int fd, const char *name)
{
    (void)name;
    return refused_fd(fd);
}
