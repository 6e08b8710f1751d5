/*
 * sysv_shm.c: System V shared memory (internal/sysv.h). The file's owner and mode are the segment's. Behind the data is a page for what a
 * file does not tell.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "internal/gate.h"
#include "internal/lock.h"
#include "internal/sysv.h"

#define PAGE      ((size_t)SYSV_PAGE)
#define ATTACHERS 250

struct attacher {
    _Atomic int pid; /* 0: a free place */
    int count;       /* written by that process */
};

struct control {
    uint64_t size;
    int32_t key, creator_pid;
    uint32_t creator_uid, creator_gid;
    int32_t last_pid;
    int64_t attached, detached, changed; /* when */
    struct attacher attachers[ATTACHERS];
};
_Static_assert(sizeof(struct control) <= SYSV_PAGE && SHMLBA == SYSV_PAGE, "a page");

struct attachment {
    struct attachment *next;
    void *data;
    size_t pages_size;
    struct control *control; /* NULL: the process may not write, so it is not counted */
};

static struct {
    struct libc_lock lock;
    /* Guarded by lock: */
    struct attachment *first;
    bool watches_forks;
} segments;

static size_t page_up(size_t size)
{
    return (size + PAGE - 1) & ~(PAGE - 1);
}

/* The data's pages; the control page comes after them. */
static size_t pages_size(const struct stat *st)
{
    return (size_t)st->st_size - PAGE;
}

/* ---- shmget ---- */

static int make(int fd, key_t key, size_t size, int flags)
{
    struct control control = {.size = size,
                              .key = key,
                              .creator_pid = getpid(),
                              .creator_uid = geteuid(),
                              .creator_gid = getegid(),
                              .changed = time(NULL)};
    if (size == 0 || size > PTRDIFF_MAX - 2 * PAGE)
        return (int)__result(-ERR_INVAL);
    off_t at = (off_t)page_up(size);
    if (ftruncate(fd, at + (off_t)PAGE) < 0 ||
        pwrite(fd, &control, sizeof control, at) != (ssize_t)sizeof control)
        return -1;
    return fchmod(fd, (mode_t)flags & 0777);
}

static int check(const char *path, const struct stat *st, size_t size, int flags)
{
    struct control control = {.size = pages_size(st)};
    int wanted = (flags & 0444 ? R_OK : 0) | (flags & 0222 ? W_OK : 0);
    if (wanted && faccessat(AT_FDCWD, path, wanted, AT_EACCESS) < 0)
        return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0) {
        pread(fd, &control, offsetof(struct control, attachers), (off_t)pages_size(st));
        close(fd);
    }
    return size > control.size ? (int)__result(-ERR_INVAL) : 0;
}

static const struct sysv_kind segment = {"shm", make, check};

int shmget(key_t key, size_t size, int flags)
{
    return __sysv_get(&segment, key, size, flags);
}

/* ---- who has it attached ---- */

/* The calling process's place, made if need be; NULL: all are taken. */
static struct attacher *own_place(struct control *control)
{
    int pid = getpid();
    for (int i = 0; i < ATTACHERS; i++) {
        if (control->attachers[i].pid == pid)
            return &control->attachers[i];
    }
    for (int i = 0; i < ATTACHERS; i++) {
        struct attacher *place = &control->attachers[i];
        int other = place->pid;
        if (__sysv_is_alive(other) ||
            !__c11_atomic_compare_exchange_strong(&place->pid, &other, pid, __ATOMIC_ACQ_REL,
                                                  __ATOMIC_RELAXED))
            continue;
        place->count = 0;
        return place;
    }
    return NULL;
}

static void count(struct control *control, int change)
{
    int before = errno;
    struct attacher *place = control ? own_place(control) : NULL;
    if (place) {
        place->count += change;
        if (place->count <= 0)
            place->pid = 0;
        control->last_pid = getpid();
        *(change > 0 ? &control->attached : &control->detached) = time(NULL);
    }
    errno = before;
}

static shmatt_t count_all(const struct control *control)
{
    shmatt_t sum = 0;
    for (int i = 0; i < ATTACHERS; i++) {
        if (__sysv_is_alive(control->attachers[i].pid))
            sum += (shmatt_t)control->attachers[i].count;
    }
    return sum;
}

static void before_fork(void)
{
    libc_lock(&segments.lock);
}

static void after_fork_in_parent(void)
{
    libc_unlock(&segments.lock);
}

/* The child has what its parent had attached. */
static void after_fork_in_child(void)
{
    for (struct attachment *a = segments.first; a; a = a->next)
        count(a->control, 1);
    libc_unlock(&segments.lock);
}

/* ---- shmat and shmdt ---- */

static void *map_data(int fd, size_t size, const void *address, int flags)
{
    uintptr_t at = (uintptr_t)address;
    int prot =
        PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
    int how = MAP_SHARED;
    if (flags & SHM_RND)
        at &= ~(uintptr_t)(SHMLBA - 1);
    if (at != 0)
        how |= flags & SHM_REMAP ? MAP_FIXED : MAP_FIXED_NOREPLACE;
    if (at % SHMLBA != 0 || (address && at == 0)) {
        errno = EINVAL;
        return MAP_FAILED;
    }
    void *data = mmap((void *)at, size, prot, how, fd, 0);
    if (data == MAP_FAILED && errno == EEXIST)
        errno = EINVAL;
    return data;
}

