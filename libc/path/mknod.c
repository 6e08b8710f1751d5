/* mknod.c: fifos and sockets. Devices are schemes here, not nodes. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "internal/files.h"

static int64_t make_regular(int dir, const char *path, mode_t mode)
{
    int64_t handle = __path_open(dir, path, FILE_WRITE | FILE_CREATE | FILE_EXCL, mode);
    return handle < 0 ? handle : dyad_handle_close((handle_t)handle);
}

int mknodat(int dir, const char *path, mode_t mode, dev_t dev)
{
    (void)dev;
    mode_t type = mode & S_IFMT, permissions = mode & 07777 & ~__files.umask;
    if (type == 0 || type == S_IFREG)
        return (int)__result(make_regular(dir, path, permissions));
    if (type != S_IFIFO && type != S_IFSOCK)
        return (int)__result(-ERR_PERM);
    struct path_request request = {.verb = VERB_mknodat, .args = {0, type | permissions}};
    return (int)__result(__path_call(dir, path, &request));
}

int mknod(const char *path, mode_t mode, dev_t dev)
{
    return mknodat(AT_FDCWD, path, mode, dev);
}

int mkfifoat(int dir, const char *path, mode_t mode)
{
    return mknodat(dir, path, S_IFIFO | (mode & 07777), 0);
}

int mkfifo(const char *path, mode_t mode)
{
    return mkfifoat(AT_FDCWD, path, mode);
}
