/* rename.c: rename(). */
#include <fcntl.h>
#include <stdio.h>
#include "internal/files.h"

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return (int)__result(__path_pair(VERB_renameat, from_dir, from, to_dir, to, 0));
}

/* Weak: gnulib has one of its own, and it calls renameat. */
LIBC_WEAK int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    if (flags > RENAME_EXCHANGE)
        return (int)__result(-ERR_INVAL);
    return (int)__result(__path_pair(VERB_renameat, from_dir, from, to_dir, to, flags));
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}
