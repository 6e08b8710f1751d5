/* internal/lock_verb.h: VERB_lock's commands and reply, as libc and the file servers use them. */
#pragma once
#include <stdint.h>
#include "internal/libc.h"

/* args[0]. Record locks have fcntl's numbers; LOCK_WHOLE is flock's, on the open file and not the process. */
enum lock_command { LOCK_QUERY = 5, LOCK_SET = 6, LOCK_SET_WAIT = 7, LOCK_WHOLE = 8, LOCK_WHOLE_WAIT = 9 };
/* args[3] */
enum lock_type { LOCK_TYPE_READ = 0, LOCK_TYPE_WRITE = 1, LOCK_TYPE_NONE = 2 };

/* The reply to LOCK_QUERY: the first lock in the way; type LOCK_TYPE_NONE when there is none. */
struct lock_reply {
    int64_t  start, length;
    uint32_t type, pid;
};
