/* shm_open.c: shared memory objects: files of the root file system, which is in memory. */
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
    if (length == 0 || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return -ERR_INVAL;
    if (length + before > NAME_MAX)
        return -ERR_NAMETOOLONG;
    strcpy(stpcpy(stpcpy(path, folder), prefix), name);
    return 0;
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
    char path[SHM_PATH_ROOM];
    int error = __shm_path(name, "", path);
    return error ? (int)__result(error) : unlink(path);
}
