/* ndbm.c: data bases (XSI): ndbm/ndbm.h says how they are kept. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ndbm/ndbm.h"

static const datum none;

static void discard(DBM *db)
{
    int before = errno;
    __dbm_remove_all(db);
    if (db->fd >= 0)
        close(db->fd);
    free(db->path);
    free(db->buffer);
    free(db);
    errno = before;
}

/* "NAME.db"; its path does not depend on the working directory. */
static int open_file(DBM *db, const char *name, int flags, mode_t mode)
{
    char *path = NULL;
    if (*name == 0) {
        errno = ENOENT;
        return -1;
    }
    if (asprintf(&path, "%s.db", name) < 0)
        return -1;
    int fd = open(path, flags, mode);
    db->path = fd < 0 ? NULL : realpath(path, NULL);
    int error = errno;
    free(path);
    if (fd >= 0 && !db->path) {
        close(fd);
        fd = -1;
    }
    errno = error;
    return fd;
}

DBM *dbm_open(const char *name, int flags, mode_t mode)
{
    DBM *db = calloc(1, sizeof *db);
    if (!db)
        return NULL;
    if ((flags & O_ACCMODE) == O_WRONLY) /* to write is to read, too */
        flags = (flags & ~O_ACCMODE) | O_RDWR;
    db->writable = (flags & O_ACCMODE) == O_RDWR;
    db->fd = open_file(db, name, flags & ~O_APPEND, mode);
    int result = db->fd < 0 ? -1 : __dbm_refresh(db);
    if (result == 0 && db->writable && db->end == 0 && (result = __dbm_lock(db)) == 0)
        __dbm_unlock(db);
    if (result == 0)
        return db;
    discard(db);
    return NULL;
}

void dbm_close(DBM *db)
{
    discard(db);
}

int dbm_error(DBM *db)
{
    return db->failed;
}

int dbm_clearerr(DBM *db)
{
    db->failed = false;
    return 0;
}

/* ---- reading ---- */

static bool make_room(DBM *db, size_t size)
{
    if (db->buffer && size <= db->buffer_size)
        return true;
    void *buffer = realloc(db->buffer, size + 1);
    if (buffer) {
        db->buffer = buffer;
        db->buffer_size = size;
    }
    return buffer != NULL;
}

static bool read_data(DBM *db, const struct dbm_entry *entry)
{
    size_t done = 0;
    while (done < entry->data_size) {
        ssize_t got = pread(db->fd, (char *)db->buffer + done, entry->data_size - done,
                            entry->data_at + (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

datum dbm_fetch(DBM *db, datum key)
{
    bool usable = __dbm_refresh(db) == 0;
    const struct dbm_entry *entry = usable ? __dbm_find(db, key.dptr, key.dsize) : NULL;
    if (usable && !entry)
        return none;
    if (!usable || !make_room(db, entry->data_size) || !read_data(db, entry)) {
        db->failed = true;
        return none;
    }
    return (datum){db->buffer, entry->data_size};
}

/* The cursor's key, and on to the next. */
static datum give_key(DBM *db)
{
    struct dbm_entry *entry = db->cursor;
    if (!entry)
        return none;
    if (!make_room(db, entry->key_size)) {
        db->failed = true;
        return none;
    }
    db->cursor = entry->after;
    memcpy(db->buffer, entry->key, entry->key_size);
    return (datum){db->buffer, entry->key_size};
}

datum dbm_firstkey(DBM *db)
{
    if (__dbm_refresh(db) < 0) {
        db->failed = true;
        return none;
    }
    db->cursor = db->first;
    return give_key(db);
}

datum dbm_nextkey(DBM *db)
{
    return give_key(db);
}

/* ---- writing ---- */

/* 0, or -1 with errno. An answer of it must end with __dbm_unlock. */
static int begin_change(DBM *db)
{
    if (!db->writable) {
        errno = EPERM;
        return -1;
    }
    if (__dbm_lock(db) == 0)
        return 0;
    db->failed = true;
    return -1;
}

/* A record, and the index after it. */
static int change(DBM *db, datum key, const datum *data)
{
    if (__dbm_append(db, key, data) < 0 || __dbm_refresh(db) < 0) {
        db->failed = true;
        return -1;
    }
    __dbm_compact(db);
    return 0;
}

int dbm_store(DBM *db, datum key, datum data, int mode)
{
    if (key.dsize > DBM_SIZE_MOST || data.dsize > DBM_SIZE_MOST ||
        (mode != DBM_INSERT && mode != DBM_REPLACE)) {
        errno = EINVAL;
        return -1;
    }
    if (begin_change(db) < 0)
        return -1;
    int result = 1;
    if (mode == DBM_REPLACE || !__dbm_find(db, key.dptr, key.dsize))
        result = change(db, key, &data);
    __dbm_unlock(db);
    return result;
}

int dbm_delete(DBM *db, datum key)
{
    if (begin_change(db) < 0)
        return -1;
    int result = -1;
    errno = ENOENT;
    if (__dbm_find(db, key.dptr, key.dsize))
        result = change(db, key, NULL);
    __dbm_unlock(db);
    return result;
}
