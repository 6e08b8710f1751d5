/* dyad/startup.h: the handles that a program started with, and its descriptors' handles. */
#pragma once
#include <features.h>
#include "abi/error.h"
#include "abi/syscall.h"

__BEGIN_DECLS
/* The first startup handle of this kind, or HANDLE_NONE. Still the program's own: closing it is the caller's choice. */
handle_t dyad_startup_handle(enum startup_kind kind);

/* The entry at `index` of the startup table, or NULL past its end: for kinds that occur more than once. */
const struct startup_entry *dyad_startup_entry(uint32_t index);

/* The handle behind a descriptor, or HANDLE_NONE. It belongs to the descriptor. */
handle_t dyad_fd_handle(int fd);

/* A new descriptor for a handle, which moves into it. flags: 0 or O_CLOEXEC. -1 and errno (EMFILE) leave it the caller's. */
int dyad_fd_from_handle(handle_t handle, int flags);

/* The handle of the process server, opened when the program was not given one; HANDLE_NONE without one. */
handle_t dyad_proc_handle(void);
__END_DECLS
