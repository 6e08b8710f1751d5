/* path_open.c: open by path, from server to server. */
#include "abi/layout.h"
#include "internal/files.h"

/* Only the open of a fifo waits for somebody; that of another file is not the place where a program expects EINTR. */
static bool is_fifo(const struct path_target *target, uint32_t flags)
{
    struct dyad_stat st;
    struct call_args args = CALL_ARGS_NONE;
    if (target->dir == HANDLE_NONE)
        return false;
    args.args[0] = flags & FILE_NOFOLLOW;
    args.in = target->text;
    args.in_len = (uint32_t)target->len;
    args.out = &st;
    args.out_len = sizeof st;
    return __verb_call(target->dir, VERB_statat, &args) >= 0 && (st.mode & MODE_TYPE) == MODE_FIFO;
}

static bool must_repeat(struct path_target *target, uint32_t flags, int64_t result, unsigned seen)
{
    if (unlikely(result == -ERR_INTR))
        return __restart(result, seen) || !is_fifo(target, flags);
    return __path_recover(target, VERB_open, result);
}

int64_t __path_open(int dirfd, const char *path, uint32_t flags, uint32_t mode)
{
    char room[DYAD_PATH_MAX + 1];
    for (int hops = 0; hops <= SYMLOOP_MAX; hops++) {
        struct path_target target;
        int64_t result = __path_target(dirfd, path, room, &target);
        if (result < 0)
            return result;
        unsigned seen;
        do {
            seen = __interruptions();
            result = dyad_open(target.dir, target.text, target.len, flags, mode, room);
        } while (must_repeat(&target, flags, result, seen));
        /* A device is a link to a scheme; one that is not there is a device that does not exist (XSH open). */
        if (unlikely(result == -ERR_NODEV) && path == room)
            return -ERR_NXIO;
        if (result != -ERR_XDEV)
            return unlikely(result < 0) ? __path_error(&target, result) : result;
        room[DYAD_PATH_MAX] = 0;
        path = room;
    }
    return -ERR_LOOP;
}
