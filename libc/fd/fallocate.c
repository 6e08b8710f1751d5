/* fallocate.c: hints and promises about a file's storage. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "internal/files.h"
#include "internal/limits.h"

/* Advice is taken by no server yet. */
int posix_fadvise(int fd, off_t offset, off_t n, int advice)
{
    struct dyad_stat st;
    (void)offset;
    if (__fd_handle(fd) == HANDLE_NONE)
        return ERR_BADF;
    if (__handle_stat(__fd_handle(fd), &st) >= 0 && (st.mode & MODE_TYPE) == MODE_FIFO)
        return ERR_SPIPE;
    return n < 0 || advice < 0 || advice > POSIX_FADV_NOREUSE ? ERR_INVAL : 0;
}

/* The size is promised; the space is not, as in file systems without preallocation. */
int posix_fallocate(int fd, off_t offset, off_t n)
{
    struct dyad_stat st;
    int64_t end;
    if (offset < 0 || n <= 0)
        return ERR_INVAL;
    if (__builtin_add_overflow(offset, n, &end))
        return ERR_FBIG;
    handle_t h = __fd_handle(fd);
    int64_t result = __handle_stat(h, &st);
    if (result >= 0 && (st.mode & MODE_TYPE) != MODE_FILE)
        result = -ERR_NODEV;
    if (result >= 0)
        result = __limit_grow(h, (uint64_t)end);
    if (result >= 0 && (int64_t)st.size < end)
        result = __verb(h, VERB_truncate, (uint64_t)end, 0, 0, 0, NULL);
    return result < 0 ? (int)-result : 0;
}

/* Linux's: nothing but the promise of a size can be kept, so every mode but 0 is refused. */
int fallocate(int fd, int mode, off_t offset, off_t n)
{
    if (mode)
        return (int)__result(__fd_handle(fd) == HANDLE_NONE ? -ERR_BADF : -ERR_OPNOTSUPP);
    return (int)__result(-posix_fallocate(fd, offset, n));
}

/* Everything is in memory already. */
ssize_t readahead(int fd, off_t offset, size_t n)
{
    int error =
        posix_fadvise(fd, offset, n > INT64_MAX ? INT64_MAX : (off_t)n, POSIX_FADV_WILLNEED);
    return __result(error == ERR_SPIPE ? -ERR_INVAL : -error);
}
