/*
 * internal/files.h: descriptors and paths.
 *
 * The table fd -> handle is an array of atomic words, so that reading and writing takes no lock, a fork copies it
 * in a consistent state, and closing is an exchange. A stale handle is caught by the kernel: handles have generations.
 */
#pragma once
#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>
#include "abi/file.h"
#include "internal/gate.h"

/* 0: free. Otherwise handle + 1, with FD_WORD_CLOEXEC. */
#define FD_WORD_CLOEXEC 0x80000000u
LIBC_HIDDEN extern _Atomic uint32_t __fd_table[OPEN_MAX];
/* RLIMIT_NOFILE, at most OPEN_MAX: no new descriptor is that large. */
LIBC_HIDDEN extern _Atomic int __fd_limit;

/*
 * Gives up the process's record locks on the handle's file: POSIX wants that whenever one of its descriptors is closed. NULL as
 * long as the process has made no such lock, so that others do not pay for it.
 */
LIBC_HIDDEN extern void (*_Atomic __record_locks_end)(handle_t);
LIBC_HIDDEN void __record_locks_drop(handle_t); /* its value otherwise */
static inline void __before_close(handle_t h)
{
    void (*end)(handle_t) = __record_locks_end;
    if (unlikely(end != NULL))
        end(h);
}

/* The process's directories. HANDLE_NONE when it has none. */
struct process_files {
    _Atomic handle_t root, cwd;
    _Atomic uint32_t umask;
    bool chrooted;        /* the root is not the file system's */
    const char *cwd_path; /* what getcwd said when it was last changed, or "": for path/recover.c */
};
LIBC_HIDDEN extern struct process_files __files;

static inline uint32_t __fd_word(handle_t handle, bool cloexec)
{
    return ((uint32_t)handle + 1) | (cloexec ? FD_WORD_CLOEXEC : 0);
}
static inline handle_t __fd_word_handle(uint32_t word)
{
    return (handle_t)((word & ~FD_WORD_CLOEXEC) - 1); /* a free word gives HANDLE_NONE */
}

/* The handle of fd; HANDLE_NONE, which the kernel answers with -ERR_BADF, when fd is not open. Borrowed. */
static inline handle_t __fd_handle(int fd)
{
    if (unlikely((unsigned)fd >= OPEN_MAX))
        return HANDLE_NONE;
    return __fd_word_handle(__c11_atomic_load(&__fd_table[fd], __ATOMIC_RELAXED));
}

/*
 * Put a handle (or an error from the call that should have given one) at the lowest free descriptor >= minimum.
 * The handle is moved: on -ERR_MFILE it is closed. Returns the descriptor or the error.
 */
LIBC_HIDDEN int64_t __fd_install(int64_t handle_or_error, bool cloexec, int minimum);

/* The same with O_CLOEXEC and O_CLOFORK in flags: fd/clofork.c. */
LIBC_HIDDEN int64_t __fd_install_flags(int64_t handle_or_error, int flags, int minimum);

/* Descriptors that a fork closes in the child. There is no fork between these; signals are blocked: */
LIBC_HIDDEN void __clofork_lock(void);
LIBC_HIDDEN void __clofork_unlock(void);
LIBC_HIDDEN uint64_t __clofork_begin(void); /* by these themselves */
LIBC_HIDDEN void __clofork_end(uint64_t mask);
LIBC_HIDDEN bool __clofork_get(int fd); /* below OPEN_MAX */
LIBC_HIDDEN void __clofork_set_locked(int fd, bool on);
LIBC_HIDDEN void __clofork_in_child(void);

/* Where a path goes. */
struct path_target {
    handle_t dir; /* HANDLE_NONE: text is "scheme:rest" */
    const char *text;
    size_t len;
    _Atomic handle_t *
        place; /* where dir is from when it is the process's root or working directory; NULL: elsewhere */
};

