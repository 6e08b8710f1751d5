/* internal/shm_name.h: where named memory and semaphores are: files below /dev/shm. */
#pragma once
#include <stddef.h>
#include "internal/libc.h"

#define SHM_PATH_ROOM 280

/* "/name" to its path; prefix comes before the name. 0, or -ERR_INVAL, -ERR_NAMETOOLONG. */
LIBC_HIDDEN int __shm_path(const char *name, const char *prefix, char path[SHM_PATH_ROOM]);
/* Remove what has the name: 0, or -ERR_*; -ERR_ACCES for another user's. */
LIBC_HIDDEN int __shm_remove(const char *name, const char *prefix);
