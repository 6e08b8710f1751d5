/* pathconf.c: limits of files. They are the same for all of them. */
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static long limit(int name)
{
    switch (name) {
    case _PC_LINK_MAX: return LINK_MAX;
    case _PC_MAX_CANON: return MAX_CANON;
    case _PC_MAX_INPUT: return MAX_INPUT;
    case _PC_NAME_MAX: return NAME_MAX;
    case _PC_PATH_MAX: return PATH_MAX;
    case _PC_PIPE_BUF: return PIPE_BUF;
    case _PC_CHOWN_RESTRICTED: return 1;
    case _PC_NO_TRUNC: return 1;
    case _PC_VDISABLE: return _POSIX_VDISABLE;
    case _PC_FILESIZEBITS: return FILESIZEBITS;
    case _PC_REC_XFER_ALIGN: return PAGE_SIZE;
    case _PC_SYMLINK_MAX: return SYMLINK_MAX;
    case _PC_2_SYMLINKS: return 1;
    case _PC_SYNC_IO: return 1;
    case _PC_ALLOC_SIZE_MIN:
    case _PC_REC_INCR_XFER_SIZE:
    case _PC_REC_MIN_XFER_SIZE: return PAGE_SIZE;
    case _PC_TIMESTAMP_RESOLUTION: return 1;
    case _PC_FALLOC: return 1;
    case _PC_TEXTDOMAIN_MAX: return TEXTDOMAIN_MAX;
    case _PC_ASYNC_IO:
    case _PC_PRIO_IO:
    case _PC_REC_MAX_XFER_SIZE: return -1;
    default: errno = EINVAL; return -1;
    }
}

long pathconf(const char *path, int name)
{
    struct stat st;
    return stat(path, &st) < 0 ? -1 : limit(name);
}

long fpathconf(int fd, int name)
{
    struct stat st;
    return fstat(fd, &st) < 0 ? -1 : limit(name);
}
