/* truncate.c: a file's size. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/files.h"
#include "internal/limits.h"

static int64_t handle_truncate(handle_t h, off_t size)
{
    if (size < 0)
        return -ERR_INVAL;
    int64_t info = dyad_handle_control(h, HANDLE_INFO, 0);
    if (info < 0)
        return info;
    if ((info & 0xff) == HANDLE_KIND_MEMORY)
        return dyad_handle_control(h, HANDLE_SET_SIZE, (uint64_t)size);
    if ((info & 0xff) != HANDLE_KIND_FILE)
        return -ERR_INVAL;
    int64_t limited = __limit_grow(h, (uint64_t)size);
    return limited < 0 ? limited : __verb(h, VERB_truncate, (uint64_t)size, 0, 0, 0, NULL);
}

int ftruncate(int fd, off_t size)
{
    return (int)__result(handle_truncate(__fd_handle(fd), size));
}

int truncate(const char *path, off_t size)
{
    if (size < 0)
        return (int)__result(-ERR_INVAL);
    int64_t handle = __path_open(AT_FDCWD, path, FILE_WRITE, 0);
    if (handle < 0)
        return (int)__result(handle);
    int64_t result = handle_truncate((handle_t)handle, size);
    dyad_handle_close((handle_t)handle);
    return (int)__result(result);
}
