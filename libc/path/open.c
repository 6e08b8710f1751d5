/* open.c: open files by path. */
#include <fcntl.h>
#include <stdarg.h>
#include "internal/cancel.h"
#include "internal/files.h"

uint32_t __open_flags(int flags)
{
    uint32_t file_flags = (uint32_t)flags & ~(uint32_t)(O_CLOEXEC | O_CLOFORK | O_ACCMODE);
    if (flags & O_PATH)
        return file_flags;
    switch (flags & O_ACCMODE) {
    case O_WRONLY: return file_flags | FILE_WRITE;
    case O_RDWR: return file_flags | FILE_RDWR;
    default: return flags & O_EXEC ? file_flags : file_flags | FILE_READ;
    }
}

#define TMPFILE_FLAG (O_TMPFILE & ~O_DIRECTORY)

/* A file without a name is asked for by the type in the mode. */
static int64_t open_at(int dir, const char *path, int flags, mode_t mode)
{
    uint32_t file_mode = mode & 07777 & ~__files.umask;
    if ((flags & TMPFILE_FLAG) && !(flags & O_PATH)) {
        if ((flags & O_TMPFILE) != O_TMPFILE || (flags & O_CREAT) ||
            (flags & O_ACCMODE) == O_RDONLY)
            return -ERR_INVAL;
        file_mode |= MODE_FILE;
    }
    int64_t handle = __path_open(dir, path, __open_flags(flags & ~TMPFILE_FLAG), file_mode);
    return __fd_install_flags(handle, flags, 0);
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if (flags & (O_CREAT | TMPFILE_FLAG)) {
        va_list list;
        va_start(list, flags);
        mode = va_arg(list, mode_t);
        va_end(list);
    }
    return (int)__result(CANCELLABLE(open_at(AT_FDCWD, path, flags, mode)));
}

int openat(int dir, const char *path, int flags, ...)
{
    mode_t mode = 0;
    if (flags & (O_CREAT | TMPFILE_FLAG)) {
        va_list list;
        va_start(list, flags);
        mode = va_arg(list, mode_t);
        va_end(list);
    }
    return (int)__result(CANCELLABLE(open_at(dir, path, flags, mode)));
}

int creat(const char *path, mode_t mode)
{
    return (int)__result(CANCELLABLE(open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode)));
}
