/* internal/record_lock.h: fcntl's locks. */
#pragma once
#include "internal/gate.h"

struct flock;
/* F_GETLK, F_SETLK, F_SETLKW and their F_OFD_ kind. 0 or -ERR_*. */
LIBC_HIDDEN int64_t __record_lock(handle_t h, int command, struct flock *lock);
