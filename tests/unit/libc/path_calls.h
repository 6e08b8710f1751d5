/*
 * path_calls.h: libc's calls on paths under the names that host tests know them by, and the shapes they take: those of
 * libc/internal/files.h, which a program with the host's headers cannot include.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/file.h"
#include "abi/syscall.h"

struct process_files {
    _Atomic handle_t root, cwd;
    _Atomic uint32_t umask;
    bool chrooted;
    const char *cwd_path;
};
struct path_request {
    uint32_t verb;
    const void *prefix;
    size_t prefix_len;
    uint64_t args[4];
    void *out;
    size_t out_len;
    bool sends;
    handle_t send;
};
extern _Atomic uint32_t dy___fd_table[];
int64_t dy___path_open(int dirfd, const char *path, uint32_t flags, uint32_t mode);
int64_t dy___path_call(int dirfd, const char *path, const struct path_request *request);
int64_t dy___path_stat(int dirfd, const char *path, bool nofollow, struct dyad_stat *out);
