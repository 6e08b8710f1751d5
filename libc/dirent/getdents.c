/* getdents.c: directory entries without a stream (POSIX 2024's posix_getdents, Linux's getdents64). */
#include <dirent.h>
#include <string.h>
#include "internal/files.h"

#define CHUNK 2048

/* Takes over as many records as fit; -> bytes, *cookie after the last one taken. */
static size_t convert(const char *records, size_t bytes, char *to, size_t room, uint64_t *cookie)
{
    size_t used = 0;
    for (size_t at = 0; at + sizeof(struct dyad_dirent) <= bytes;) {
        const struct dyad_dirent *record = (const void *)(records + at);
        if (record->size < sizeof *record || record->size > bytes - at || record->size % 8 ||
            record->name_len > record->size - sizeof *record || record->name_len > NAME_MAX)
            break; /* A server is not trusted. */
        size_t size = (offsetof(struct posix_dent, d_name) + record->name_len + 8) & ~(size_t)7;
        if (size > room - used)
            break;
        struct posix_dent *entry = (void *)(to + used);
        entry->d_ino = record->ino;
        entry->d_off = (off_t)record->cookie;
        entry->d_reclen = (unsigned short)size;
        entry->d_type = (unsigned char)IFTODT(record->type);
        memcpy(entry->d_name, record->name, record->name_len);
        memset(entry->d_name + record->name_len, 0,
               size - offsetof(struct posix_dent, d_name) - record->name_len);
        *cookie = record->cookie;
        used += size;
        at += record->size;
    }
    return used;
}

/* The open file's offset says where to go on. */
static int64_t read_entries(handle_t h, char *to, size_t room)
{
    _Alignas(8) char records[CHUNK];
    int64_t offset = dyad_handle_control(h, HANDLE_SEEK_CUR, 0);
    if (offset < 0)
        return offset == -ERR_SPIPE ? -ERR_NOTDIR : offset;
    uint64_t cookie = (uint64_t)offset;
    int64_t n = __verb_data(h, VERB_list, cookie, 0, NULL, 0, records, sizeof records);
    if (n <= 0)
        return n == -ERR_NOSYS ? -ERR_NOTDIR : n;
    size_t used = convert(records, (size_t)n, to, room, &cookie);
    if (used == 0)
        return -ERR_INVAL;
    int64_t moved = dyad_handle_control(h, HANDLE_SEEK_SET, cookie);
    return moved < 0 ? moved : (int64_t)used;
}

ssize_t posix_getdents(int fd, void *buf, size_t n, int flags)
{
    return __result(flags & ~DT_FORCE_TYPE ? -ERR_INVAL : read_entries(__fd_handle(fd), buf, n));
}

_Static_assert(offsetof(struct posix_dent, d_name) == offsetof(struct dirent, d_name),
               "getdents gives struct dirent");

int getdents(int fd, struct dirent *buf, size_t n)
{
    return (int)__result(read_entries(__fd_handle(fd), (char *)buf, n));
}

ssize_t getdents64(int fd, void *buf, size_t n)
{
    return __result(read_entries(__fd_handle(fd), buf, n));
}
