/* fsync.c: make it lasting. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/cancel.h"
#include "internal/files.h"

int fsync(int fd)
{
    return (int)__result(CANCELLABLE(__verb(__fd_handle(fd), VERB_sync, 0, 0, 0, 0, NULL)));
}

int fdatasync(int fd)
{
    return (int)__result(CANCELLABLE(__verb(__fd_handle(fd), VERB_sync, 1, 0, 0, 0, NULL)));
}

/* The root's server stands for all: sync on its root directory writes everything that it holds. */
void sync(void)
{
    __verb(__files.root, VERB_sync, 0, 0, 0, 0, NULL);
}

/* The range is part of the whole. */
int sync_file_range(int fd, off_t offset, off_t n, unsigned flags)
{
    if (offset < 0 || n < 0 || flags > 7)
        return (int)__result(-ERR_INVAL);
    return fdatasync(fd);
}

int syncfs(int fd)
{
    return fsync(fd);
}
