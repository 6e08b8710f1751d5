/* path_open.c: open by path, from server to server. */
#include "abi/layout.h"
#include "internal/files.h"

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
        } while (__restart(result, seen) || __path_recover(&target, VERB_open, result));
        if (result != -ERR_XDEV)
            return result;
        room[DYAD_PATH_MAX] = 0;
        path = room;
    }
    return -ERR_LOOP;
}
