/*
 * internal/limits.h: resource limits. libc keeps their values, hands them to forks and to the next program, and holds those that it can:
 * RLIMIT_AS, DATA, FSIZE, NOFILE and STACK. RLIMIT_CPU and NPROC are procd's. What nobody can get round are the kernel's quotas.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/syscall.h"
#include "internal/libc.h"

/* Those that are not the default. Written under the lock of rlimit.c. */
LIBC_HIDDEN extern struct startup_limits __limits;

/* RLIMIT_FSIZE: no file grows beyond it. UINT64_MAX: none. */
LIBC_HIDDEN extern _Atomic uint64_t __limit_file;
/* The lesser of RLIMIT_AS and, for memory that is written to, of RLIMIT_DATA. UINT64_MAX: none. */
LIBC_HIDDEN extern _Atomic uint64_t __limit_space, __limit_data;

/* Take over what exec has left. */
LIBC_HIDDEN void __limits_start(const struct startup_limits *limits);
/* For exec: NULL when all are the default; bytes of the stack, 0 for the default. */
LIBC_HIDDEN const struct startup_limits *__limits_inherited(void);
LIBC_HIDDEN uint64_t __limits_stack(void);
/* Make what is in __limits count for this process. */
LIBC_HIDDEN void __limits_apply(void);

/* Is there room for so many bytes more? 0 or -ERR_NOMEM. */
LIBC_HIDDEN int64_t __limit_memory_slowly(uint64_t bytes, bool data);
static inline int64_t __limit_memory(uint64_t bytes, bool data)
{
    bool none = __limit_space == UINT64_MAX && (!data || __limit_data == UINT64_MAX);
    return likely(none) ? 0 : __limit_memory_slowly(bytes, data);
}

/* A write of *n bytes to a regular file at offset (-1: where it stands): *n becomes what the limit leaves. -ERR_FBIG after SIGXFSZ when it
 * leaves nothing. */
LIBC_HIDDEN int64_t __limit_write_slowly(handle_t file, size_t *n, int64_t offset);
static inline int64_t __limit_write(handle_t file, size_t *n, int64_t offset)
{
    return likely(__limit_file == UINT64_MAX) ? 0 : __limit_write_slowly(file, n, offset);
}
/* A file is to become so large: 0, or -ERR_FBIG after SIGXFSZ. */
LIBC_HIDDEN int64_t __limit_grow(handle_t file, uint64_t size);
