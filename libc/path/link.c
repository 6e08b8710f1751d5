/* link.c: hard and symbolic links. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "internal/files.h"

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
        return (int)__result(-ERR_INVAL);
    return (int)__result(__path_pair(VERB_linkat, from_dir, from, to_dir, to, (uint64_t)flags));
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int symlinkat(const char *target, int dir, const char *path)
{
    if (target[0] == 0)
        return (int)__result(-ERR_NOENT);
    struct path_request request = {
        .verb = VERB_symlinkat, .prefix = target, .prefix_len = strlen(target) + 1};
    return (int)__result(__path_call(dir, path, &request));
}

int symlink(const char *target, const char *path)
{
    return symlinkat(target, AT_FDCWD, path);
}
