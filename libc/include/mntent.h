/* mntent.h: lines of /etc/fstab and the like. */
#pragma once
#include <features.h>
#include <stdio.h>

#define MOUNTED        "/etc/mtab"
#define MNTTAB         "/etc/fstab"
#define MNTTYPE_IGNORE "ignore"
#define MNTTYPE_SWAP   "swap"
#define MNTOPT_RO      "ro"
#define MNTOPT_RW      "rw"

struct mntent {
    char *mnt_fsname;
    char *mnt_dir;
    char *mnt_type;
    char *mnt_opts;
    int mnt_freq;
    int mnt_passno;
};

__BEGIN_DECLS
FILE *setmntent(const char *__path, const char *__mode);
struct mntent *getmntent(FILE *__file);
struct mntent *getmntent_r(FILE *__restrict __file, struct mntent *__restrict __entry,
                           char *__restrict __buffer, int __size);
int addmntent(FILE *__restrict __file, const struct mntent *__restrict __entry);
int endmntent(FILE *__file);
char *hasmntopt(const struct mntent *__entry, const char *__option);
__END_DECLS
