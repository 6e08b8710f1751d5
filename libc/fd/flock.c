/* flock.c: locks on whole files. */
#include <sys/file.h>
#include "internal/files.h"
#include "internal/lock_verb.h"

int flock(int fd, int operation)
{
    uint64_t type;
    switch (operation & ~LOCK_NB) {
    case LOCK_SH: type = LOCK_TYPE_READ; break;
    case LOCK_EX: type = LOCK_TYPE_WRITE; break;
    case LOCK_UN: type = LOCK_TYPE_NONE; break;
    default: return (int)__result(-ERR_INVAL);
    }
    uint64_t command = operation & LOCK_NB ? LOCK_WHOLE : LOCK_WHOLE_WAIT;
    return (int)__result(__verb(__fd_handle(fd), VERB_lock, command, 0, 0, type, NULL));
}
