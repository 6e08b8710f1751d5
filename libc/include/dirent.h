/* dirent.h: reading directories. */
#pragma once
#include <features.h>
#include <bits/types.h>

struct dirent {
    ino_t d_ino;
    off_t d_off; /* for seekdir: continue after this entry */
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[256];
};
#if __POSIX_VISIBLE >= 202405
struct posix_dent { /* of posix_getdents */
    ino_t d_ino;
    off_t d_off;
    reclen_t d_reclen;
    unsigned char d_type;
    __extension__ char d_name[];
};
#endif
#if __MISC_VISIBLE
#define d_fileno d_ino
#define _DIRENT_HAVE_D_TYPE
#define _DIRENT_HAVE_D_OFF
#define _DIRENT_HAVE_D_RECLEN
#endif

#if __POSIX_VISIBLE >= 202405
#define DT_UNKNOWN 0
#define DT_FIFO    1
#define DT_CHR     2
#define DT_DIR     4
#define DT_BLK     6
#define DT_REG     8
#define DT_LNK     10
#define DT_SOCK    12
/* What this system keeps elsewhere than in folders. */
#define DT_MQ  13
#define DT_SEM 14
#define DT_SHM 15
#define DT_TMO 16

#define DT_FORCE_TYPE 1 /* posix_getdents: no DT_UNKNOWN; there never is */
#endif
#if __MISC_VISIBLE
#define IFTODT(mode) (((mode) & 0170000) >> 12)
#define DTTOIF(type) ((type) << 12)
#endif

typedef struct __directory DIR;

__BEGIN_DECLS
DIR *opendir(const char *__path);
int closedir(DIR *__dir);
struct dirent *readdir(DIR *__dir);
void rewinddir(DIR *__dir);
#if __POSIX_VISIBLE >= 200809
DIR *fdopendir(int __fd);
int dirfd(DIR *__dir);
int scandir(const char *__path, struct dirent ***__out, int (*__select)(const struct dirent *),
            int (*__compare)(const struct dirent **, const struct dirent **));
int alphasort(const struct dirent **__a, const struct dirent **__b);
#endif
#if __POSIX_VISIBLE
int readdir_r(DIR *__restrict __dir, struct dirent *__restrict __entry,
              struct dirent **__restrict __out);
#endif
#if __XSI_VISIBLE
long telldir(DIR *__dir);
void seekdir(DIR *__dir, long __position);
#endif
#if __POSIX_VISIBLE >= 202405
ssize_t posix_getdents(int __fd, void *__buf, size_t __n, int __flags);
#endif
#if __MISC_VISIBLE
int getdents(int __fd, struct dirent *__buf, size_t __n);
ssize_t getdents64(int __fd, void *__buf, size_t __n);
#endif
#if __GNU_VISIBLE
int versionsort(const struct dirent **__a, const struct dirent **__b);
#endif
__END_DECLS
