/* stat.c: the stat family. */
#include <fcntl.h>
#include <sys/stat.h>
#include "internal/files.h"

static struct timespec convert_time(const struct dyad_time *t)
{
    return (struct timespec){.tv_sec = t->seconds, .tv_nsec = t->nanoseconds};
}

void __stat_convert(const struct dyad_stat *from, struct stat *to)
{
    *to = (struct stat){
        .st_dev = from->dev,
        .st_ino = from->ino,
        .st_nlink = from->nlink,
        .st_mode = from->mode,
        .st_uid = from->uid,
        .st_gid = from->gid,
        .st_rdev = from->rdev,
        .st_size = (off_t)from->size,
        .st_blksize = from->block_size,
        .st_blocks = (blkcnt_t)from->blocks,
        .st_atim = convert_time(&from->atime),
        .st_mtim = convert_time(&from->mtime),
        .st_ctim = convert_time(&from->ctime),
    };
}

static int finish(int64_t result, const struct dyad_stat *from, struct stat *to)
{
    if (result >= 0)
        __stat_convert(from, to);
    return (int)__result(result);
}

int fstatat(int dir, const char *restrict path, struct stat *restrict st, int flags)
{
    struct dyad_stat from;
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return (int)__result(-ERR_INVAL);
    if ((flags & AT_EMPTY_PATH) && path[0] == 0)
        return finish(__handle_stat(dir == AT_FDCWD ? __files.cwd : __fd_handle(dir), &from), &from,
                      st);
    return finish(__path_stat(dir, path, flags & AT_SYMLINK_NOFOLLOW, &from), &from, st);
}

int stat(const char *restrict path, struct stat *restrict st)
{
    struct dyad_stat from;
    return finish(__path_stat(AT_FDCWD, path, false, &from), &from, st);
}

int lstat(const char *restrict path, struct stat *restrict st)
{
    struct dyad_stat from;
    return finish(__path_stat(AT_FDCWD, path, true, &from), &from, st);
}

int fstat(int fd, struct stat *st)
{
    struct dyad_stat from;
    return finish(__handle_stat(__fd_handle(fd), &from), &from, st);
}
