/* sysv_head.c: semaphores and queues of System V in memory: mapping, locking, waiting, permissions. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "internal/futex.h"
#include "internal/gate.h"
#include "internal/lock.h"
#include "internal/sysv.h"

/* ---- permissions ---- */

void __sysv_head_init(struct sysv_head *head, key_t key, int flags)
{
    pthread_mutexattr_t attr;
    *head = (struct sysv_head){.key = key,
                               .creator_pid = getpid(),
                               .uid = geteuid(),
                               .gid = getegid(),
                               .creator_uid = geteuid(),
                               .creator_gid = getegid(),
                               .mode = (unsigned)flags & 0777,
                               .changed = time(NULL)};
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&head->lock, &attr);
}

mode_t __sysv_file_mode(unsigned mode)
{
    mode_t wide = 0;
    for (unsigned shift = 0; shift < 9; shift += 3)
        wide |= mode >> shift & (SYSV_READ | SYSV_WRITE) ? 06u << shift : 0;
    return wide;
}

static bool is_in_group(gid_t gid)
{
    gid_t groups[NGROUPS_MAX];
    int count = getgroups(NGROUPS_MAX, groups);
    if (getegid() == gid)
        return true;
    for (int i = 0; i < count; i++) {
        if (groups[i] == gid)
            return true;
    }
    return false;
}

bool __sysv_allows(const struct sysv_head *head, unsigned wanted)
{
    uid_t uid = geteuid();
    unsigned granted = head->mode;
    if (uid == 0)
        return true;
    if (uid == head->uid || uid == head->creator_uid)
        granted >>= 6;
    else if (is_in_group(head->gid) || is_in_group(head->creator_gid))
        granted >>= 3;
    return (granted & wanted) == wanted;
}

bool __sysv_may_change(const struct sysv_head *head)
{
    uid_t uid = geteuid();
    return uid == 0 || uid == head->uid || uid == head->creator_uid;
}

struct ipc_perm __sysv_perm(const struct sysv_head *head, int id)
{
    return (struct ipc_perm){.__key = head->key,
                             .uid = head->uid,
                             .gid = head->gid,
                             .cuid = head->creator_uid,
                             .cgid = head->creator_gid,
                             .mode = head->mode,
                             .__sequence = id};
}

int __sysv_check_head(const char *path, int flags)
{
    struct sysv_head head;
    unsigned wanted = (flags & 0444 ? SYSV_READ : 0) | (flags & 0222 ? SYSV_WRITE : 0);
    if (wanted == 0)
        return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    bool whole = pread(fd, &head, sizeof head, 0) == (ssize_t)sizeof head;
    close(fd);
    return whole && __sysv_allows(&head, wanted) ? 0 : (int)__result(-ERR_ACCES);
}

/* ---- mapping ---- */

struct sysv_object {
    struct sysv_object *next;
    const struct sysv_kind *kind;
    int id, users;
    struct sysv_head *head;
    size_t size;
};

static struct {
    struct libc_lock lock;
    /* Guarded by lock: */
    struct sysv_object *first;
    bool watches_forks;
} objects;

static void before_fork(void)
{
    libc_lock(&objects.lock);
}

static void after_fork(void)
{
    libc_unlock(&objects.lock);
}

static struct sysv_object *map_locked(const struct sysv_kind *kind, int id)
{
    struct stat st;
    int fd = __sysv_open(kind, id, O_RDWR);
    if (fd < 0)
        return NULL;
    struct sysv_object *object = malloc(sizeof *object);
    void *memory = MAP_FAILED;
    if (object && fstat(fd, &st) == 0)
        memory = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED) {
        free(object);
        errno = ENOMEM;
        return NULL;
    }
    if (!objects.watches_forks)
        objects.watches_forks = pthread_atfork(before_fork, after_fork, after_fork) == 0;
    *object = (struct sysv_object){objects.first, kind, id, 0, memory, (size_t)st.st_size};
    objects.first = object;
    return object;
}

