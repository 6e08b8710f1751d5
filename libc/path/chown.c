/* chown.c: owner and group. An id of -1 stays as it is. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/setattr.h"

static uint64_t owner_mask(uid_t uid, gid_t gid)
{
    return (uid != (uid_t)-1 ? SETATTR_UID : 0) | (gid != (gid_t)-1 ? SETATTR_GID : 0);
}

int fchown(int fd, uid_t uid, gid_t gid)
{
    struct dyad_setattr attributes = {.uid = uid, .gid = gid};
    return (int)__result(__setattr(__fd_handle(fd), &attributes, owner_mask(uid, gid)));
}

int fchownat(int dir, const char *path, uid_t uid, gid_t gid, int flags)
{
    struct dyad_setattr attributes = {.uid = uid, .gid = gid};
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return (int)__result(-ERR_INVAL);
    if ((flags & AT_EMPTY_PATH) && path[0] == 0)
        return fchown(dir, uid, gid);
    return (int)__result(
        __setattr_path(dir, path, &attributes, owner_mask(uid, gid), flags & AT_SYMLINK_NOFOLLOW));
}

int chown(const char *path, uid_t uid, gid_t gid)
{
    return fchownat(AT_FDCWD, path, uid, gid, 0);
}

int lchown(const char *path, uid_t uid, gid_t gid)
{
    return fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}
