/*
 * transfer.c: how much one read() or write() moves. A trap moves at most DYAD_COPY_MAX bytes.
 *   read: one trap. Only a file with an offset of its own, which cannot make the caller wait for data, is read further.
 *          Such a file gives no EINTR either, as nowhere: programs do not expect it.
 *   write: all of it, until an error or a handler without SA_RESTART; what was written so far is then the result.
 */
#include "abi/layout.h"
#include "internal/files.h"
#include "internal/poll.h"
#include "internal/limits.h"

/* raise() without the rest of the signal library. */
void __raise_own(uint32_t signo)
{
    struct signal_post post = {.info = {.signo = signo, .code = 0},
                               .thread = (uint32_t)dyad_thread_control(THREAD_SELF, 0, 0)};
    dyad_thread_control(THREAD_SIGNAL, post.thread, dyad_arg(&post));
}

/* A handle without the right is, to POSIX, a descriptor that was not opened for it. */
static int64_t without_right(int64_t result)
{
    return result == -ERR_ACCES ? -ERR_BADF : result;
}

static size_t chunk_size(size_t left)
{
    return left < DYAD_COPY_MAX ? left : DYAD_COPY_MAX;
}

static bool is_seekable(handle_t h)
{
    int64_t flags = dyad_handle_control(h, HANDLE_GET_FLAGS, 0);
    return flags >= 0 && (flags & FILE_SEEKABLE);
}

static bool must_repeat(handle_t h, int64_t result, unsigned seen)
{
    return unlikely(result == -ERR_INTR) &&
           (__restart(result, seen) || (!__thread_self()->cancel_now && is_seekable(h)));
}

static int64_t read_once(handle_t h, void *buf, size_t n, int64_t offset)
{
    int64_t result;
    unsigned seen;
    do {
        seen = __interruptions();
        result = dyad_read(h, buf, n, offset);
    } while (must_repeat(h, result, seen));
    return without_right(result);
}

static int64_t read_on(handle_t h, char *buf, size_t n, int64_t offset, size_t done)
{
    int64_t result = 1;
    while (done < n && result > 0) {
        result = read_once(h, buf + done, chunk_size(n - done),
                           offset < 0 ? -1 : offset + (int64_t)done);
        if (result > 0)
            done += (size_t)result;
    }
    return (int64_t)done;
}

int64_t __handle_read(handle_t h, void *buf, size_t n, int64_t offset)
{
    int64_t result = read_once(h, buf, chunk_size(n), offset);
    if (unlikely(result == -ERR_INVAL) && __signalfd_read && offset < 0)
        return __signalfd_read(h, buf, n);
    if (likely(result != (int64_t)DYAD_COPY_MAX || n == DYAD_COPY_MAX) || !is_seekable(h))
        return result;
    return read_on(h, buf, n > SSIZE_MAX ? SSIZE_MAX : n, offset, DYAD_COPY_MAX);
}

/* The kernel sends SIGPIPE for its own pipes; for fifos and sockets of servers and for the console it is sent here. */
static int64_t write_failed(handle_t h, int64_t result)
{
    if (result == -ERR_PIPE &&
        (dyad_handle_control(h, HANDLE_INFO, 0) & 0xff) != HANDLE_KIND_PIPE_WRITE)
        __raise_own(DYAD_SIGPIPE);
    return without_right(result);
}

int64_t __handle_write(handle_t h, const void *buf, size_t n, int64_t offset)
{
    size_t done = 0;
    unsigned first = __interruptions();
    int64_t limited = __limit_write(h, &n, offset);
    if (unlikely(limited < 0))
        return limited;
    do {
        size_t chunk = chunk_size(n - done);
        unsigned seen = __interruptions();
        int64_t result = dyad_write(h, (const char *)buf + done, chunk,
                                    offset < 0 ? -1 : offset + (int64_t)done);
        if (must_repeat(h, result, seen))
            continue;
        if (result < 0)
            return done ? (int64_t)done : write_failed(h, result);
        done += (size_t)result;
        if (result == 0 || ((size_t)result < chunk && __interruptions() != first))
            break;
    } while (done < n && done < SSIZE_MAX);
    return (int64_t)done;
}
