/* log.c: the file of a data base: reading on, adding records, writing it anew. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "ndbm/ndbm.h"

static const char magic[16] = "Dyad ndbm 1\n";

#define GARBAGE_MOST 65536 /* that is not worth a new file, however little counts */

/* ---- reading ---- */

static bool read_at(int fd, void *to, size_t size, off_t at)
{
    for (char *out = to; size > 0;) {
        ssize_t got = pread(fd, out, size, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got == 0 ? EIO : errno;
            return false;
        }
        out += got;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

static uint32_t data_bytes(const struct dbm_record *record)
{
    return record->data_size == DBM_DELETED ? 0 : record->data_size;
}

static off_t record_bytes(const struct dbm_record *record)
{
    return (off_t)sizeof *record + record->key_size + data_bytes(record);
}

static uint64_t check_of(const struct dbm_record *record, const void *key, const void *data)
{
    uint64_t hash = __dbm_hash(DBM_HASH_START, &record->key_size, 2 * sizeof record->key_size);
    hash = __dbm_hash(hash, key, record->key_size);
    return __dbm_hash(hash, data, data_bytes(record));
}

/* What the record says becomes the index's. `at`: the record's place. */
static int take(DBM *db, const struct dbm_record *record, const char *key, off_t at)
{
    bool deletes = record->data_size == DBM_DELETED;
    struct dbm_entry *entry =
        deletes ? __dbm_find(db, key, record->key_size) : __dbm_make(db, key, record->key_size);
    if (entry && entry->data_at != 0)
        db->garbage += sizeof *record + entry->key_size + entry->data_size;
    if (deletes) {
        db->garbage += (uint64_t)record_bytes(record);
        if (entry)
            __dbm_remove(db, entry);
        return 0;
    }
    if (!entry)
        return -1;
    entry->data_at = at + (off_t)sizeof *record + record->key_size;
    entry->data_size = record->data_size;
    return 0;
}

/* 1: there was a record, -1: an error, 0: no whole one. */
static int take_next(DBM *db, off_t size)
{
    struct dbm_record record;
    if (size - db->end < (off_t)sizeof record)
        return 0;
    if (!read_at(db->fd, &record, sizeof record, db->end))
        return -1;
    if (record.key_size > DBM_SIZE_MOST || data_bytes(&record) > DBM_SIZE_MOST ||
        record_bytes(&record) > size - db->end)
        return 0;
    size_t bytes = (size_t)record.key_size + data_bytes(&record);
    char *text = malloc(bytes + 1);
    if (!text)
        return -1;
    int result = read_at(db->fd, text, bytes, db->end + (off_t)sizeof record) ? 0 : -1;
    if (result == 0 && check_of(&record, text, text + record.key_size) == record.check)
        result = take(db, &record, text, db->end) < 0 ? -1 : 1;
    free(text);
    if (result > 0)
        db->end += record_bytes(&record);
    return result;
}

static void forget(DBM *db)
{
    __dbm_remove_all(db);
    db->end = 0;
    db->garbage = 0;
}

/* The file at the path takes the descriptor's place. */
static int reopen(DBM *db)
{
    int fd = open(db->path, (db->writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int flags = fcntl(db->fd, F_GETFD);
    int moved = dup3(fd, db->fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0);
    close(fd);
    db->opened++;
    return moved < 0 ? -1 : 0;
}

/* After the file has been replaced: the cursor goes to where it was by its key. */
static int start_again(DBM *db)
{
    datum key = {NULL, 0};
    if (db->cursor) {
        key.dsize = db->cursor->key_size;
        key.dptr = malloc(key.dsize + 1);
        if (!key.dptr)
            return -1;
        memcpy(key.dptr, db->cursor->key, key.dsize);
    }
    int result = reopen(db);
    if (result == 0) {
        forget(db);
        result = __dbm_refresh(db);
        db->cursor = key.dptr ? __dbm_find(db, key.dptr, key.dsize) : NULL;
    }
    free(key.dptr);
    return result;
}

int __dbm_refresh(DBM *db)
{
    struct stat st;
    char begin[sizeof magic];
    int got = 1;
    if (fstat(db->fd, &st) < 0)
        return -1;
    if (st.st_nlink == 0 && access(db->path, F_OK) == 0)
        return start_again(db);
    if (st.st_size < db->end) /* somebody has emptied it */
        forget(db);
    if (db->end == 0 && st.st_size < (off_t)sizeof magic)
        return 0; /* nothing has been written yet */
    if (db->end == 0) {
        if (!read_at(db->fd, begin, sizeof begin, 0))
            return -1;
        if (memcmp(begin, magic, sizeof magic) != 0) {
            errno = EINVAL;
            return -1;
        }
        db->end = sizeof magic;
    }
    while (got > 0 && db->end < st.st_size)
        got = take_next(db, st.st_size);
    return got < 0 ? -1 : 0;
}

/* ---- writing ---- */

static int write_at(int fd, const void *from, size_t size, off_t at)
{
    for (const char *in = from; size > 0;) {
        ssize_t put = pwrite(fd, in, size, at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        in += put;
        at += put;
        size -= (size_t)put;
    }
    return 0;
}

/* An empty file becomes a data base. */
static int begin(DBM *db)
{
    if (ftruncate(db->fd, 0) < 0 || write_at(db->fd, magic, sizeof magic, 0) < 0)
        return -1;
    db->end = sizeof magic;
    return 0;
}

static int set_lock(DBM *db, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    int result;
    do
        result = fcntl(db->fd, F_OFD_SETLKW, &lock);
    while (result < 0 && errno == EINTR);
    return result;
}

void __dbm_unlock(DBM *db)
{
    int before = errno;
    set_lock(db, F_UNLCK);
    errno = before;
}

/* The file may be replaced while we wait for its lock; the new one has none of ours. */
static int lock_current(DBM *db)
{
    unsigned seen;
    do {
        seen = db->opened;
        if (set_lock(db, F_WRLCK) < 0)
            return -1;
        if (__dbm_refresh(db) < 0) {
            __dbm_unlock(db);
            return -1;
        }
    } while (db->opened != seen);
    return 0;
}

int __dbm_lock(DBM *db)
{
    struct stat st;
    if (lock_current(db) < 0)
        return -1;
    int result = db->end == 0 ? begin(db) : fstat(db->fd, &st);
    if (result == 0 && db->end > (off_t)sizeof magic && st.st_size > db->end)
        result = ftruncate(db->fd, db->end);
    if (result < 0)
        __dbm_unlock(db);
    return result;
}

static int write_record(int fd, off_t at, datum key, const datum *data)
{
    struct dbm_record record = {.key_size = (uint32_t)key.dsize,
                                .data_size = data ? (uint32_t)data->dsize : DBM_DELETED};
    size_t size = (size_t)record_bytes(&record);
    record.check = check_of(&record, key.dptr, data ? data->dptr : NULL);
    char *whole = malloc(size), *out = whole;
    if (!whole)
        return -1;
    out = mempcpy(out, &record, sizeof record);
    if (key.dsize > 0)
        out = mempcpy(out, key.dptr, key.dsize);
    if (data && data->dsize > 0)
        memcpy(out, data->dptr, data->dsize);
    int result = write_at(fd, whole, size, at);
    free(whole);
    return result;
}

int __dbm_append(DBM *db, datum key, const datum *data)
{
    if (write_record(db->fd, db->end, key, data) == 0)
        return 0;
    int error = errno;
    (void)!ftruncate(
        db->fd, db->end); /* what has been written of it; the next who writes would do it, too */
    errno = error;
    return -1;
}

/* ---- writing anew ---- */

/* All that counts, in order, into the new file: its size, or -1. */
static off_t copy_all(DBM *db, int fd)
{
    off_t at = sizeof magic;
    if (write_at(fd, magic, sizeof magic, 0) < 0)
        return -1;
    for (const struct dbm_entry *entry = db->first; entry; entry = entry->after) {
        datum key = {(void *)entry->key, entry->key_size};
        datum data = {malloc(entry->data_size + 1u), entry->data_size};
        bool copied = data.dptr && read_at(db->fd, data.dptr, data.dsize, entry->data_at) &&
                      write_record(fd, at, key, &data) == 0;
        free(data.dptr);
        if (!copied)
            return -1;
        at += (off_t)sizeof(struct dbm_record) + entry->key_size + entry->data_size;
    }
    return fsync(fd) < 0 ? -1 : at;
}

static void moved_to(DBM *db, off_t end)
{
    off_t at = sizeof magic;
    for (struct dbm_entry *entry = db->first; entry; entry = entry->after) {
        entry->data_at = at + (off_t)sizeof(struct dbm_record) + entry->key_size;
        at = entry->data_at + entry->data_size;
    }
    db->end = end;
    db->garbage = 0;
}

/* Nothing is lost when it does not work: the old file stays. The lock stays on the old file, where others wait for it. */
void __dbm_compact(DBM *db)
{
    struct stat st;
    uint64_t counts = (uint64_t)db->end - db->garbage;
    if (db->garbage < GARBAGE_MOST || db->garbage < counts || fstat(db->fd, &st) < 0)
        return;
    char *path = NULL;
    int before = errno;
    if (asprintf(&path, "%s.new", db->path) < 0)
        return;
    unlink(path); /* of who was killed here */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    off_t end = fd < 0 ? -1 : copy_all(db, fd);
    bool kept = end >= 0 && (fchown(fd, st.st_uid, st.st_gid) == 0 || geteuid() == st.st_uid);
    bool named = kept && fchmod(fd, st.st_mode & 07777) == 0 && rename(path, db->path) == 0;
    if (fd >= 0 && !named)
        unlink(path);
    free(path);
    if (named) {
        int flags = fcntl(db->fd, F_GETFD);
        __dbm_unlock(db);
        if (dup3(fd, db->fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0) >= 0)
            moved_to(db, end);
    }
    if (fd >= 0)
        close(fd);
    errno = before;
}