static struct control *map_control(int id, const struct stat *st)
{
    int before = errno, fd = __sysv_open(&segment, id, O_RDWR);
    errno = before;
    if (fd < 0)
        return NULL;
    void *control = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)pages_size(st));
    close(fd);
    return control == MAP_FAILED ? NULL : control;
}

static void *attach_locked(int id, int fd, const void *address, int flags)
{
    struct stat st;
    struct attachment *new = malloc(sizeof *new);
    if (!new || fstat(fd, &st) < 0) {
        free(new);
        return MAP_FAILED;
    }
    if (!segments.watches_forks)
        segments.watches_forks =
            pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
    void *data = map_data(fd, pages_size(&st), address, flags);
    if (data == MAP_FAILED) {
        free(new);
        return MAP_FAILED;
    }
    *new = (struct attachment){segments.first, data, pages_size(&st), map_control(id, &st)};
    segments.first = new;
    count(new->control, 1);
    return data;
}

void *shmat(int id, const void *address, int flags)
{
    int fd = __sysv_open(&segment, id, flags & SHM_RDONLY ? O_RDONLY : O_RDWR);
    if (fd < 0)
        return MAP_FAILED;
    libc_lock(&segments.lock);
    void *data = attach_locked(id, fd, address, flags);
    libc_unlock(&segments.lock);
    int error = errno;
    close(fd);
    errno = error;
    return data;
}

int shmdt(const void *address)
{
    libc_lock(&segments.lock);
    struct attachment **at = &segments.first, *found;
    while (*at && (*at)->data != address)
        at = &(*at)->next;
    found = *at;
    if (found) {
        *at = found->next;
        count(found->control, -1);
    }
    libc_unlock(&segments.lock);
    if (!found)
        return (int)__result(-ERR_INVAL);
    munmap(found->data, found->pages_size);
    if (found->control)
        munmap(found->control, PAGE);
    free(found);
    return 0;
}

/* ---- shmctl ---- */

static int read_control(int fd, const struct stat *st, struct control *control)
{
    ssize_t n = pread(fd, control, sizeof *control, (off_t)pages_size(st));
    return n == (ssize_t)sizeof *control ? 0 : -1;
}

static void tell(int id, const struct stat *st, const struct control *control,
                 struct shmid_ds *data)
{
    *data = (struct shmid_ds){.shm_perm = {.__key = control->key,
                                           .uid = st->st_uid,
                                           .gid = st->st_gid,
                                           .cuid = control->creator_uid,
                                           .cgid = control->creator_gid,
                                           .mode = st->st_mode & 0777,
                                           .__sequence = id},
                              .shm_segsz = control->size,
                              .shm_atime = control->attached,
                              .shm_dtime = control->detached,
                              .shm_ctime = control->changed,
                              .shm_cpid = control->creator_pid,
                              .shm_lpid = control->last_pid,
                              .shm_nattch = count_all(control)};
}

/* For the owner, the creator, and root. */
static bool may_change(const struct stat *st, const struct control *control)
{
    uid_t uid = geteuid();
    return uid == 0 || uid == st->st_uid || uid == control->creator_uid;
}

static int change(int fd, const struct stat *st, const struct shmid_ds *data)
{
    const struct ipc_perm *perm = &data->shm_perm;
    int64_t now = time(NULL);
    if ((perm->uid != st->st_uid || perm->gid != st->st_gid) &&
        fchown(fd, perm->uid, perm->gid) < 0)
        return -1;
    if (fchmod(fd, perm->mode & 0777) < 0)
        return -1;
    pwrite(fd, &now, sizeof now, (off_t)(pages_size(st) + offsetof(struct control, changed)));
    return 0;
}

static int control_open(int id, int fd, int command, struct shmid_ds *data)
{
    struct stat st;
    struct control control;
    if (fstat(fd, &st) < 0 || read_control(fd, &st, &control) < 0)
        return -1;
    if (command == IPC_STAT) {
        tell(id, &st, &control, data);
        return 0;
    }
    if (!may_change(&st, &control))
        return (int)__result(-ERR_PERM);
    return command == IPC_SET ? change(fd, &st, data) : __sysv_remove(&segment, id, control.key);
}

int shmctl(int id, int command, struct shmid_ds *data)
{
    int before = errno;
    if (id < 0 || (command != IPC_STAT && command != IPC_SET && command != IPC_RMID))
        return (int)__result(-ERR_INVAL);
    int fd = command == IPC_STAT ? __sysv_open(&segment, id, O_RDONLY)
                                 : __sysv_open_to_change(&segment, id);
    if (fd < 0)
        return -1;
    int result = control_open(id, fd, command, data);
    int error = result < 0 ? errno : before;
    close(fd);
    errno = error;
    return result;
}
