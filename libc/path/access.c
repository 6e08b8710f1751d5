/* access.c: may the caller use a file? */
#include <fcntl.h>
#include <unistd.h>
#include "abi/layout.h"
#include "internal/files.h"

/* For files whose server knows only open and stat. */
static int64_t access_by_stat(const char *path, int mode, bool effective)
{
    struct dyad_stat st;
    int64_t result = __path_stat(-1, path, false, &st);
    if (result < 0 || mode == F_OK)
        return result;
    uint32_t uid = (uint32_t)dyad_cred_get(effective ? CRED_EUID : CRED_UID);
    uint32_t gid = (uint32_t)dyad_cred_get(effective ? CRED_EGID : CRED_GID);
    if (uid == 0)
        return (mode & X_OK) && !(st.mode & 0111) ? -ERR_ACCES : 0;
    uint32_t granted = st.uid == uid ? st.mode >> 6 : st.gid == gid ? st.mode >> 3 : st.mode;
    return ((uint32_t)mode & ~granted & 7) ? -ERR_ACCES : 0;
}

static int64_t access_at(int dir, const char *path, int mode, bool effective)
{
    char room[DYAD_PATH_MAX + 1];
    struct path_target target;
    if (mode & ~(R_OK | W_OK | X_OK))
        return -ERR_INVAL;
    int64_t result = __path_target(dir, path, room, &target);
    if (result < 0)
        return result;
    if (target.dir == HANDLE_NONE)
        return access_by_stat(target.text, mode, effective);

    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = (uint64_t)mode;
    args.args[1] = effective;
    args.in = target.text;
    args.in_len = (uint32_t)target.len;
    args.out = room;
    args.out_len = DYAD_PATH_MAX;
    do
        result = __verb_call(target.dir, VERB_accessat, &args);
    while (__path_recover(&target, VERB_accessat, result));
    if (result != -ERR_XDEV || args.out_done == 0 || args.out_done > DYAD_PATH_MAX)
        return result < 0 ? __path_error(&target, result) : 0;
    room[args.out_done] = 0;
    return access_by_stat(room, mode, effective);
}

int faccessat(int dir, const char *path, int mode, int flags)
{
    if (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW))
        return (int)__result(-ERR_INVAL);
    return (int)__result(access_at(dir, path, mode, flags & AT_EACCESS));
}

int access(const char *path, int mode)
{
    return (int)__result(access_at(AT_FDCWD, path, mode, false));
}

int eaccess(const char *path, int mode)
{
    return (int)__result(access_at(AT_FDCWD, path, mode, true));
}

int euidaccess(const char *path, int mode)
{
    return eaccess(path, mode);
}
