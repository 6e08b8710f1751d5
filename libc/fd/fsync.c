/* fsync.c: make it lasting. */
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

int syncfs(int fd)
{
    return fsync(fd);
}
