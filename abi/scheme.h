/*
 * scheme.h: the messages between clients, kernel and servers.
 *
 * scheme_create(namespace, name, length, flags 0) -> handle (all rights) to serve with. namespace HANDLE_NONE with length
 *   0: an unnamed scheme. The namespace handle needs RIGHT_CALL. A live scheme of that name: -ERR_EXIST.
 *   When a process that has taken requests ends, those complete with -ERR_NODEV, or go back to the queue when their verb is
 *   restartable and another process (a supervisor) still holds the scheme; untaken requests wait for the next server, and open
 *   files stay (a new server answers -ERR_STALE for file ids that it does not know).
 *   When the last handle with RIGHT_CONTROL is closed the scheme dies: every queued and served request completes with
 *   -ERR_NODEV at once, and so does every later use of its files; watchers get EVENT_HANGUP.
 * scheme_serve(scheme, const struct reply *, struct request *, buffer, length, deadline)
 *   reply NULL: only receive. request NULL: only reply. Returns 0 with a request, -ERR_TIMEDOUT, -ERR_INTR, or when
 *   the reply could not be delivered: -ERR_IDRM (client gone; no request is received in that trap, call again without the
 *   reply), -ERR_INVAL (no such tag, or a bad reply; the same). Any number of threads may serve one scheme.
 * scheme_copy(scheme, tag, direction, offset, buffer, length) -> bytes
 *   COPY_FROM_CLIENT reads the client's `in` payload from offset, COPY_TO_CLIENT writes into its `out`.
 * scheme_notify(scheme, file id, ready | news << 16): sets the readiness level (EVENT_*) of an open file. news: levels that were there
 *   and have been reached once more, which EVENT_EDGE wants to know.
 */
#pragma once
#include "abi/syscall.h"

/*
 * Every verb, once. X(number, name, restartable)
 * restartable: may be offered again to a restarted server. See docs/scheme.md for arguments.
 *
 *   verb       args / in -> result / values / out
 *   open       args[0] FILE_* flags, args[1] mode; in: path; file: directory's id, 0 for the scheme's root
 *              MODE_FILE in the mode: the path is a directory's, where a new file is made without a name (FILE_EXCL: for ever)
 *              MODE_SOCKET in the mode: the handle that mknodat has put there (connect; abi/socket.h)
 *              -> values[0] file id (unique among the scheme's open files, not 0), values[1] FILE_SEEKABLE or 0;
 *              with REPLY_HANDLE: the handle itself is what open returns. -ERR_XDEV: out = new path
 *   close      no reply. The file id is free again
 *   cancel     no reply. args[0]: tag that should be completed soon (-ERR_INTR, or its result)
 *   event      no reply. See event.h
 *   watch      no reply. The client wants events args[0] of the file: report levels by scheme_notify from now on
 *   read       args[0] offset (~0: not seekable); out -> bytes, values[1] ignored
 *   write      args[0] offset; in -> bytes; values[0]: the offset after it (for FILE_APPEND), 0: offset + bytes
 *   stat       out: struct dyad_stat
 *   statat     in: path; args[0] FILE_NOFOLLOW or 0; out: struct dyad_stat. -ERR_XDEV: out = new path
 *   setattr    args[0] SETATTR_* mask; in: struct dyad_setattr
 *   setattrat  in: struct dyad_setattr followed by path; args[0] mask, args[1] FILE_NOFOLLOW
 *   truncate   args[0] size
 *   list       args[0] cookie (0: start); out: struct dyad_dirent records -> bytes, 0 at end
 *   mkdirat    in: path; args[1] mode
 *   mknodat    in: path; args[1] mode with type (fifo, socket); send: for a socket, what stands behind it
 *   unlinkat   in: path; args[0] 0 file, 1 directory
 *   renameat   in: old path NUL new path; send: handle of the new path's directory (or none: same directory);
 *              args[0] RENAME_* flags; args[1] file id of the new directory, filled in by the kernel
 *   linkat     the same shape as renameat
 *   symlinkat  in: target NUL path
 *   readlinkat in: path (empty: the file itself); out: target -> bytes
 *   accessat   in: path; args[0] R_OK 4 | W_OK 2 | X_OK 1; args[1] 1: by effective ids
 *   path       out: absolute path of the file -> bytes
 *   sync       args[0] 1: data only, SYNC_MAPPED: a mapping has been written, the file's times are to tell of it
 *   lock       args[0] enum dyad_lock_command, args[1] start, args[2] length, args[3] enum dyad_lock_type (abi/file.h); out: a query's struct dyad_lock_reply
 *   map        args[0] offset, args[1] length, args[2] MAP_* prot and flags -> handle: a memory object,
 *              values[0] offset in it, values[1] bytes valid from there
 *   control    args[0] command of the scheme's own (ioctl); in, out
 *   statfs     out: struct dyad_statfs
 *   ready      -> the file's level (EVENT_*) now: for a poll that does not wait
 */
