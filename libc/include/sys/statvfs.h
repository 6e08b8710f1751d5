/* sys/statvfs.h: what a file system has left. */
#pragma once
#include <features.h>
#include <bits/types.h>

struct statvfs {
    unsigned long f_bsize, f_frsize;
    fsblkcnt_t f_blocks, f_bfree, f_bavail;
    fsfilcnt_t f_files, f_ffree, f_favail;
    unsigned long f_fsid, f_flag, f_namemax;
};
#define ST_RDONLY 1
#define ST_NOSUID 2

__BEGIN_DECLS
int statvfs(const char *__restrict __path, struct statvfs *__restrict __out);
int fstatvfs(int __fd, struct statvfs *__out);
__END_DECLS
