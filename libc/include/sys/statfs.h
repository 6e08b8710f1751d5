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
int statfs(const char *__path, struct statfs *__out);
int fstatfs(int __fd, struct statfs *__out);
__END_DECLS
