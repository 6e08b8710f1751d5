/* dup.c: one open file under several descriptors: the handles share the kernel's file, so offset and status flags. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/files.h"

int dup(int fd)
{
    return (int)__result(__fd_install(dyad_handle_dup(__fd_handle(fd), RIGHT_ALL), false, 0));
}

static int64_t dup_to(int fd, int to, bool cloexec)
{
    if (to < 0 || to >= __fd_limit)
        return -ERR_BADF;
    int64_t handle = dyad_handle_dup(__fd_handle(fd), RIGHT_ALL);
    if (handle < 0)
        return handle;
    uint32_t old = __c11_atomic_exchange(&__fd_table[to], __fd_word((handle_t)handle, cloexec),
                                         __ATOMIC_ACQ_REL);
    if (old) {
        __before_close(__fd_word_handle(old));
        dyad_handle_close(__fd_word_handle(old));
    }
    return to;
}

static int64_t dup_to_clofork(int fd, int to, bool cloexec)
{
    uint64_t mask = __clofork_begin();
    int64_t result = dup_to(fd, to, cloexec);
    if (result >= 0)
        __clofork_set_locked(to, true);
    __clofork_end(mask);
    return result;
}

/* Nothing happens when both are the same open descriptor. */
int dup2(int fd, int to)
{
    if (fd == to)
        return __fd_handle(fd) == HANDLE_NONE ? (int)__result(-ERR_BADF) : fd;
    return (int)__result(dup_to(fd, to, false));
}

int dup3(int fd, int to, int flags)
{
    if (fd == to || (flags & ~(O_CLOEXEC | O_CLOFORK)))
        return (int)__result(-ERR_INVAL);
    if (flags & O_CLOFORK)
        return (int)__result(dup_to_clofork(fd, to, flags & O_CLOEXEC));
    return (int)__result(dup_to(fd, to, flags & O_CLOEXEC));
}
