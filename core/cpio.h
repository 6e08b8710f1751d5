/* cpio.h: reading newc archives in memory: the initfs, several concatenated, of which later ones win. */
#pragma once
#include "core/base.h"

struct cpio_file {
    const char *name; /* in the archive, without a leading "/" or "./"; not NUL-terminated */
    size_t name_bytes;
    uint64_t offset; /* of the contents, from the start of the archive */
    uint64_t bytes;
    uint32_t mode; /* POSIX st_mode */
};

/* The entry at *at, which becomes the place of the next one. False at the end, or where the archive is damaged. Trailers and the
 * padding between archives are passed over. Reads only [archive, archive + bytes). */
bool cpio_next(const void *archive, size_t bytes, size_t *at, struct cpio_file *out);

/* The regular file of this path (without a leading slash); the last one when there are several. */
bool cpio_find(const void *archive, size_t bytes, const char *path, struct cpio_file *out);
