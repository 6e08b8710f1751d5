/* tzfile.c: compiled time zones (RFC 9636): a checked file is searched where it lies in memory. */
#include <string.h>
#include "internal/tzfile.h"

enum { HEADER_BYTES = 44, TYPE_BYTES = 6 };

/* One of the two blocks of data that a file consists of. */
struct block {
    size_t utc_count, standard_count, leap_count, time_count, type_count, name_bytes;
    size_t time_size; /* of a number: 4 in the first block, 8 in the second */
};

static long long get_be(const unsigned char *p, size_t bytes)
{
    unsigned long long n = p[0] & 0x80 ? ~0ull : 0;
    for (size_t i = 0; i < bytes; i++)
        n = n << 8 | p[i];
    return (long long)n;
}

/* Counts are below 2^31 each, so sums of products of them fit. */
static bool read_header(const unsigned char *p, size_t size, size_t time_size, struct block *b)
{
    if (size < HEADER_BYTES || memcmp(p, "TZif", 4) != 0)
        return false;
    size_t *const counts[] = {&b->utc_count,  &b->standard_count, &b->leap_count,
                              &b->time_count, &b->type_count,     &b->name_bytes};
    for (size_t i = 0; i < 6; i++) {
        long long n = get_be(p + 20 + 4 * i, 4);
        if (n < 0)
            return false;
        *counts[i] = (size_t)n;
    }
    b->time_size = time_size;
    return b->type_count > 0 && b->type_count <= 256 && b->name_bytes > 0;
}

static size_t block_bytes(const struct block *b)
{
    return b->time_count * (b->time_size + 1) + b->type_count * TYPE_BYTES + b->name_bytes +
           b->leap_count * (b->time_size + 4) + b->standard_count + b->utc_count;
}

static bool check_block(const struct tz_file *f, const struct block *b)
{
    for (size_t i = 0; i < b->time_count; i++) {
        const unsigned char *time = f->times + i * b->time_size;
        if (f->indices[i] >= b->type_count ||
            (i > 0 && get_be(time, b->time_size) <= get_be(time - b->time_size, b->time_size)))
            return false;
    }
    for (size_t i = 0; i < b->type_count; i++) {
        const unsigned char *type = f->types + i * TYPE_BYTES;
        long long offset = get_be(type, 4);
        if (offset <= -90000 || offset >= 93600 || type[4] > 1 || type[5] >= b->name_bytes)
            return false;
    }
    return f->names[b->name_bytes - 1] == 0;
}

/* The footer stands between two newlines at the end of the file. */
static const char *find_footer(const unsigned char *p, size_t size)
{
    if (size < 3 || p[0] != '\n' || !memchr(p + 1, '\n', size - 1))
        return NULL;
    return (const char *)p + 1;
}

bool __tzfile_parse(const void *contents, size_t size, struct tz_file *out)
{
    const unsigned char *p = contents;
    struct block b;
    if (!read_header(p, size, 4, &b))
        return false;
    bool modern = p[4] >= '2'; /* what follows says the same with numbers of 8 bytes */
    if (size - HEADER_BYTES < block_bytes(&b))
        return false;
    if (modern) {
        size_t first = HEADER_BYTES + block_bytes(&b);
        p += first;
        size -= first;
        if (!read_header(p, size, 8, &b) || size - HEADER_BYTES < block_bytes(&b))
            return false;
    }
    *out = (struct tz_file){.times = p + HEADER_BYTES,
                            .time_count = b.time_count,
                            .type_count = b.type_count,
                            .time_size = b.time_size};
    out->indices = out->times + b.time_count * b.time_size;
    out->types = out->indices + b.time_count;
    out->names = (const char *)out->types + b.type_count * TYPE_BYTES;
    size_t end = HEADER_BYTES + block_bytes(&b);
    out->footer = modern ? find_footer(p + end, size - end) : NULL;
    return check_block(out, &b);
}

static struct tz_zone zone_of_type(const struct tz_file *f, size_t type)
{
    const unsigned char *p = f->types + type * TYPE_BYTES;
    return (struct tz_zone){(long)get_be(p, 4), p[4] != 0, f->names + p[5]};
}

/* How many changes there are up to t. */
static size_t changes_until(const struct tz_file *f, long long t)
{
    size_t low = 0, high = f->time_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (get_be(f->times + middle * f->time_size, f->time_size) <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct tz_zone __tzfile_at(const struct tz_file *f, long long t, bool *after)
{
    size_t n = changes_until(f, t);
    *after = n == f->time_count;
    return zone_of_type(f, n > 0 ? f->indices[n - 1]
                                 : 0); /* type 0 is in force before the first change */
}

bool __tzfile_nearest(const struct tz_file *f, long long t, bool dst, struct tz_zone *out)
{
    size_t here = changes_until(f, t);
    for (size_t i = here; i-- > 0;)
        if (f->types[f->indices[i] * TYPE_BYTES + 4] == dst) {
            *out = zone_of_type(f, f->indices[i]);
            return true;
        }
    for (size_t i = here; i < f->time_count; i++)
        if (f->types[f->indices[i] * TYPE_BYTES + 4] == dst) {
            *out = zone_of_type(f, f->indices[i]);
            return true;
        }
    *out = zone_of_type(f, 0);
    return out->dst == dst;
}
