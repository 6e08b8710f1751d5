/* index.c: where in the file each key's data is. */
#include <stdlib.h>
#include <string.h>
#include "ndbm/ndbm.h"

#define BUCKETS_FIRST 64

uint64_t __dbm_hash(uint64_t hash, const void *data, size_t size)
{
    for (const unsigned char *at = data; size > 0; size--)
        hash = (hash ^ *at++) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t hash_of(const void *key, size_t size)
{
    return __dbm_hash(DBM_HASH_START, key, size);
}

static struct dbm_entry **bucket_of(const DBM *db, uint64_t hash)
{
    return &db->buckets[(hash ^ hash >> 32) % db->bucket_count];
}

struct dbm_entry *__dbm_find(const DBM *db, const void *key, size_t size)
{
    uint64_t hash = hash_of(key, size);
    struct dbm_entry *entry = db->bucket_count ? *bucket_of(db, hash) : NULL;
    while (entry && (entry->hash != hash || entry->key_size != size ||
                     (size > 0 && memcmp(entry->key, key, size) != 0)))
        entry = entry->next;
    return entry;
}

/* Without memory for more buckets those that there are do. false: there are none at all. */
static bool make_room(DBM *db)
{
    size_t wanted = db->bucket_count ? db->bucket_count * 2 : BUCKETS_FIRST;
    if (db->bucket_count > db->count)
        return true;
    struct dbm_entry **buckets = calloc(wanted, sizeof(struct dbm_entry *));
    if (!buckets)
        return db->bucket_count > 0;
    free(db->buckets);
    db->buckets = buckets;
    db->bucket_count = wanted;
    for (struct dbm_entry *entry = db->first; entry; entry = entry->after) {
        struct dbm_entry **bucket = bucket_of(db, entry->hash);
        entry->next = *bucket;
        *bucket = entry;
    }
    return true;
}

struct dbm_entry *__dbm_make(DBM *db, const void *key, size_t size)
{
    struct dbm_entry *entry = __dbm_find(db, key, size);
    if (entry)
        return entry;
    entry = make_room(db) ? malloc(sizeof *entry + size) : NULL;
    if (!entry)
        return NULL;
    uint64_t hash = hash_of(key, size);
    struct dbm_entry **bucket = bucket_of(db, hash);
    *entry = (struct dbm_entry){
        .next = *bucket, .before = db->last, .hash = hash, .key_size = (uint32_t)size};
    if (size > 0)
        memcpy(entry->key, key, size);
    *bucket = entry;
    *(db->last ? &db->last->after : &db->first) = entry;
    db->last = entry;
    db->count++;
    return entry;
}

void __dbm_remove(DBM *db, struct dbm_entry *entry)
{
    struct dbm_entry **at = bucket_of(db, entry->hash);
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    *(entry->before ? &entry->before->after : &db->first) = entry->after;
    *(entry->after ? &entry->after->before : &db->last) = entry->before;
    if (db->cursor == entry)
        db->cursor = entry->after;
    db->count--;
    free(entry);
}

void __dbm_remove_all(DBM *db)
{
    while (db->first)
        __dbm_remove(db, db->first);
    free(db->buckets);
    db->buckets = NULL;
    db->bucket_count = 0;
}
