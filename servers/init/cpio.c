/* cpio.c: the initfs reader. Nothing of the archive is trusted: sizes are checked against what is there. */
#include "servers/init/cpio.h"

#include <string.h>

#include "abi/file.h"
#include "abi/layout.h"

#define HEADER_SIZE  110u
#define FIELD_DIGITS 8u
#define LINKS_MAX    8

enum field { FIELD_MODE = 1, FIELD_FILE_SIZE = 6, FIELD_NAME_SIZE = 11 };

static bool parse_field(const uint8_t *header, enum field field, uint32_t *value)
{
    const uint8_t *digits = header + 6 + (size_t)field * FIELD_DIGITS;

    *value = 0;
    for (size_t i = 0; i < FIELD_DIGITS; i++) {
        uint8_t c = digits[i];
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (c >= 'a' && c <= 'f')
            digit = c - 'a' + 10u;
        else if (c >= 'A' && c <= 'F')
            digit = c - 'A' + 10u;
        else
            return false;
        *value = *value << 4 | digit;
    }
    return true;
}

static size_t align4(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* Between archives there is zero padding of any length. */
static size_t skip_zeros(const struct cpio *cpio, size_t at)
{
    while (at < cpio->size && cpio->bytes[at] == 0)
        at++;
    return at;
}

static void trim_path(struct cpio_entry *entry)
{
    if (entry->path_length >= 2 && entry->path[0] == '.' && entry->path[1] == '/') {
        entry->path += 2;
        entry->path_length -= 2;
    }
    while (entry->path_length > 0 && entry->path[0] == '/') {
        entry->path++;
        entry->path_length--;
    }
}

/* One record, trailers included. */
static bool parse_record(const struct cpio *cpio, size_t at, struct cpio_entry *entry)
{
    const uint8_t *header = cpio->bytes + at;
    uint32_t file_size, name_size;

    if (cpio->size - at < HEADER_SIZE || memcmp(header, "07070", 5) != 0 ||
        (header[5] != '1' && header[5] != '2'))
        return false;
    if (!parse_field(header, FIELD_MODE, &entry->mode) ||
        !parse_field(header, FIELD_FILE_SIZE, &file_size) ||
        !parse_field(header, FIELD_NAME_SIZE, &name_size))
        return false;
    if (name_size == 0 || name_size > DYAD_PATH_MAX + 1 ||
        name_size > cpio->size - at - HEADER_SIZE)
        return false;
    entry->path = (const char *)header + HEADER_SIZE;
    if (entry->path[name_size - 1] != '\0')
        return false;
    entry->path_length = strlen(
        entry->path); /* mkinitfs pads names with zeros, to put contents on page boundaries. */
    entry->offset = align4(at + HEADER_SIZE + name_size);
    entry->size = file_size;
    if (entry->offset > cpio->size || file_size > cpio->size - entry->offset)
        return false;
    entry->next = align4(entry->offset + file_size);
    if (entry->next > cpio->size)
        entry->next = cpio->size;
    return true;
}

static bool is_trailer(const struct cpio_entry *entry)
{
    static const char name[] = "TRAILER!!!";
    return entry->path_length == sizeof name - 1 && memcmp(entry->path, name, sizeof name - 1) == 0;
}

bool cpio_next(const struct cpio *cpio, size_t at, struct cpio_entry *entry, bool *damaged)
{
    *damaged = false;
    for (;;) {
        at = skip_zeros(cpio, at);
        if (at >= cpio->size)
            return false;
        if (!parse_record(cpio, at, entry)) {
            *damaged = true;
            return false;
        }
        if (!is_trailer(entry)) {
            trim_path(entry);
            return true;
        }
        at = entry->next;
    }
}

static bool find_exact(const struct cpio *cpio, const char *path, size_t length,
                       struct cpio_entry *found)
{
    struct cpio_entry entry;
    bool damaged, any = false;

    for (size_t at = 0; cpio_next(cpio, at, &entry, &damaged); at = entry.next) {
        if (entry.path_length == length && memcmp(entry.path, path, length) == 0) {
            *found = entry;
            any = true;
        }
    }
    return any;
}

/* The path that a symbolic link at `path` leads to, in `path` itself. */
static bool follow_link(const struct cpio *cpio, const struct cpio_entry *link,
                        char path[DYAD_PATH_MAX + 1])
{
    const char *target = (const char *)cpio->bytes + link->offset;
    size_t length = link->size, keep = 0;

    if (length == 0 || length > DYAD_PATH_MAX)
        return false;
    if (target[0] == '/') {
        target++;
        length--;
    } else {
        const char *slash = strrchr(path, '/');
        keep = slash ? (size_t)(slash - path) + 1 : 0;
    }
    if (keep + length > DYAD_PATH_MAX)
        return false;
    memcpy(path + keep, target, length);
    path[keep + length] = '\0';
    return true;
}

bool cpio_find(const struct cpio *cpio, const char *wanted, struct cpio_entry *entry)
{
    char path[DYAD_PATH_MAX + 1];

    while (*wanted == '/')
        wanted++;
    if (strlen(wanted) > DYAD_PATH_MAX)
        return false;
    strcpy(path, wanted);
    for (int links = 0; links <= LINKS_MAX; links++) {
        if (!find_exact(cpio, path, strlen(path), entry))
            return false;
        if ((entry->mode & MODE_TYPE) != MODE_LINK)
            return true;
        if (!follow_link(cpio, entry, path))
            return false;
    }
    return false;
}
