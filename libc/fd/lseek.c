/* lseek.c: the file's offset. */
#include <unistd.h>
#include "abi/scheme.h"
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

/* Where the next data or hole is; a server that does not know has data up to the end. */
static int64_t seek_extent(handle_t h, int64_t offset, uint32_t command)
{
    struct dyad_stat st;
    int64_t result = dyad_handle_control(h, HANDLE_SEEK_CUR, 0);
    if (result < 0)
        return result;
    if (offset < 0)
        return -ERR_NXIO;
    result = __verb(h, VERB_control, command, (uint64_t)offset, 0, 0, NULL);
    if (result == -ERR_NOTTY || result == -ERR_NOSYS) {
        result = __handle_stat(h, &st);
        if (result < 0)
            return result;
        if (offset >= (int64_t)st.size)
            return -ERR_NXIO;
        result = command == FILE_CONTROL_NEXT_HOLE ? (int64_t)st.size : offset;
    }
    return result < 0 ? result : dyad_handle_control(h, HANDLE_SEEK_SET, (uint64_t)result);
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
    case SEEK_DATA: return __result(seek_extent(h, offset, FILE_CONTROL_NEXT_DATA));
    case SEEK_HOLE: return __result(seek_extent(h, offset, FILE_CONTROL_NEXT_HOLE));
    default: return __result(-ERR_INVAL);
    }
}
