/* sys/statfs.h: Linux's shape of <sys/statvfs.h>. */
#pragma once
#include <features.h>
#include <bits/types.h>

typedef struct {
    int __val[2];
} fsid_t;
struct statfs {
    unsigned long f_type, f_bsize;
    fsblkcnt_t f_blocks, f_bfree, f_bavail;
    fsfilcnt_t f_files, f_ffree;
    fsid_t f_fsid;
    unsigned long f_namelen, f_frsize, f_flags;
};

__BEGIN_DECLS
int statfs(const char *path, struct statfs *out);
int fstatfs(int fd, struct statfs *out);
__END_DECLS
