/*
 * internal/mappings.h: what libc remembers of mappings, for msync, mlock and their kin: which pages are locked, and which files may
 * be written through memory. Only programs that call one of these have it: mmap, fork and exec know it by weak references.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "abi/syscall.h"
#include "internal/libc.h"

/* Around each change of the address space, so that the notes and the space agree; also around fork. */
LIBC_HIDDEN void __mappings_lock(void);
LIBC_HIDDEN void __mappings_unlock(void);

/* Before a mapping of so many bytes: 0, or -ERR_AGAIN when it would be locked and must not. Locked. */
LIBC_HIDDEN int64_t __mappings_may(uint64_t bytes);
/* [addr, addr + bytes) is a new mapping; file: the open file whose pages it shares, or HANDLE_NONE. Locked. */
LIBC_HIDDEN void __mappings_made(uint64_t addr, uint64_t bytes, handle_t file);
/* There is nothing any more. Locked. */
LIBC_HIDDEN void __mappings_gone(uint64_t addr, uint64_t bytes);
/* Pages have gone elsewhere (mremap). Locked. */
LIBC_HIDDEN void __mappings_moved(uint64_t from, uint64_t old, uint64_t to, uint64_t length);
/* A child has no locks on memory. */
LIBC_HIDDEN void __mappings_in_child(void);
/* exec: nobody will ask for these files any more. */
LIBC_HIDDEN void __mappings_close_files(void);

/* Is there memory on each page that [addr, addr + length) touches? 0 or -ERR_NOMEM. addr need not be a page's. */
LIBC_HIDDEN int64_t __memory_check(const void *addr, size_t length);
