/*
 * readv.c: several buffers in one call. Short vectors are gathered in one buffer, so that they are one transfer to the
 * server (a line written in pieces stays whole); longer ones go piece by piece.
 */
#include <string.h>
#include <sys/uio.h>
#include "internal/cancel.h"
#include "internal/files.h"

#define GATHER_MAX 4096 /* also PIPE_BUF: what must be atomic on a pipe */

/* The sum of the lengths, or -ERR_INVAL. */
static int64_t vector_size(const struct iovec *iov, int count)
{
    int64_t total = 0;
    if (count < 0 || count > IOV_MAX)
        return -ERR_INVAL;
    for (int i = 0; i < count; i++) {
        if (iov[i].iov_len > SSIZE_MAX ||
            __builtin_add_overflow(total, (int64_t)iov[i].iov_len, &total))
            return -ERR_INVAL;
    }
    return total;
}

typedef int64_t transfer_function(handle_t h, const struct iovec *piece, int64_t offset);

static int64_t read_piece(handle_t h, const struct iovec *piece, int64_t offset)
{
    return __handle_read(h, piece->iov_base, piece->iov_len, offset);
}

static int64_t write_piece(handle_t h, const struct iovec *piece, int64_t offset)
{
    return __handle_write(h, piece->iov_base, piece->iov_len, offset);
}

static int64_t transfer_pieces(handle_t h, const struct iovec *iov, int count, int64_t offset,
                               transfer_function *transfer)
{
    int64_t done = 0;
    for (int i = 0; i < count; i++) {
        if (iov[i].iov_len == 0)
            continue;
        int64_t result = transfer(h, &iov[i], offset < 0 ? -1 : offset + done);
        if (result < 0)
            return done ? done : result;
        done += result;
        if ((size_t)result < iov[i].iov_len)
            break;
    }
    return done;
}

static int64_t read_gathered(handle_t h, const struct iovec *iov, int count, size_t total,
                             int64_t offset)
{
    char buffer[GATHER_MAX];
    int64_t result = __handle_read(h, buffer, total, offset);
    size_t at = 0;
    for (int i = 0; i < count && result > 0 && at < (size_t)result; i++) {
        size_t left = (size_t)result - at;
        size_t n = iov[i].iov_len < left ? iov[i].iov_len : left;
        memcpy(iov[i].iov_base, buffer + at, n);
        at += n;
    }
    return result;
}

static int64_t write_gathered(handle_t h, const struct iovec *iov, int count, int64_t offset)
{
    char buffer[GATHER_MAX];
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        memcpy(buffer + at, iov[i].iov_base, iov[i].iov_len);
        at += iov[i].iov_len;
    }
    return __handle_write(h, buffer, at, offset);
}

static int64_t read_vector(int fd, const struct iovec *iov, int count, int64_t offset)
{
    int64_t total = vector_size(iov, count);
    if (total < 0)
        return total;
    handle_t h = __fd_handle(fd);
    if (count > 1 && total <= GATHER_MAX)
        return read_gathered(h, iov, count, (size_t)total, offset);
    return transfer_pieces(h, iov, count, offset, read_piece);
}

static int64_t write_vector(int fd, const struct iovec *iov, int count, int64_t offset)
{
    int64_t total = vector_size(iov, count);
    if (total < 0)
        return total;
    handle_t h = __fd_handle(fd);
    if (count > 1 && total <= GATHER_MAX)
        return write_gathered(h, iov, count, offset);
    return transfer_pieces(h, iov, count, offset, write_piece);
}

ssize_t readv(int fd, const struct iovec *iov, int count)
{
    return __result(CANCELLABLE(read_vector(fd, iov, count, -1)));
}

ssize_t writev(int fd, const struct iovec *iov, int count)
{
    return __result(CANCELLABLE(write_vector(fd, iov, count, -1)));
}

ssize_t preadv(int fd, const struct iovec *iov, int count, off_t offset)
{
    return __result(CANCELLABLE(offset < 0 ? -ERR_INVAL : read_vector(fd, iov, count, offset)));
}

ssize_t pwritev(int fd, const struct iovec *iov, int count, off_t offset)
{
    return __result(CANCELLABLE(offset < 0 ? -ERR_INVAL : write_vector(fd, iov, count, offset)));
}
