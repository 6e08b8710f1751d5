/* cpio.h: reads files out of an initfs: cpio archives ("newc"), one after the other; of a path the last one counts. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpio {
    const uint8_t *bytes; /* borrowed */
    size_t size;
};

struct cpio_entry {
    const char *path; /* without a leading slash or "./"; not terminated */
    size_t path_length;
    uint32_t mode;
    uint64_t offset, size; /* of the contents within the archive */
    size_t next;           /* where cpio_next goes on */
};

/* The entry at position `at` (0: the first). False at the end, and at damage: *damaged. */
bool cpio_next(const struct cpio *cpio, size_t at, struct cpio_entry *entry, bool *damaged);

/* The last entry with that absolute path, symbolic links in the last component followed. False: there is none. */
bool cpio_find(const struct cpio *cpio, const char *path, struct cpio_entry *entry);
