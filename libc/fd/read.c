/* read.c: read(). */
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/files.h"

ssize_t read(int fd, void *buf, size_t n)
{
    return __result(CANCELLABLE(__handle_read(__fd_handle(fd), buf, n, -1)));
}
