/* syscall.h: the one table of system calls. The ABI is abi/syscall.h. */
#pragma once
#include "core/thread.h"

/* Do the system call that t, current, has trapped with. -> its result, or STATUS_* of core/base.h. */
MUST_CHECK status_t syscall_dispatch(struct thread *t);
