/* unlink.c: remove names. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "internal/files.h"

int unlinkat(int dir, const char *path, int flags)
{
    if (flags & ~AT_REMOVEDIR)
        return (int)__result(-ERR_INVAL);
    if (*path && path[strspn(path, "/")] == 0) /* the root is always in use */
        return (int)__result(flags & AT_REMOVEDIR ? -ERR_BUSY : -ERR_ISDIR);
    struct path_request request = {.verb = VERB_unlinkat, .args = {flags & AT_REMOVEDIR ? 1 : 0}};
    return (int)__result(__path_call(dir, path, &request));
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}
