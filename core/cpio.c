/* cpio.c: see cpio.h. */
#include "core/cpio.h"

/* "070701", then 13 fields of 8 hexadecimal digits (cpio(5), "New ASCII Format"). */
#define MAGIC_BYTES  6
#define FIELD_BYTES  8
#define HEADER_BYTES 110
enum cpio_field { FIELD_MODE = 1, FIELD_FILESIZE = 6, FIELD_NAMESIZE = 11 };

#define MODE_TYPE    0170000u
#define MODE_REGULAR 0100000u

static const char trailer[] = "TRAILER!!!";

static bool parse_field(const char *header, enum cpio_field field, uint32_t *out)
{
    const char *digits = header + MAGIC_BYTES + FIELD_BYTES * field;
    uint32_t value = 0;
    for (unsigned i = 0; i < FIELD_BYTES; i++) {
        char c = digits[i];
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a') + 10;
        else
            return false;
        value = value << 4 | digit;
    }
    *out = value;
    return true;
}

static bool is_header(const char *at)
{
    return memcmp(at, "070701", MAGIC_BYTES) == 0 || memcmp(at, "070702", MAGIC_BYTES) == 0;
}

/* The name up to its first NUL (mkinitfs pads with more), without a leading "/" or "./". */
static void parse_name(const char *name, size_t bytes, struct cpio_file *out)
{
    size_t length = 0;
    while (length < bytes && name[length])
        length++;
    if (length >= 2 && name[0] == '.' && name[1] == '/') {
        name += 2;
        length -= 2;
    } else if (length >= 1 && name[0] == '/') {
        name++;
        length--;
    }
    out->name = name;
    out->name_bytes = length;
}

/* One entry with its header at `at`; -> where it ends, or 0 when it is damaged. */
static size_t parse_entry(const char *archive, size_t bytes, size_t at, struct cpio_file *out)
{
    const char *header = archive + at;
    uint32_t mode, file_bytes, name_bytes;
    if (bytes - at < HEADER_BYTES || !is_header(header) ||
        !parse_field(header, FIELD_MODE, &mode) ||
        !parse_field(header, FIELD_FILESIZE, &file_bytes) ||
        !parse_field(header, FIELD_NAMESIZE, &name_bytes))
        return 0;
    if (name_bytes > bytes - at - HEADER_BYTES)
        return 0;
    parse_name(header + HEADER_BYTES, name_bytes, out);
    out->mode = mode;
    out->offset = ROUND_UP(at + HEADER_BYTES + name_bytes, 4);
    out->bytes = file_bytes;
    if (out->offset > bytes || file_bytes > bytes - out->offset)
        return 0;
    return ROUND_UP(out->offset + file_bytes, 4);
}

bool cpio_next(const void *archive, size_t bytes, size_t *at, struct cpio_file *out)
{
    const char *text = archive;
    for (;;) {
        while (*at < bytes && text[*at] == 0)
            *at += 1;
        if (*at >= bytes)
            return false;
        size_t end = parse_entry(text, bytes, *at, out);
        if (end == 0)
            return false;
        *at = end;
        bool ends = out->name_bytes == sizeof trailer - 1 &&
                    memcmp(out->name, trailer, sizeof trailer - 1) == 0;
        if (!ends)
            return true;
    }
}

bool cpio_find(const void *archive, size_t bytes, const char *path, struct cpio_file *out)
{
    size_t length = strlen(path), at = 0;
    struct cpio_file file;
    bool found = false;
    while (cpio_next(archive, bytes, &at, &file)) {
        if ((file.mode & MODE_TYPE) != MODE_REGULAR || file.name_bytes != length ||
            memcmp(file.name, path, length) != 0)
            continue;
        *out = file;
        found = true;
    }
    return found;
}
