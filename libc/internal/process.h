/* internal/process.h: talking to procd, and building program images. */
#pragma once
#include "abi/proc.h"
#include "internal/gate.h"

/* A call to the process server. When it has died its scheme is opened again, once. */
LIBC_HIDDEN int64_t __proc_call(uint32_t verb, struct call_args *args);
LIBC_HIDDEN int64_t __proc_verb(uint32_t verb, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                                uint64_t *values);
/* The handle, for exec and fork; HANDLE_NONE when never opened. */
LIBC_HIDDEN extern _Atomic handle_t __proc_server;

/* The process may have saved ids that differ from the effective ones: no program starts so, but a fork keeps what was done. */
LIBC_HIDDEN extern _Atomic bool __ids_changed;

/* wait4 with procd's resource figures. */
LIBC_HIDDEN int64_t __proc_wait(int64_t pid, uint32_t options, struct proc_wait_result *out);
/* CPU time of children that were waited for. */
LIBC_HIDDEN extern _Atomic uint64_t __children_user_ns, __children_system_ns;

/* execve as a raw result: returns only with an error. */
LIBC_HIDDEN int64_t __exec(int dirfd, const char *path, char *const argv[], char *const envp[]);
/* posix_spawnp's search along PATH as a raw result; what is no program is -ERR_NOEXEC, not a script for the shell. */
LIBC_HIDDEN int64_t __exec_search(const char *file, char *const argv[], char *const envp[]);

/* The decoded first line of a script. */
struct script_line {
    char interpreter[256], argument[256]; /* argument: empty when there is none */
};
/* 1 when the file starts with "#!" and its line is sound, 0 when it is no script, -ERR_NOEXEC otherwise. A pure function. */
LIBC_HIDDEN int __script_decode(const char *head, size_t length, struct script_line *out);

struct dyad_stat;
struct dyad_program;
/* dyad_program_open, and what the file is. Errors: -ERR_ACCES for anything but a regular file. */
LIBC_HIDDEN int __program_open(handle_t file, struct dyad_program *out, struct dyad_stat *st);
