/*
 * internal/sysv.h: what the objects of System V IPC have in common. An object is a file below /dev/shm with one name for its id, which is
 * its inode's number, and one for its key, if it has any. Processes map it; nobody serves it.
 */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/stat.h>
#include "internal/libc.h"

#define SYSV_PATH_ROOM 64
#define SYSV_PAGE      4096

struct sysv_kind {
    const char *name;
    /* Write a new object of this size into the file and set its mode: 0, or -1 with errno. */
    int (*make)(int fd, key_t key, size_t size, int flags);
    /* May a get with this size and these flags have the object that is there? 0, or -1 with errno. */
    int (*check)(const char *path, const struct stat *st, size_t size, int flags);
};

/* As shmget and its kin. */
LIBC_HIDDEN int __sysv_get(const struct sysv_kind *kind, key_t key, size_t size, int flags);
/* The object's file. -1: errno is EINVAL when there is no such id. */
LIBC_HIDDEN int __sysv_open(const struct sysv_kind *kind, int id, int flags);
/* For writing, also by an owner whom the mode does not let. -1: EINVAL, or EPERM. */
LIBC_HIDDEN int __sysv_open_to_change(const struct sysv_kind *kind, int id);
/* Take its names away: 0, or -1 with errno. */
LIBC_HIDDEN int __sysv_remove(const struct sysv_kind *kind, int id, key_t key);
/* Is there such a process, and has it not ended? */
LIBC_HIDDEN bool __sysv_is_alive(int pid);

/* ---- semaphores and queues: what their files begin with ---- */

struct sysv_head {
    int32_t key, creator_pid;
    uint32_t uid, gid, creator_uid, creator_gid, mode;
    _Atomic int removed;
    _Atomic int sequence; /* changes with whatever may let a waiter go on */
    int64_t changed;
    pthread_mutex_t lock; /* robust */
    bool left_behind;     /* guarded by lock: its holder was killed; queues repair themselves */
};

#define SYSV_READ  04u
#define SYSV_WRITE 02u

/* For a new object, in shared memory. */
LIBC_HIDDEN void __sysv_head_init(struct sysv_head *head, key_t key, int flags);
/* The file's mode: who may do anything with the object may map it. */
LIBC_HIDDEN mode_t __sysv_file_mode(unsigned mode);
/* By the object's mode. */
LIBC_HIDDEN bool __sysv_allows(const struct sysv_head *head, unsigned wanted);
/* Owner, creator and root. */
LIBC_HIDDEN bool __sysv_may_change(const struct sysv_head *head);
LIBC_HIDDEN struct ipc_perm __sysv_perm(const struct sysv_head *head, int id);
/* sysv_kind.check for these: may the flags' bits? */
LIBC_HIDDEN int __sysv_check_head(const char *path, int flags);

/*
 * The object in memory, locked: 0, -ERR_INVAL when there is none, -ERR_ACCES when it does not grant what is wanted (SYSV_READ and SYSV_WRITE;
 * 0: anybody who may map it). It stays mapped until __sysv_leave.
 */
struct sysv_object;
LIBC_HIDDEN int __sysv_enter(const struct sysv_kind *kind, int id, unsigned wanted,
                             struct sysv_object **object, void **memory);
LIBC_HIDDEN void __sysv_leave(struct sysv_object *object);
/*
 * Something is about to change: others look again, when the caller has let go of the lock or has been killed. Before the change, since whom
 * a killed process has not woken nobody may be left to wake.
 */
LIBC_HIDDEN void __sysv_wake(struct sysv_head *head);
/*
 * Let the lock go, wait for a change until the deadline, and take the lock again: 0, -ERR_INTR when a handler has run, -ERR_TIMEDOUT, or
 * -ERR_IDRM when the object has been removed.
 */
LIBC_HIDDEN int64_t __sysv_wait(struct sysv_head *head, uint64_t deadline_ns);
/* IPC_SET and IPC_RMID of an entered object: 0 or -ERR_*. */
LIBC_HIDDEN int __sysv_set(const struct sysv_kind *kind, int id, struct sysv_head *head,
                           const struct ipc_perm *perm);
LIBC_HIDDEN int __sysv_destroy(const struct sysv_kind *kind, int id, struct sysv_head *head);
