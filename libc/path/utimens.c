/* utimens.c: a file's times. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <utime.h>
#include "internal/setattr.h"

/* One of the two times: its mask bits, or -ERR_INVAL. */
static int64_t one_time(const struct timespec *t, uint32_t set, uint32_t now, struct dyad_time *out)
{
    if (t->tv_nsec == UTIME_OMIT)
        return 0;
    if (t->tv_nsec == UTIME_NOW)
        return now;
    if (t->tv_nsec < 0 || t->tv_nsec > 999999999)
        return -ERR_INVAL;
    *out = (struct dyad_time){.seconds = t->tv_sec, .nanoseconds = (uint32_t)t->tv_nsec};
    return set;
}

static int64_t times_mask(const struct timespec times[2], struct dyad_setattr *attributes)
{
    *attributes = (struct dyad_setattr){0};
    if (!times)
        return SETATTR_ATIME_NOW | SETATTR_MTIME_NOW;
    int64_t atime = one_time(&times[0], SETATTR_ATIME, SETATTR_ATIME_NOW, &attributes->atime);
    int64_t mtime = one_time(&times[1], SETATTR_MTIME, SETATTR_MTIME_NOW, &attributes->mtime);
    return atime < 0 ? atime : mtime < 0 ? mtime : atime | mtime;
}

int futimens(int fd, const struct timespec times[2])
{
    struct dyad_setattr attributes;
    int64_t mask = times_mask(times, &attributes);
    return (int)__result(mask < 0 ? mask : __setattr(__fd_handle(fd), &attributes, (uint64_t)mask));
}

int utimensat(int dir, const char *path, const struct timespec times[2], int flags)
{
    struct dyad_setattr attributes;
    if (!path)
        return futimens(dir, times);
    int64_t mask = flags & ~AT_SYMLINK_NOFOLLOW ? -ERR_INVAL : times_mask(times, &attributes);
    return (int)__result(mask < 0 ? mask
                                  : __setattr_path(dir, path, &attributes, (uint64_t)mask,
                                                   flags & AT_SYMLINK_NOFOLLOW));
}

/* Microseconds out of range become nanoseconds out of range, which utimensat refuses. */
static const struct timespec *from_timeval(const struct timeval in[2], struct timespec out[2])
{
    for (int i = 0; in && i < 2; i++) {
        long us = in[i].tv_usec < 0 || in[i].tv_usec > 999999 ? 1000000 : in[i].tv_usec;
        out[i] = (struct timespec){.tv_sec = in[i].tv_sec, .tv_nsec = us * 1000};
    }
    return in ? out : NULL;
}

int futimesat(int dir, const char *path, const struct timeval times[2])
{
    struct timespec converted[2];
    return utimensat(dir, path, from_timeval(times, converted), 0);
}

int utimes(const char *path, const struct timeval times[2])
{
    return futimesat(AT_FDCWD, path, times);
}

int lutimes(const char *path, const struct timeval times[2])
{
    struct timespec converted[2];
    return utimensat(AT_FDCWD, path, from_timeval(times, converted), AT_SYMLINK_NOFOLLOW);
}

int futimes(int fd, const struct timeval times[2])
{
    struct timespec converted[2];
    return futimens(fd, from_timeval(times, converted));
}

int utime(const char *path, const struct utimbuf *times)
{
    struct timespec converted[2];
    if (times) {
        converted[0] = (struct timespec){.tv_sec = times->actime};
        converted[1] = (struct timespec){.tv_sec = times->modtime};
    }
    return utimensat(AT_FDCWD, path, times ? converted : NULL, 0);
}
