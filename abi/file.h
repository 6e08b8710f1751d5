/* file.h: what the file verbs carry: attributes, directory records. Mode bits are POSIX's. */
#pragma once
#include <stdint.h>

struct dyad_time {
    int64_t seconds;
    uint32_t nanoseconds;
    uint32_t reserved;
};

struct dyad_stat {
    uint64_t dev, ino;
    uint32_t mode; /* type and permissions */
    uint32_t nlink;
    uint32_t uid, gid;
    uint64_t rdev;
    uint64_t size;   /* bytes */
    uint64_t blocks; /* 512-byte units in use */
    uint32_t block_size;
    uint32_t reserved;
    struct dyad_time atime, mtime, ctime;
};

#define MODE_TYPE   0170000u
#define MODE_SOCKET 0140000u
#define MODE_LINK   0120000u
#define MODE_FILE   0100000u
#define MODE_BLOCK  0060000u
#define MODE_DIR    0040000u
#define MODE_CHAR   0020000u
#define MODE_FIFO   0010000u

#define SETATTR_MODE      1u
#define SETATTR_UID       2u
#define SETATTR_GID       4u
#define SETATTR_ATIME     8u
#define SETATTR_MTIME     16u
#define SETATTR_ATIME_NOW 32u
#define SETATTR_MTIME_NOW 64u

struct dyad_setattr {
    uint32_t mode, uid, gid, reserved;
    struct dyad_time atime, mtime;
};

/* A directory record: 8-byte aligned, name not terminated, size covers header, name and padding. */
struct dyad_dirent {
    uint64_t ino;
    uint64_t cookie; /* args[0] of the next VERB_list to continue after this record */
    uint16_t size;
    uint16_t name_len;
    uint32_t type; /* MODE_TYPE bits */
    char name[];
};

/* VERB_renameat, args[0]. On the host its <stdio.h> has them, with the same values. */
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1u
#define RENAME_EXCHANGE  2u
#endif

/* VERB_linkat, args[0]. */
#define LINK_FOLLOW     0x400u
#define LINK_EMPTY_PATH 0x1000u /* an empty old path is the file itself */

struct dyad_statfs {
    uint64_t block_size, blocks, blocks_free, files, files_free;
    uint32_t name_max, flags;
};

/* VERB_control of files, args[0]; args[1]: an offset -> the first from there on that lies in data, or in a hole; -ERR_NXIO */
#define FILE_CONTROL_NEXT_DATA 0xf11e0001u
#define FILE_CONTROL_NEXT_HOLE 0xf11e0002u

/*
 * VERB_lock, args[0]. Record locks (fcntl) belong to the caller's process or to the open file, whole-file locks (flock) to the open file.
 * A process's end with it: the first call of a process that sets one passes a handle of it (RIGHT_PASS, RIGHT_WATCH); without it the answer
 * is -ERR_SRCH, and no handle is needed after that.
 */
enum dyad_lock_command {
    FILE_LOCK_QUERY = 5,
    FILE_LOCK_SET = 6,
    FILE_LOCK_SET_WAIT = 7,
    FILE_LOCK_WHOLE = 8,
    FILE_LOCK_WHOLE_WAIT = 9,
    FILE_LOCK_FILE_QUERY = 10, /* as 5 to 7, but the open file's */
    FILE_LOCK_FILE_SET = 11,
    FILE_LOCK_FILE_SET_WAIT = 12,
};
/* args[3]. args[1]: absolute start, args[2]: bytes (0: to the end of the file, however it grows). */
enum dyad_lock_type { FILE_LOCK_READ = 0, FILE_LOCK_WRITE = 1, FILE_LOCK_NONE = 2 };

/* Reply to FILE_LOCK_QUERY: the first lock in the way; type FILE_LOCK_NONE when there is none. */
struct dyad_lock_reply {
    int64_t start, length;
    uint32_t type, pid; /* FILE_LOCK_NO_PID: an open file's */
};
#define FILE_LOCK_NO_PID UINT32_MAX
