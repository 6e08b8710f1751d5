/* flock.c: locks on whole files. */
#include <sys/file.h>
#include "internal/files.h"
#include "abi/file.h"

int flock(int fd, int operation)
{
    uint64_t type;
    switch (operation & ~LOCK_NB) {
    case LOCK_SH: type = FILE_LOCK_READ; break;
    case LOCK_EX: type = FILE_LOCK_WRITE; break;
    case LOCK_UN: type = FILE_LOCK_NONE; break;
    default: return (int)__result(-ERR_INVAL);
    }
    uint64_t command = operation & LOCK_NB ? FILE_LOCK_WHOLE : FILE_LOCK_WHOLE_WAIT;
    return (int)__result(__verb(__fd_handle(fd), VERB_lock, command, 0, 0, type, NULL));
}
