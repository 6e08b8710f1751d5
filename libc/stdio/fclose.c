/* fclose.c: the end of a stream. */
#include <stdlib.h>
#include "internal/stdio.h"

int fclose(FILE *f)
{
    /* Out of the list first: fflush(NULL) in another thread must not meet a stream that is going away. */
    if (f->flags & FILE_LISTED)
        __file_list_remove(f);
    FLOCK(f);
    int result = __file_sync(f);
    if (f->ops->close && f->ops->close(f) != 0)
        result = EOF;
    bool to_free = !(f->flags & FILE_STATIC);
    /* A standard stream stays behind as one that can do nothing. */
    f->flags &= FILE_STATIC | FILE_CALLER_LOCKS;
    f->fd = -1;
    FUNLOCK(f);
    if (to_free)
        free(f);
    return result;
}
