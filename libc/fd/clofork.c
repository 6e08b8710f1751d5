/*
 * clofork.c: descriptors that fork closes in the child (POSIX.1-2024: O_CLOFORK and its kin). A note of the word in __fd_table counts as
 * long as the descriptor is what it was: handles are not used twice. Between a descriptor's birth and its note there is no fork.
 */
#include <fcntl.h>
#include <limits.h>
#include "internal/files.h"
#include "internal/lock.h"
#include "internal/signals.h"

static struct {
    struct libc_lock lock;
    _Atomic bool used; /* there may be notes */
    _Atomic uint32_t words[OPEN_MAX];
} clofork;

static uint32_t word_of(int fd)
{
    return __c11_atomic_load(&__fd_table[fd], __ATOMIC_ACQUIRE) & ~FD_WORD_CLOEXEC;
}

void __clofork_lock(void)
{
    libc_lock(&clofork.lock);
}

void __clofork_unlock(void)
{
    libc_unlock(&clofork.lock);
}

uint64_t __clofork_begin(void)
{
    uint64_t mask = __signals_block_all();
    __clofork_lock();
    return mask;
}

void __clofork_end(uint64_t mask)
{
    __clofork_unlock();
    __signals_restore(mask);
}

bool __clofork_get(int fd)
{
    uint32_t word = word_of(fd);
    return word != 0 && clofork.words[fd] == word;
}

void __clofork_set_locked(int fd, bool on)
{
    uint32_t word = word_of(fd);
    if (on)
        clofork.used = true;
    if (on || clofork.words[fd] == word)
        clofork.words[fd] = on ? word : 0;
}

int64_t __fd_install_flags(int64_t handle, int flags, int minimum)
{
    if (!(flags & O_CLOFORK))
        return __fd_install(handle, flags & O_CLOEXEC, minimum);
    uint64_t mask = __clofork_begin();
    int64_t fd = __fd_install(handle, flags & O_CLOEXEC, minimum);
    if (fd >= 0)
        __clofork_set_locked((int)fd, true);
    __clofork_end(mask);
    return fd;
}

/* The record locks are the parent's: nothing of them ends here. */
void __clofork_in_child(void)
{
    if (!clofork.used)
        return;
    for (int fd = 0; fd < OPEN_MAX; fd++) {
        if (clofork.words[fd] != 0 && __clofork_get(fd))
            dyad_handle_close(
                __fd_word_handle(__c11_atomic_exchange(&__fd_table[fd], 0, __ATOMIC_ACQ_REL)));
        clofork.words[fd] = 0;
    }
    clofork.used = false;
}
