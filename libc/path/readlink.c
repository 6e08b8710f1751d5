/* readlink.c: where a symbolic link points. */
#include <fcntl.h>
#include <unistd.h>
#include "internal/files.h"

ssize_t readlinkat(int dir, const char *restrict path, char *restrict buf, size_t n)
{
    struct path_request request = {.verb = VERB_readlinkat, .out = buf, .out_len = n};
    int64_t result = __path_call(dir, path, &request);
    return __result(result > (int64_t)n ? (int64_t)n : result);
}

ssize_t readlink(const char *restrict path, char *restrict buf, size_t n)
{
    return readlinkat(AT_FDCWD, path, buf, n);
}