/* What has been removed goes when its last user does; its id may be another's then. */
static void drop_removed_locked(void)
{
    struct sysv_object **at = &objects.first;
    while (*at) {
        struct sysv_object *object = *at;
        if (object->users > 0 || !object->head->removed) {
            at = &object->next;
            continue;
        }
        *at = object->next;
        munmap(object->head, object->size);
        free(object);
    }
}

static struct sysv_object *find_locked(const struct sysv_kind *kind, int id)
{
    struct sysv_object *object = objects.first;
    while (object && (object->kind != kind || object->id != id || object->head->removed))
        object = object->next;
    return object;
}

static void lock_head(struct sysv_head *head)
{
    if (pthread_mutex_lock(&head->lock) == EOWNERDEAD) {
        pthread_mutex_consistent(&head->lock);
        head->left_behind = true;
    }
}

int __sysv_enter(const struct sysv_kind *kind, int id, unsigned wanted, struct sysv_object **out,
                 void **memory)
{
    if (id < 0)
        return -ERR_INVAL;
    int before = errno;
    libc_lock(&objects.lock);
    drop_removed_locked();
    struct sysv_object *object = find_locked(kind, id);
    if (!object)
        object = map_locked(kind, id);
    int error = object ? 0 : errno;
    if (object)
        object->users++;
    libc_unlock(&objects.lock);
    errno = before;
    if (!object)
        return -error;
    lock_head(object->head);
    if (object->head->removed)
        error = ERR_INVAL;
    else if (wanted && !__sysv_allows(object->head, wanted))
        error = ERR_ACCES;
    if (error) {
        __sysv_leave(object);
        return -error;
    }
    *out = object;
    *memory = object->head;
    return 0;
}

void __sysv_leave(struct sysv_object *object)
{
    pthread_mutex_unlock(&object->head->lock);
    libc_lock(&objects.lock);
    object->users--;
    libc_unlock(&objects.lock);
}

/* ---- waiting ---- */

void __sysv_wake(struct sysv_head *head)
{
    __c11_atomic_fetch_add(&head->sequence, 1, __ATOMIC_SEQ_CST);
    __futex_wake(&head->sequence, INT_MAX);
}

int64_t __sysv_wait(struct sysv_head *head, uint64_t deadline_ns)
{
    struct thread *self = __thread_self();
    unsigned handlers = self->handlers;
    int seen = head->sequence;
    pthread_mutex_unlock(&head->lock);
    int64_t result = __futex_wait(&head->sequence, seen, deadline_ns);
    lock_head(head);
    if (head->removed)
        return -ERR_IDRM;
    if (result == -ERR_INTR)
        return self->handlers != handlers || self->cancel_now ? -ERR_INTR : 0;
    return result == -ERR_TIMEDOUT ? result : 0;
}

/* ---- changing ---- */

int __sysv_set(const struct sysv_kind *kind, int id, struct sysv_head *head,
               const struct ipc_perm *perm)
{
    if (!__sysv_may_change(head))
        return -ERR_PERM;
    int fd = __sysv_open_to_change(kind, id);
    if (fd < 0)
        return -errno;
    bool moves = perm->uid != head->uid || perm->gid != head->gid;
    int error = moves && fchown(fd, perm->uid, perm->gid) < 0 ? errno : 0;
    if (!error && fchmod(fd, __sysv_file_mode(perm->mode)) < 0)
        error = errno;
    close(fd);
    if (error)
        return -error;
    head->uid = perm->uid;
    head->gid = perm->gid;
    head->mode = perm->mode & 0777;
    head->changed = time(NULL);
    return 0;
}

int __sysv_destroy(const struct sysv_kind *kind, int id, struct sysv_head *head)
{
    if (!__sysv_may_change(head))
        return -ERR_PERM;
    if (__sysv_remove(kind, id, head->key) < 0)
        return -errno;
    __sysv_wake(head);
    head->removed = 1;
    return 0;
}
