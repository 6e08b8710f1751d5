/* internal/stack_image.h: the first stack of a program (System V ABI): pure functions, tested on the host. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "abi/syscall.h"
#include "internal/libc.h"

#define STACK_AUXV_MAX 24

struct stack_request {
    char *const *argv;
    char *const *envp;
    const char *path;     /* AT_EXECFN */
    const char *cwd_path; /* AT_DYAD_CWD; NULL: no such entry */
    const uint64_t (*auxv)
        [2]; /* without AT_RANDOM, AT_EXECFN, AT_DYAD_STARTUP, AT_DYAD_CWD, AT_DYAD_LIMITS, AT_NULL */
    size_t auxv_count;
    const struct startup_entry *entries;
    uint32_t entry_count;
    uint32_t umask;
    const struct startup_limits *limits; /* AT_DYAD_LIMITS; NULL: no such entry */
    uint8_t random[16];
};

/* Bytes needed, a multiple of 16; or -ERR_2BIG when argv, envp and their strings exceed ARG_MAX. */
LIBC_HIDDEN int64_t __stack_image_size(const struct stack_request *request);
/* Fill `size` bytes that will end at address top (16-byte aligned). The stack pointer is top - size. */
LIBC_HIDDEN void __stack_image_build(const struct stack_request *request, void *buffer, size_t size,
                                     uint64_t top);
