/*
 * dyad/process.h: load a program into an address space and start it in a process. exec and init share this.
 * Results are 0 or -ERR_*; on failure the space may hold some of the program: throw it away.
 */
#pragma once
#include <features.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/error.h"
#include "abi/syscall.h"

/* A program file as memory. */
struct dyad_program {
    handle_t memory; /* RIGHT_READ and RIGHT_EXEC */
    uint64_t offset; /* of the file in it; page-aligned files are mapped, others copied */
    uint64_t size;   /* bytes of the file */
};

struct dyad_image {
    struct dyad_program program;
    const void *head;  /* the file's first head_bytes bytes, when the caller has them; NULL: not */
    size_t head_bytes; /* those needed and not there are read */
    const char *path;  /* AT_EXECFN; NULL: argv[0] */
    const char *name;  /* shown by ps; NULL: the basename of argv[0], or of path */
    char *const *argv; /* NULL-terminated */
    char *const *envp; /* NULL-terminated */
    const struct startup_entry *entries; /* handles as numbered in the new process */
    uint32_t entry_count;
    uint32_t umask;
    const char *cwd_path;                /* of STARTUP_CWD, as getcwd gives it; NULL: not known */
    uint64_t stack_size;                 /* 0: DYAD_STACK_SIZE */
    const struct startup_limits *limits; /* NULL: the usual ones */
};

__BEGIN_DECLS
/*
 * Load the image into an empty space and build its stack. out: what exec and thread_create need.
 * Errors: -ERR_NOEXEC (not a valid program for this machine), -ERR_2BIG (argv and envp over ARG_MAX), -ERR_NOMEM, ...
 */
int dyad_image_load(handle_t space, const struct dyad_image *image, struct exec_args *out);

/* dyad_image_load into the process's own space, its name, and its first thread. thread_flags: 0 or THREAD_SUSPENDED. */
int dyad_process_load(handle_t process, const struct dyad_image *image, uint32_t thread_flags);

/*
 * The program behind an open file (FILE_READ | FILE_EXEC). The caller closes out->memory.
 * Maps what the server offers; a file that its server cannot map is read into fresh memory.
 */
int dyad_program_open(handle_t file, struct dyad_program *out);
__END_DECLS
