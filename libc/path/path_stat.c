/* path_stat.c: what a path names. */
#include "abi/layout.h"
#include "internal/files.h"

/* In another scheme the file itself is opened: a server without folders need know nothing of paths. */
static int64_t stat_opened(const char *path, bool nofollow, struct dyad_stat *out)
{
    int64_t handle = __path_open(-1, path, FILE_PATH | (nofollow ? FILE_NOFOLLOW : 0), 0);
    if (handle < 0)
        return handle;
    int64_t result = __handle_stat((handle_t)handle, out);
    dyad_handle_close((handle_t)handle);
    return result;
}

int64_t __path_stat(int dirfd, const char *path, bool nofollow, struct dyad_stat *out)
{
    char room[DYAD_PATH_MAX + 1];
    struct path_target target;
    int64_t result = __path_target(dirfd, path, room, &target);
    if (result < 0)
        return result;
    if (target.dir == HANDLE_NONE)
        return stat_opened(target.text, nofollow, out);

    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = nofollow ? FILE_NOFOLLOW : 0;
    args.in = target.text;
    args.in_len = (uint32_t)target.len;
    args.out = room; /* the redirect, if it comes to one, is longer than a struct dyad_stat */
    args.out_len = DYAD_PATH_MAX;
    do
        result = __verb_call(target.dir, VERB_statat, &args);
    while (__path_recover(&target, VERB_statat, result));
    if (result >= 0) {
        if (args.out_done < sizeof *out)
            return -ERR_PROTO;
        __builtin_memcpy(out, room, sizeof *out);
        return 0;
    }
    if (result != -ERR_XDEV || args.out_done == 0 || args.out_done > DYAD_PATH_MAX)
        return result;
    room[args.out_done] = 0;
    result = __path_target(-1, room, room, &target);
    return result < 0 ? result : stat_opened(room, nofollow, out);
}
