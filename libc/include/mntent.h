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
FILE *setmntent(const char *path, const char *mode);
struct mntent *getmntent(FILE *file);
struct mntent *getmntent_r(FILE *__restrict file, struct mntent *__restrict entry,
                           char *__restrict buffer, int size);
int addmntent(FILE *__restrict file, const struct mntent *__restrict entry);
int endmntent(FILE *file);
char *hasmntopt(const struct mntent *entry, const char *option);
__END_DECLS
