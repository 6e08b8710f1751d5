/* fflush.c: write what is pending; a stream being read gives back what it read ahead. */
#include "internal/stdio.h"

int fflush_unlocked(FILE *f)
{
    return __file_sync(f);
}

int fflush(FILE *f)
{
    if (!f)
        return __file_flush_all(0);
    FLOCK(f);
    int result = __file_sync(f);
    FUNLOCK(f);
    return result;
}
