/*
 * ndbm.h: a data base of ndbm: its file, and the index of it in memory.
 *
 * The file is a log: each store and each deletion is a record at its end, with a check sum, so that what a crash or a full disk has left
 * unfinished is known for what it is, and cut off by the next who writes. What is too old is left out when the file is written anew
 * beside, and renamed. Who writes holds a lock on the file; everybody reads on from where they were when it has grown, and opens
 * it again when it has been replaced.
 */
#pragma once
#include <ndbm.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "internal/libc.h"

#define DBM_SIZE_MOST 0x10000000u /* of a key, and of data */
#define DBM_DELETED   UINT32_MAX  /* data_size of a record that takes its key away */

struct dbm_record {
    uint64_t check; /* of all that follows, to the end of the data */
    uint32_t key_size, data_size;
};

struct dbm_entry {
    struct dbm_entry *next;           /* in its bucket */
    struct dbm_entry *after, *before; /* in the order of their first storing */
    uint64_t hash;
    off_t data_at;
    uint32_t key_size, data_size;
    char key[];
};

struct __dbm {
    int fd;
    bool writable, failed; /* failed: dbm_error */
    char *path;
    unsigned opened;  /* how often another file has taken the first one's place */
    off_t end;        /* of what has been read of the file */
    uint64_t garbage; /* bytes of records that no longer count */
    struct dbm_entry **buckets;
    size_t bucket_count, count;
    struct dbm_entry *first, *last, *cursor; /* cursor: what dbm_nextkey gives */
    void *buffer;                            /* what was given last */
    size_t buffer_size;
};

/* index.c. The key's entry, or NULL. */
LIBC_HIDDEN struct dbm_entry *__dbm_find(const DBM *db, const void *key, size_t size);
/* Its entry, made if need be; NULL: no memory. */
LIBC_HIDDEN struct dbm_entry *__dbm_make(DBM *db, const void *key, size_t size);
LIBC_HIDDEN void __dbm_remove(DBM *db, struct dbm_entry *entry);
LIBC_HIDDEN void __dbm_remove_all(DBM *db);
LIBC_HIDDEN uint64_t __dbm_hash(uint64_t hash, const void *data, size_t size);
#define DBM_HASH_START UINT64_C(0xcbf29ce484222325)

/* log.c. All: 0 or -1 with errno. The index becomes what the file says now. */
LIBC_HIDDEN int __dbm_refresh(DBM *db);
/* For who is going to write: locked, refreshed, and without an unfinished record. unlock keeps errno. */
LIBC_HIDDEN int __dbm_lock(DBM *db);
LIBC_HIDDEN void __dbm_unlock(DBM *db);
/* Add a record; data NULL: the key goes. The index is not touched. */
LIBC_HIDDEN int __dbm_append(DBM *db, datum key, const datum *data);
/* Write the file anew when too much of it no longer counts. */
LIBC_HIDDEN void __dbm_compact(DBM *db);