#define DYAD_VERB_LIST(X) \
    X(1, open, 1)         \
    X(2, close, 0)        \
    X(3, cancel, 0)       \
    X(4, event, 0)        \
    X(5, watch, 0)        \
    X(6, read, 0)         \
    X(7, write, 0)        \
    X(8, stat, 1)         \
    X(9, statat, 1)       \
    X(10, setattr, 1)     \
    X(11, setattrat, 1)   \
    X(12, truncate, 1)    \
    X(13, list, 1)        \
    X(14, mkdirat, 0)     \
    X(15, mknodat, 0)     \
    X(16, unlinkat, 0)    \
    X(17, renameat, 0)    \
    X(18, linkat, 0)      \
    X(19, symlinkat, 0)   \
    X(20, readlinkat, 1)  \
    X(21, accessat, 1)    \
    X(22, path, 1)        \
    X(23, sync, 1)        \
    X(24, lock, 0)        \
    X(25, map, 1)         \
    X(26, control, 0)     \
    X(27, statfs, 1)      \
    X(28, pathconf, 1)    \
    X(29, ready, 1)

enum dyad_verb {
#define X(number, name, restartable) VERB_##name = number,
    DYAD_VERB_LIST(X)
#undef X
        VERB_COUNT = 30,
    VERB_PRIVATE = 256, /* from here a scheme's own verbs: procd's are in abi/proc.h */
};

struct request {
    uint32_t tag; /* names the request in reply and scheme_copy; 0: no reply is expected */
    uint16_t verb;
    uint16_t reserved;
    uint64_t file; /* the server's id of the open file */
    uint64_t args[4];
    uint32_t file_flags; /* FILE_* status flags of the open file */
    uint32_t in_len;     /* bytes of payload that the client offers */
    uint32_t in_done;    /* of them already in the server's buffer */
    uint32_t out_len;    /* bytes of payload that the client takes */
    handle_t
        received;    /* a handle that came with the request, or HANDLE_NONE: now the server's own */
    uint32_t thread; /* the client's thread id (for process_fork) */
    uint64_t kid;    /* the client's kernel process id */
    struct cred cred; /* the client's credentials at the time of the call */
};

#define SYNC_MAPPED 2u /* VERB_sync, args[0] */

#define REPLY_HANDLE 1u /* `send` moves to the client (it leaves our table) */

struct reply {
    uint32_t tag;
    uint32_t flags;
    int64_t result; /* >= 0, or -ERR_* */
    uint64_t values[2];
    const void *data;  /* payload to the client */
    uint32_t data_len; /* at most the client's out_len */
    handle_t send;
};

enum copy_direction { COPY_FROM_CLIENT = 0, COPY_TO_CLIENT = 1 };

/* namespace_control(namespace, op, name, length, arg)   HANDLE_NONE: the caller's own */
enum namespace_op {
    NAMESPACE_CREATE = 0, /* -> handle of a new, empty namespace (namespace is ignored) */
    NAMESPACE_COPY = 1,   /* -> handle of a copy */
    NAMESPACE_ADD = 2,    /* name -> the scheme of handle arg (RIGHT_CALL on the namespace) */
    NAMESPACE_REMOVE = 3,
    NAMESPACE_LIST =
        4, /* name: buffer of length bytes; "name kid\n" per entry -> bytes. kid 0: kernel */
};
