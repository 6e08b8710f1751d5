/* sys/stat.h: what a file is. */
#pragma once
#include <features.h>
#include <bits/types.h>
#if __POSIX_VISIBLE >= 200809
#include <bits/timespec.h>
#endif
#include <bits/mode.h>

struct stat {
    dev_t st_dev;
    ino_t st_ino;
    nlink_t st_nlink;
    mode_t st_mode;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    off_t st_size;
    blksize_t st_blksize;
    blkcnt_t st_blocks; /* of 512 bytes */
#if __POSIX_VISIBLE >= 200809
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
#else
    time_t st_atime;
    long __st_atime_ns;
    time_t st_mtime;
    long __st_mtime_ns;
    time_t st_ctime;
    long __st_ctime_ns;
#endif
};
#if __POSIX_VISIBLE >= 200809
#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec
#endif

#define S_ISDIR(m)  (((m) & S_IFMT) == S_IFDIR)
#define S_ISCHR(m)  (((m) & S_IFMT) == S_IFCHR)
#define S_ISBLK(m)  (((m) & S_IFMT) == S_IFBLK)
#define S_ISREG(m)  (((m) & S_IFMT) == S_IFREG)
#define S_ISFIFO(m) (((m) & S_IFMT) == S_IFIFO)
#if __POSIX_VISIBLE >= 200809 || __XSI_VISIBLE
#define S_ISLNK(m) (((m) & S_IFMT) == S_IFLNK)
#endif
#if __POSIX_VISIBLE >= 200112 || __XSI_VISIBLE
#define S_ISSOCK(m) (((m) & S_IFMT) == S_IFSOCK)
#endif

#if __MISC_VISIBLE
#define S_IREAD     S_IRUSR
#define S_IWRITE    S_IWUSR
#define S_IEXEC     S_IXUSR
#define ACCESSPERMS 0777
#define ALLPERMS    07777
#define DEFFILEMODE 0666
#endif

/* Queues, semaphores and memory are no files of their own kind here. */
#define S_TYPEISMQ(buf)  0
#define S_TYPEISSEM(buf) 0
#define S_TYPEISSHM(buf) 0

#if __POSIX_VISIBLE >= 200809
#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe
#endif

__BEGIN_DECLS
int stat(const char *__restrict __path, struct stat *__restrict __st);
int fstat(int __fd, struct stat *__st);
int chmod(const char *__path, mode_t __mode);
int mkdir(const char *__path, mode_t __mode);
int mkfifo(const char *__path, mode_t __mode);
mode_t umask(mode_t __mask);
#if __POSIX_VISIBLE >= 200112 || __XSI_VISIBLE
int lstat(const char *__restrict __path, struct stat *__restrict __st);
#endif
#if __POSIX_VISIBLE >= 200809
int fstatat(int __dir, const char *__restrict __path, struct stat *__restrict __st, int __flags);
int fchmodat(int __dir, const char *__path, mode_t __mode, int __flags);
int mkdirat(int __dir, const char *__path, mode_t __mode);
int mkfifoat(int __dir, const char *__path, mode_t __mode);
int futimens(int __fd, const struct timespec __times[2]);
int utimensat(int __dir, const char *__path, const struct timespec __times[2], int __flags);
#endif
#if __POSIX_VISIBLE
int fchmod(int __fd, mode_t __mode);
#endif
#if __MISC_VISIBLE
int lchmod(const char *__path, mode_t __mode);
#endif
#if __XSI_VISIBLE
int mknod(const char *__path, mode_t __mode, dev_t __dev);
#endif
#if __POSIX_VISIBLE >= 200809 && __XSI_VISIBLE
int mknodat(int __dir, const char *__path, mode_t __mode, dev_t __dev);
#endif
__END_DECLS
