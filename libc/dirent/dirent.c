/* dirent.c: directory streams: records from the server, one buffer at a time. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal/files.h"
#include "internal/lock.h"

#define BUFFER_BYTES 8192

struct __directory {
    struct libc_lock lock;
    int fd;
    /* Guarded by lock: */
    uint64_t cookie;      /* continues after the last entry handed out */
    uint64_t fill_cookie; /* continues after the buffer's last record */
    size_t used, at;      /* bytes in the buffer, and the next record's place */
    struct dirent entry;
    _Alignas(8) char buffer[BUFFER_BYTES];
};

DIR *fdopendir(int fd)
{
    struct dyad_stat st;
    int64_t result = __handle_stat(__fd_handle(fd), &st);
    if (result >= 0 && (st.mode & MODE_TYPE) != MODE_DIR)
        result = -ERR_NOTDIR;
    if (__result(result) < 0)
        return NULL;
    DIR *dir = malloc(sizeof *dir);
    if (!dir)
        return NULL;
    memset(dir, 0, offsetof(struct __directory, buffer));
    dir->fd = fd;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return dir;
}

DIR *opendir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    DIR *dir = malloc(sizeof *dir);
    if (!dir) {
        close(fd);
        errno = ENOMEM;
        return NULL;
    }
    memset(dir, 0, offsetof(struct __directory, buffer));
    dir->fd = fd;
    return dir;
}

int closedir(DIR *dir)
{
    int fd = dir->fd;
    free(dir);
    return close(fd);
}

int dirfd(DIR *dir)
{
    return dir->fd;
}

/* 1: the buffer holds a record at dir->at; 0: end; negative: error. */
static int64_t fill_locked(DIR *dir)
{
    if (dir->at < dir->used)
        return 1;
    int64_t n = __verb_data(__fd_handle(dir->fd), VERB_list, dir->fill_cookie, 0, NULL, 0,
                            dir->buffer, BUFFER_BYTES);
    dir->at = 0;
    dir->used = n > 0 && n <= BUFFER_BYTES ? (size_t)n : 0;
    return n < 0 ? n : dir->used > 0;
}

/* A server is not trusted to send sound records. */
static const struct dyad_dirent *next_record_locked(DIR *dir)
{
    const struct dyad_dirent *record = (const void *)(dir->buffer + dir->at);
    size_t left = dir->used - dir->at;
    if (left < sizeof *record || record->size < sizeof *record || record->size > left ||
        record->size % 8 || record->name_len > record->size - sizeof *record ||
        record->name_len >= sizeof dir->entry.d_name)
        return NULL;
    dir->at += record->size;
    dir->fill_cookie = dir->cookie = record->cookie;
    return record;
}

static struct dirent *read_locked(DIR *dir)
{
    int64_t result = fill_locked(dir);
    if (result <= 0) {
        if (result < 0)
            __result(result);
        return NULL;
    }
    const struct dyad_dirent *record = next_record_locked(dir);
    if (!record) {
        dir->used = dir->at;
        __result(-ERR_PROTO);
        return NULL;
    }
    struct dirent *entry = &dir->entry;
    entry->d_ino = record->ino;
    entry->d_off = (off_t)record->cookie;
    entry->d_reclen = sizeof *entry;
    entry->d_type = (unsigned char)IFTODT(record->type);
    memcpy(entry->d_name, record->name, record->name_len);
    entry->d_name[record->name_len] = 0;
    return entry;
}

struct dirent *readdir(DIR *dir)
{
    libc_lock(&dir->lock);
    struct dirent *entry = read_locked(dir);
    libc_unlock(&dir->lock);
    return entry;
}

int readdir_r(DIR *restrict dir, struct dirent *restrict entry, struct dirent **restrict out)
{
    int saved = errno;
    errno = 0;
    libc_lock(&dir->lock);
    struct dirent *found = read_locked(dir);
    if (found)
        *entry = *found;
    libc_unlock(&dir->lock);
    int error = errno;
    errno = saved;
    *out = found ? entry : NULL;
    return found ? 0 : error;
}

void seekdir(DIR *dir, long position)
{
    libc_lock(&dir->lock);
    dir->cookie = dir->fill_cookie = (uint64_t)position;
    dir->used = dir->at = 0;
    libc_unlock(&dir->lock);
}

void rewinddir(DIR *dir)
{
    seekdir(dir, 0);
}

long telldir(DIR *dir)
{
    return (long)dir->cookie;
}
