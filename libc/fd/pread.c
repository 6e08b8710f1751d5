/* pread.c: reading and writing at an offset. */
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/files.h"

ssize_t pread(int fd, void *buf, size_t n, off_t offset)
{
    return __result(
        CANCELLABLE(offset < 0 ? -ERR_INVAL : __handle_read(__fd_handle(fd), buf, n, offset)));
}

ssize_t pwrite(int fd, const void *buf, size_t n, off_t offset)
{
    return __result(
        CANCELLABLE(offset < 0 ? -ERR_INVAL : __handle_write(__fd_handle(fd), buf, n, offset)));
}
