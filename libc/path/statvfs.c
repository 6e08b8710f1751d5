/* statvfs.c: what a file's server has left. */
#include <fcntl.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include "abi/layout.h"
#include "internal/files.h"

/* What has no file system behind it (pipes, terminals, devices) has no room, either. */
static int64_t handle_statfs(handle_t h, struct dyad_statfs *out)
{
    int64_t result = __verb_data(h, VERB_statfs, 0, 0, NULL, 0, out, sizeof *out);
    if (result >= 0 || dyad_handle_control(h, HANDLE_INFO, 0) < 0 || result == -ERR_INTR ||
        result == -ERR_NODEV || result == -ERR_STALE)
        return result;
    *out = (struct dyad_statfs){.block_size = DYAD_PAGE_SIZE, .name_max = DYAD_NAME_MAX};
    return 0;
}

static int64_t path_statfs(const char *path, struct dyad_statfs *out)
{
    int64_t handle = __path_open(AT_FDCWD, path, FILE_PATH, 0);
    if (handle < 0)
        return handle;
    int64_t result = handle_statfs((handle_t)handle, out);
    dyad_handle_close((handle_t)handle);
    return result;
}

static int to_statvfs(int64_t result, const struct dyad_statfs *from, struct statvfs *out)
{
    if (result >= 0)
        *out = (struct statvfs){.f_bsize = from->block_size,
                                .f_frsize = from->block_size,
                                .f_blocks = from->blocks,
                                .f_bfree = from->blocks_free,
                                .f_bavail = from->blocks_free,
                                .f_files = from->files,
                                .f_ffree = from->files_free,
                                .f_favail = from->files_free,
                                .f_flag = from->flags,
                                .f_namemax = from->name_max};
    return (int)__result(result < 0 ? result : 0);
}

static int to_statfs(int64_t result, const struct dyad_statfs *from, struct statfs *out)
{
    if (result >= 0)
        *out = (struct statfs){.f_bsize = from->block_size,
                               .f_frsize = from->block_size,
                               .f_blocks = from->blocks,
                               .f_bfree = from->blocks_free,
                               .f_bavail = from->blocks_free,
                               .f_files = from->files,
                               .f_ffree = from->files_free,
                               .f_namelen = from->name_max,
                               .f_flags = from->flags};
    return (int)__result(result < 0 ? result : 0);
}

int statvfs(const char *restrict path, struct statvfs *restrict out)
{
    struct dyad_statfs from;
    return to_statvfs(path_statfs(path, &from), &from, out);
}

int fstatvfs(int fd, struct statvfs *out)
{
    struct dyad_statfs from;
    return to_statvfs(handle_statfs(__fd_handle(fd), &from), &from, out);
}

int statfs(const char *path, struct statfs *out)
{
    struct dyad_statfs from;
    return to_statfs(path_statfs(path, &from), &from, out);
}

int fstatfs(int fd, struct statfs *out)
{
    struct dyad_statfs from;
    return to_statfs(handle_statfs(__fd_handle(fd), &from), &from, out);
}
