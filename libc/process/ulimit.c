/* ulimit.c: the old name of RLIMIT_FSIZE, in blocks. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <ulimit.h>

#define BLOCK_BYTES 512u

static long blocks(rlim_t bytes)
{
    return bytes == RLIM_INFINITY || bytes / BLOCK_BYTES > LONG_MAX ? LONG_MAX
                                                                    : (long)(bytes / BLOCK_BYTES);
}

/* POSIX: the new limit is both the soft and the hard one. */
static long set(long value)
{
    rlim_t bytes = (rlim_t)value * BLOCK_BYTES;
    if (value < 0 || bytes / BLOCK_BYTES != (rlim_t)value)
        bytes = RLIM_INFINITY;
    struct rlimit limit = {bytes, bytes};
    return setrlimit(RLIMIT_FSIZE, &limit) < 0 ? -1 : blocks(bytes);
}

long ulimit(int command, ...)
{
    struct rlimit limit;
    va_list ap;
    va_start(ap, command);
    long value = command == UL_SETFSIZE ? va_arg(ap, long) : 0;
    va_end(ap);
    switch (command) {
    case UL_SETFSIZE: return set(value);
    case UL_GETFSIZE: return getrlimit(RLIMIT_FSIZE, &limit) < 0 ? -1 : blocks(limit.rlim_cur);
    default: errno = EINVAL; return -1;
    }
}
