/* lseek.c: the file's offset. */
#include <unistd.h>
#include "internal/files.h"

static int64_t seek_end(handle_t h, int64_t offset)
{
    int64_t current = dyad_handle_control(h, HANDLE_SEEK_CUR, 0);
    if (current < 0)
        return current;
    struct dyad_stat st;
    int64_t result = __handle_stat(h, &st);
    int64_t target;
    if (result < 0)
        return result;
    if (__builtin_add_overflow((int64_t)st.size, offset, &target))
        return -ERR_OVERFLOW;
    return target < 0 ? -ERR_INVAL : dyad_handle_control(h, HANDLE_SEEK_SET, (uint64_t)target);
}

off_t lseek(int fd, off_t offset, int whence)
{
    handle_t h = __fd_handle(fd);
    switch (whence) {
    case SEEK_SET:
        return __result(offset < 0 ? -ERR_INVAL
                                   : dyad_handle_control(h, HANDLE_SEEK_SET, (uint64_t)offset));
    case SEEK_CUR: return __result(dyad_handle_control(h, HANDLE_SEEK_CUR, (uint64_t)offset));
    case SEEK_END: return __result(seek_end(h, offset));
    default: return __result(-ERR_INVAL);
    }
}
