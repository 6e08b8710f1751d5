/* internal/sched.h: policies and priorities, as sched.c, spawn.c and pthreads share them. */
#pragma once
#include <sched.h>
#include <stdint.h>
#include "abi/syscall.h"
#include "internal/libc.h"

/* A policy and priority as SCHED_WORD(); -ERR_INVAL when they do not go together. */
LIBC_HIDDEN int64_t __sched_word(int policy, int priority);
/* Set them for the first thread of a process (0: for the calling thread). The word before, or -ERR_*. */
LIBC_HIDDEN int64_t __sched_set(pid_t pid, int64_t word);
/* The word of the first thread of a process (0: of the calling thread). */
LIBC_HIDDEN int64_t __sched_get(pid_t pid);
