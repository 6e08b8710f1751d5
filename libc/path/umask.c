/* umask.c: which permissions new files never get. Kept here and applied here; exec passes it on. */
#include <sys/stat.h>
#include "internal/files.h"

mode_t umask(mode_t mask)
{
    return __c11_atomic_exchange(&__files.umask, mask & 0777, __ATOMIC_RELAXED);
}
