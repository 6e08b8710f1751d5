/* handle.c: between descriptors and handles, for servers. */
#include <fcntl.h>
#include <dyad/startup.h>
#include "internal/files.h"

handle_t dyad_fd_handle(int fd)
{
    return __fd_handle(fd);
}

int dyad_fd_from_handle(handle_t handle, int flags)
{
    uint32_t word = __fd_word(handle, flags & O_CLOEXEC);
    for (int fd = 0; fd < OPEN_MAX; fd++) {
        uint32_t free = 0;
        if (__c11_atomic_compare_exchange_strong(&__fd_table[fd], &free, word, __ATOMIC_RELEASE,
                                                 __ATOMIC_RELAXED))
            return fd;
    }
    return (int)__result(-ERR_MFILE);
}
