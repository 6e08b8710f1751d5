/* ftw.h: walk a tree of files. */
#pragma once
#include <features.h>
#include <sys/stat.h>

#define FTW_F   1 /* file */
#define FTW_D   2 /* directory */
#define FTW_DNR 3 /* directory that cannot be read */
#define FTW_NS  4 /* stat failed */
#define FTW_SL  5 /* symbolic link */
#define FTW_DP  6 /* directory, after what is in it */
#define FTW_SLN 7 /* symbolic link that leads nowhere */

#define FTW_PHYS  1
#define FTW_MOUNT 2
#define FTW_CHDIR 4
#define FTW_DEPTH 8

struct FTW {
    int base;
    int level;
};

__BEGIN_DECLS
int ftw(const char *__path, int (*__visit)(const char *, const struct stat *, int),
        int __descriptors);
int nftw(const char *__path, int (*__visit)(const char *, const struct stat *, int, struct FTW *),
         int __descriptors, int __flags);
__END_DECLS
