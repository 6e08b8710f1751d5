/* mock_kernel.h: a kernel made of one function, for the parts of libc that only need results. */
#pragma once
#include <stdint.h>

/* The test's kernel: number and up to six arguments -> result. */
extern int64_t (*mock_syscall)(uint64_t number, const uint64_t args[6]);

/* Calls since the last reset; the one with index mock_fail_at gives -ERR_NOMEM instead of being made (-1: none). What frees
   (unmap, handle_close) never fails. */
extern int mock_calls, mock_fail_at;
void mock_reset(void);
