/* mkdir.c: new folders. */
#include <fcntl.h>
#include <sys/stat.h>
#include "internal/files.h"

int mkdirat(int dir, const char *path, mode_t mode)
{
    struct path_request request = {.verb = VERB_mkdirat,
                                   .args = {0, mode & 07777 & ~__files.umask}};
    return (int)__result(__path_call(dir, path, &request));
}

int mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}
