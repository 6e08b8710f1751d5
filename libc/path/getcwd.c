/* getcwd.c: the server of the working directory knows its path. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "abi/layout.h"
#include "internal/files.h"

/* The path with its terminator -> bytes. A path of another scheme is shown as /scheme/name/rest. */
static int64_t current_path(char room[DYAD_PATH_MAX + 64])
{
    struct path_target target = {.dir = __files.cwd, .place = &__files.cwd};
    int64_t n;
    do
        n = __verb_data(target.dir, VERB_path, 0, 0, NULL, 0, room, DYAD_PATH_MAX);
    while (__path_recover(&target, VERB_path, n));
    if (n < 0)
        return n;
    if (n > (int64_t)DYAD_PATH_MAX)
        return -ERR_PROTO;
    size_t prefix = __path_scheme_prefix(room, (size_t)n);
    if (prefix) {
        static const char folder[] = "/scheme/";
        memmove(room + sizeof folder - 1, room, (size_t)n);
        memcpy(room, folder, sizeof folder - 1);
        room[sizeof folder - 1 + prefix - 1] = '/';
        n += (int64_t)sizeof folder - 1;
    }
    room[n] = 0;
    return n + 1;
}

char *getcwd(char *buf, size_t size)
{
    char room[DYAD_PATH_MAX + 64];
    int64_t n = buf && size == 0 ? -ERR_INVAL : current_path(room);
    if (n > 0 && size != 0 && (size_t)n > size)
        n = -ERR_RANGE;
    if (__result(n) < 0)
        return NULL;
    if (!buf)
        buf = malloc(size ? size : (size_t)n);
    return buf ? memcpy(buf, room, (size_t)n) : NULL;
}

char *get_current_dir_name(void)
{
    return getcwd(NULL, 0);
}
