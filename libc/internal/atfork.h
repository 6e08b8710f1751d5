/* internal/atfork.h: what fork runs around itself. */
#pragma once
#include "internal/libc.h"

enum atfork_when { ATFORK_PREPARE, ATFORK_PARENT, ATFORK_CHILD };
/* Weak: only in programs that register a handler. */
LIBC_HIDDEN void __atfork_run(enum atfork_when when);

/* From malloc, stdio and mremap; weak, for programs without them. */
LIBC_HIDDEN void __malloc_fork_lock(void);
LIBC_HIDDEN void __malloc_fork_unlock(void);
LIBC_HIDDEN void __stdio_fork_lock(void);
LIBC_HIDDEN void __stdio_fork_unlock(void);
LIBC_HIDDEN void __mremap_fork_lock(void);
LIBC_HIDDEN void __mremap_fork_unlock(void);