/*
 * Sort a path: relative to dirfd (or AT_FDCWD), absolute, "name:rest" (dirfd is AT_FDCWD or -1, or path a server's redirect in
 * room), or "/scheme/name/rest", which is rewritten into room (DYAD_PATH_MAX + 1 bytes; path may lie at its start).
 * Errors: -ERR_NOENT for an empty path, -ERR_NAMETOOLONG, -ERR_BADF, -ERR_PROTO for a redirect that is a relative path.
 */
LIBC_HIDDEN int64_t __path_target(int dirfd, const char *path, char *room, struct path_target *out);

/*
 * After a call of `verb` at target->dir gave `result`: true when that was because the directory is the process's own and its
 * server has been restarted, when target->dir is a new one now and the call may be made again. At most once a target.
 */
LIBC_HIDDEN bool __path_recover_slowly(struct path_target *target, uint32_t verb, int64_t result);
static inline bool __path_recover(struct path_target *target, uint32_t verb, int64_t result)
{
    return unlikely(result < 0) && __path_recover_slowly(target, verb, result);
}

/*
 * What the program is told when a verb at target->dir gave `result` < 0: -ERR_NOTDIR when its descriptor is no directory, since
 * servers of such files know no verbs on paths.
 */
LIBC_HIDDEN int64_t __path_error(const struct path_target *target, int64_t result);

/* Ask for the path of the working directory and keep it, for that case. */
LIBC_HIDDEN void __cwd_remember(void);

/* The length of "name:" at the start of text, or 0 when it is no scheme path. */
LIBC_HIDDEN size_t __path_scheme_prefix(const char *text, size_t len);

/* The same for a path of the program's, 0 also where there is no scheme of that name: files may have colons in their names. */
LIBC_HIDDEN size_t __path_scheme(int dirfd, const char *path, size_t len);

/* Open by path, following -ERR_XDEV redirects (-ERR_LOOP after 40). flags: FILE_*. mode: after umask. -> handle */
LIBC_HIDDEN int64_t __path_open(int dirfd, const char *path, uint32_t flags, uint32_t mode);

/* A verb on a path: its payload is prefix followed by the path. Redirects are followed. */
struct path_request {
    uint32_t verb;
    const void *prefix;
    size_t prefix_len;
    uint64_t args[4];
    void *out;
    size_t out_len;
    bool sends; /* a handle goes along */
    handle_t send;
};
LIBC_HIDDEN int64_t __path_call(int dirfd, const char *path, const struct path_request *request);

/* renameat and linkat: two paths, each at its own directory. */
LIBC_HIDDEN int64_t __path_pair(uint32_t verb, int from_dir, const char *from, int to_dir,
                                const char *to, uint64_t flags);

/* stat by handle: asks the server, and answers for objects that have none (pipes, memory, kernel files). */
LIBC_HIDDEN int64_t __handle_stat(handle_t h, struct dyad_stat *out);
LIBC_HIDDEN int64_t __path_stat(int dirfd, const char *path, bool nofollow, struct dyad_stat *out);
struct stat;
LIBC_HIDDEN void __stat_convert(const struct dyad_stat *from, struct stat *to);

/* Read or write as much of n as one POSIX call should: see fd/transfer.c. offset -1: the file's own. */
LIBC_HIDDEN int64_t __handle_read(handle_t h, void *buf, size_t n, int64_t offset);
LIBC_HIDDEN int64_t __handle_write(handle_t h, const void *buf, size_t n, int64_t offset);

/* What a write to a pipe or socket without readers does to the thread. */
LIBC_HIDDEN void __raise_own(uint32_t signo);

/* FILE_* flags for O_* flags. */
LIBC_HIDDEN uint32_t __open_flags(int flags);

/* VERB_control of the tty scheme on a descriptor, as a raw result. */
LIBC_HIDDEN int64_t __tty_control(int fd, uint32_t command, uint64_t arg, const void *in,
                                  size_t in_len, void *out, size_t out_len);
