/* table.c: the table of descriptors. */
#include "abi/scheme.h"
#include "internal/files.h"

_Atomic uint32_t __fd_table[OPEN_MAX];
_Atomic int __fd_limit = OPEN_MAX;
void (*_Atomic __record_locks_end)(handle_t);

void __record_locks_drop(handle_t h)
{
    /* What is no file has no locks. */
    __verb(h, VERB_lock, FILE_LOCK_SET, 0, 0, FILE_LOCK_NONE, NULL);
}

int64_t __fd_install(int64_t handle, bool cloexec, int minimum)
{
    if (handle < 0)
        return handle;
    uint32_t word = __fd_word((handle_t)handle, cloexec);
    for (int fd = minimum, end = __fd_limit; fd < end; fd++) {
        uint32_t free = 0;
        if (__c11_atomic_load(&__fd_table[fd], __ATOMIC_RELAXED) == 0 &&
            __c11_atomic_compare_exchange_strong(&__fd_table[fd], &free, word, __ATOMIC_RELEASE,
                                                 __ATOMIC_RELAXED))
            return fd;
    }
    dyad_handle_close((handle_t)handle);
    return -ERR_MFILE;
}
