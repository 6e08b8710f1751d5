/* sysv.c: ids, keys and files of System V IPC. */
#include "internal/sysv.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>
#include "internal/process.h"

#define TRY_AGAIN (-2)

static void path_of_id(const struct sysv_kind *kind, int id, char path[SYSV_PATH_ROOM])
{
    snprintf(path, SYSV_PATH_ROOM, "/dev/shm/.sysv-%s.%d", kind->name, id);
}

static void path_of_key(const struct sysv_kind *kind, key_t key, char path[SYSV_PATH_ROOM])
{
    snprintf(path, SYSV_PATH_ROOM, "/dev/shm/.sysv-%s-key.%x", kind->name, (unsigned)key);
}

static int id_of(const struct stat *st)
{
    return (int)(st->st_ino & INT_MAX);
}

int __sysv_open(const struct sysv_kind *kind, int id, int flags)
{
    char path[SYSV_PATH_ROOM];
    path_of_id(kind, id, path);
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        errno = EINVAL;
    return fd;
}

int __sysv_open_to_change(const struct sysv_kind *kind, int id)
{
    char path[SYSV_PATH_ROOM];
    struct stat st;
    int fd = __sysv_open(kind, id, O_RDWR);
    if (fd >= 0 || errno != EACCES)
        return fd;
    path_of_id(kind, id, path);
    if (lstat(path, &st) < 0 || st.st_uid != geteuid() || chmod(path, st.st_mode | 0600) < 0)
        return (int)__result(-ERR_PERM);
    return __sysv_open(kind, id, O_RDWR);
}

/* Give the new file its names: its id, TRY_AGAIN when the key is taken. */
static int publish(const struct sysv_kind *kind, int fd, const char *temporary, key_t key)
{
    struct stat st;
    char id_path[SYSV_PATH_ROOM], key_path[SYSV_PATH_ROOM];
    if (fstat(fd, &st) < 0)
        return -1;
    path_of_id(kind, id_of(&st), id_path);
    path_of_key(kind, key, key_path);
    if (link(temporary, id_path) < 0) {
        errno = errno == EEXIST ? ENOSPC : errno;
        return -1;
    }
    if (key == IPC_PRIVATE || link(temporary, key_path) == 0)
        return id_of(&st);
    int error = errno;
    unlink(id_path);
    errno = error;
    return error == EEXIST ? TRY_AGAIN : -1;
}

static int create(const struct sysv_kind *kind, key_t key, size_t size, int flags)
{
    char temporary[SYSV_PATH_ROOM];
    struct stat unique; /* its address is */
    snprintf(temporary, sizeof temporary, "/dev/shm/.sysv-new.%d.%lx", (int)getpid(),
             (unsigned long)&unique);
    int fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    int id = kind->make(fd, key, size, flags) == 0 ? publish(kind, fd, temporary, key) : -1;
    int error = errno;
    unlink(temporary);
    close(fd);
    errno = error;
    return id;
}

/* The object that has the key. */
static int find(const struct sysv_kind *kind, const char *path, const struct stat *st, size_t size,
                int flags)
{
    if ((flags & (IPC_CREAT | IPC_EXCL)) == (IPC_CREAT | IPC_EXCL))
        return (int)__result(-ERR_EXIST);
    if (st->st_nlink < 2) { /* it is being made or removed */
        sched_yield();
        return TRY_AGAIN;
    }
    if (kind->check(path, st, size, flags) == 0)
        return id_of(st);
    return errno == ENOENT ? TRY_AGAIN : -1;
}

int __sysv_get(const struct sysv_kind *kind, key_t key, size_t size, int flags)
{
    char path[SYSV_PATH_ROOM];
    int before = errno, id = TRY_AGAIN;
    path_of_key(kind, key, path);
    while (id == TRY_AGAIN) {
        struct stat st;
        if (key != IPC_PRIVATE && lstat(path, &st) == 0)
            id = find(kind, path, &st, size, flags);
        else if (key == IPC_PRIVATE || (errno == ENOENT && (flags & IPC_CREAT)))
            id = create(kind, key, size, flags);
        else
            return -1;
    }
    if (id >= 0)
        errno = before;
    return id;
}

/* Whoever takes the id away removes the key, too: nobody else can have it meanwhile. */
int __sysv_remove(const struct sysv_kind *kind, int id, key_t key)
{
    char path[SYSV_PATH_ROOM];
    path_of_id(kind, id, path);
    if (unlink(path) < 0) {
        if (errno == ENOENT)
            errno = EINVAL;
        return -1;
    }
    path_of_key(kind, key, path);
    if (key != IPC_PRIVATE)
        unlink(path);
    return 0;
}

bool __sysv_is_alive(int pid)
{
    struct proc_entry entry;
    struct call_args args = CALL_ARGS_NONE;
    if (pid <= 0)
        return false;
    if (pid == getpid())
        return true;
    args.args[0] = (uint64_t)pid;
    args.out = &entry;
    args.out_len = sizeof entry;
    int64_t bytes = __proc_call(PROC_LIST, &args);
    if (bytes < 0) /* nobody has said that it has ended */
        return true;
    return bytes >= (int64_t)sizeof entry && (int)entry.cred.pid == pid && entry.state != 'Z';
}
