/* shm_open.c: shared memory objects: files of the root file system, which is in memory. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "internal/gate.h"
#include "internal/shm_name.h"

static const char folder[] = "/dev/shm/";

int __shm_path(const char *name, const char *prefix, char path[SHM_PATH_ROOM])
{
    while (*name == '/')
        name++;
    size_t length = strlen(name), before = strlen(prefix);
    if (length + before > NAME_MAX)
        return -ERR_NAMETOOLONG;
    if (length == 0 || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return -ERR_INVAL;
    strcpy(stpcpy(stpcpy(path, folder), prefix), name);
    return 0;
}

/* That the folder is sticky, so that unlink says EPERM, is not for the caller to know. */
int __shm_remove(const char *name, const char *prefix)
{
    char path[SHM_PATH_ROOM];
    int error = __shm_path(name, prefix, path);
    if (error || unlink(path) == 0)
        return error;
    return errno == EPERM ? -ERR_ACCES : -errno;
}

int shm_open(const char *name, int flags, mode_t mode)
{
    char path[SHM_PATH_ROOM];
    int error = __shm_path(name, "", path);
    if (error)
        return (int)__result(error);
    return open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
}

int shm_unlink(const char *name)
{
    return (int)__result(__shm_remove(name, ""));
}
