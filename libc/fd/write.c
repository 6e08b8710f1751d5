/* write.c: write(). */
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/files.h"

ssize_t write(int fd, const void *buf, size_t n)
{
    return __result(CANCELLABLE(__handle_write(__fd_handle(fd), buf, n, -1)));
}
