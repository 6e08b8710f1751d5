/* chmod.c: permissions. */
#include <fcntl.h>
#include <sys/stat.h>
#include "internal/setattr.h"

int fchmod(int fd, mode_t mode)
{
    struct dyad_setattr attributes = {.mode = mode & 07777};
    return (int)__result(__setattr(__fd_handle(fd), &attributes, SETATTR_MODE));
}

int fchmodat(int dir, const char *path, mode_t mode, int flags)
{
    struct dyad_setattr attributes = {.mode = mode & 07777};
    if (flags & ~AT_SYMLINK_NOFOLLOW)
        return (int)__result(-ERR_INVAL);
    return (int)__result(
        __setattr_path(dir, path, &attributes, SETATTR_MODE, flags & AT_SYMLINK_NOFOLLOW));
}

int chmod(const char *path, mode_t mode)
{
    return fchmodat(AT_FDCWD, path, mode, 0);
}

int lchmod(const char *path, mode_t mode)
{
    return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);
}
