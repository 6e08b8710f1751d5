/*
 * sem_open.c: named semaphores: a sem_t in a file below /dev/shm, mapped by all who open it. The same semaphore opened
 * twice is one address, as POSIX wants, so the process remembers what it has open.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "internal/gate.h"
#include "internal/lock.h"
#include "internal/shm_name.h"

struct open_semaphore {
    struct open_semaphore *next;
    dev_t device;
    ino_t inode;
    sem_t *sem;
    int opens;
};

static struct {
    struct libc_lock lock;
    struct open_semaphore *first; /* guarded by lock */
} semaphores;

#define NOT_FIRST (-2)

/* A new file appears under its name only when the semaphore in it is whole. -> its descriptor, which may do more than the mode lets
 * others do; NOT_FIRST: somebody else has made it. */
static int create(const char *path, mode_t mode, unsigned value)
{
    char temporary[64];
    sem_t sem;
    if (sem_init(&sem, 1, value) < 0)
        return -1;
    snprintf(temporary, sizeof temporary, "/dev/shm/.sem.%d.%lx", (int)getpid(),
             (unsigned long)&sem);
    int fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return -1;
    int result = write(fd, &sem, sizeof sem) == (ssize_t)sizeof sem ? link(temporary, path) : -1;
    int error = errno;
    unlink(temporary);
    if (result == 0)
        return fd;
    close(fd);
    errno = error;
    return error == EEXIST ? NOT_FIRST : -1;
}

/* Open the file, made if need be. */
static int open_file(const char *path, int flags, mode_t mode, unsigned value)
{
    for (;;) {
        if ((flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL)) {
            int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
            if (fd >= 0 || errno != ENOENT || !(flags & O_CREAT))
                return fd;
        }
        int made = create(path, mode, value);
        if (made != NOT_FIRST)
            return made;
        if (flags & O_EXCL)
            return (int)__result(-ERR_EXIST);
    }
}

static sem_t *attach_locked(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return SEM_FAILED;
    for (struct open_semaphore *open = semaphores.first; open; open = open->next) {
        if (open->device == st.st_dev && open->inode == st.st_ino) {
            open->opens++;
            return open->sem;
        }
    }
    struct open_semaphore *open = malloc(sizeof *open);
    if (!open)
        return SEM_FAILED;
    void *memory = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        free(open);
        return SEM_FAILED;
    }
    *open = (struct open_semaphore){semaphores.first, st.st_dev, st.st_ino, memory, 1};
    semaphores.first = open;
    return memory;
}

sem_t *sem_open(const char *name, int flags, ...)
{
    char path[SHM_PATH_ROOM];
    mode_t mode = 0;
    unsigned value = 0;
    int before = errno;
    if (flags & O_CREAT) {
        va_list args;
        va_start(args, flags);
        mode = va_arg(args, mode_t);
        value = va_arg(args, unsigned);
        va_end(args);
    }
    int error = __shm_path(name, "sem.", path);
    if (error || value > SEM_VALUE_MAX) {
        errno = error ? -error : EINVAL;
        return SEM_FAILED;
    }
    int fd = open_file(path, flags, mode, value);
    if (fd < 0)
        return SEM_FAILED;
    libc_lock(&semaphores.lock);
    sem_t *sem = attach_locked(fd);
    libc_unlock(&semaphores.lock);
    int saved = sem == SEM_FAILED ? errno : before;
    close(fd);
    errno = saved;
    return sem;
}

int sem_close(sem_t *sem)
{
    libc_lock(&semaphores.lock);
    struct open_semaphore **at = &semaphores.first, *open = NULL;
    while (*at && (*at)->sem != sem)
        at = &(*at)->next;
    bool found = *at != NULL;
    if (found && --(*at)->opens == 0) {
        open = *at;
        *at = open->next;
    }
    libc_unlock(&semaphores.lock);
    if (open) {
        munmap(open->sem, sizeof(sem_t));
        free(open);
    }
    return (int)__result(found ? 0 : -ERR_INVAL);
}

int sem_unlink(const char *name)
{
    int error = __shm_remove(name, "sem.");
    /* A name that none can have is the name of none. */
    return (int)__result(error == -ERR_INVAL ? -ERR_NOENT : error);
}
