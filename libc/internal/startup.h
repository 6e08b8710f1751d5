/* internal/startup.h: what a program finds when it starts. */
#pragma once
#include <stdint.h>
#include "abi/syscall.h"
#include "internal/libc.h"

/* Set once by __libc_start. */
LIBC_HIDDEN extern const uint64_t *__auxv;          /* pairs, ended by AT_NULL */
LIBC_HIDDEN extern const struct startup *__startup; /* NULL when there is none */

LIBC_HIDDEN uint64_t __auxv_get(uint64_t type);
/* Give the descriptors and directories of the startup table to the fd table. */
LIBC_HIDDEN void __files_start(const struct startup *startup);
