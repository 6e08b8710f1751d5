/* sendfile.c: from one descriptor to another without the program's own buffer: through one of ours. */
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>
#include "abi/layout.h"
#include "internal/files.h"
#include "internal/pages.h"

struct place {
    handle_t h;
    int64_t offset; /* -1: the file's own */
};

static bool has_flag(handle_t h, int64_t flag)
{
    int64_t flags = dyad_handle_control(h, HANDLE_GET_FLAGS, 0);
    return flags >= 0 && (flags & flag);
}

/* What was read and could not be written stays unread. */
static void give_back(const struct place *from, int64_t n)
{
    if (from->offset < 0 && n > 0)
        dyad_handle_control(from->h, HANDLE_SEEK_CUR, (uint64_t)-n);
}

/* -> bytes; an error only when there were none. */
static int64_t transfer(struct place from, struct place to, size_t n)
{
    size_t done = 0;
    int64_t result = 0;
    char *buffer = __pages_map(DYAD_COPY_MAX);
    if (!buffer)
        return -ERR_NOMEM;
    while (done < n) {
        size_t chunk = n - done < DYAD_COPY_MAX ? n - done : DYAD_COPY_MAX;
        int64_t got = __handle_read(from.h, buffer, chunk,
                                    from.offset < 0 ? -1 : from.offset + (int64_t)done);
        if (got <= 0) {
            result = got;
            break;
        }
        result = __handle_write(to.h, buffer, (size_t)got,
                                to.offset < 0 ? -1 : to.offset + (int64_t)done);
        done += result > 0 ? (size_t)result : 0;
        if (result < got) {
            give_back(&from, got - (result > 0 ? result : 0));
            break;
        }
    }
    __pages_unmap(buffer, DYAD_COPY_MAX);
    return done ? (int64_t)done : result;
}

/* An offset of the caller's moves on instead of the file's. */
static ssize_t move_on(int64_t moved, off_t *from, off_t *to)
{
    if (moved > 0 && from)
        *from += moved;
    if (moved > 0 && to)
        *to += moved;
    return __result(moved);
}

ssize_t sendfile(int out, int in, off_t *offset, size_t n)
{
    struct place from = {__fd_handle(in), offset ? *offset : -1}, to = {__fd_handle(out), -1};
    if (!has_flag(from.h, FILE_READ) || !has_flag(to.h, FILE_WRITE))
        return __result(-ERR_BADF);
    if (has_flag(to.h, FILE_APPEND) || (offset && *offset < 0))
        return __result(-ERR_INVAL);
    if (offset && !has_flag(from.h, FILE_SEEKABLE))
        return __result(-ERR_SPIPE);
    if (!has_flag(from.h, FILE_SEEKABLE))
        return __result(-ERR_INVAL);
    return move_on(transfer(from, to, n < SSIZE_MAX ? n : SSIZE_MAX), offset, NULL);
}

static int64_t regular(handle_t h, struct dyad_stat *st)
{
    int64_t result = __handle_stat(h, st);
    if (result < 0)
        return result;
    uint32_t type = st->mode & MODE_TYPE;
    return type == MODE_FILE ? 0 : type == MODE_DIR ? -ERR_ISDIR : -ERR_INVAL;
}

/* Where a place is: its own offset or the caller's. */
static int64_t position(const struct place *place)
{
    return place->offset < 0 ? dyad_handle_control(place->h, HANDLE_SEEK_CUR, 0) : place->offset;
}

static int64_t check_ranges(const struct place *from, const struct place *to, size_t n)
{
    struct dyad_stat source, target;
    int64_t result = regular(from->h, &source);
    if (result >= 0)
        result = regular(to->h, &target);
    if (result < 0)
        return result;
    int64_t at = position(from), there = position(to),
            distance = at < there ? there - at : at - there;
    bool same = source.dev == target.dev && source.ino == target.ino;
    return same && (uint64_t)distance < n ? -ERR_INVAL : 0;
}

ssize_t copy_file_range(int in, off_t *in_offset, int out, off_t *out_offset, size_t n,
                        unsigned flags)
{
    struct place from = {__fd_handle(in), in_offset ? *in_offset : -1},
                 to = {__fd_handle(out), out_offset ? *out_offset : -1};
    if (flags || (in_offset && *in_offset < 0) || (out_offset && *out_offset < 0))
        return __result(-ERR_INVAL);
    if (!has_flag(from.h, FILE_READ) || !has_flag(to.h, FILE_WRITE) || has_flag(to.h, FILE_APPEND))
        return __result(-ERR_BADF);
    n = n < SSIZE_MAX ? n : SSIZE_MAX;
    int64_t result = check_ranges(&from, &to, n);
    return result < 0 ? __result(result) : move_on(transfer(from, to, n), in_offset, out_offset);
}
