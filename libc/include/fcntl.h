/* fcntl.h: opening files and controlling descriptors. */
#pragma once
#include <features.h>
#include <bits/open_flags.h>
#include <bits/types.h>

#define F_DUPFD         0
#define F_GETFD         1
#define F_SETFD         2
#define F_GETFL         3
#define F_SETFL         4
#define F_GETLK         5
#define F_SETLK         6
#define F_SETLKW        7
#define F_SETOWN        8
#define F_GETOWN        9
#define F_OFD_GETLK     36
#define F_OFD_SETLK     37
#define F_OFD_SETLKW    38
#define F_DUPFD_CLOEXEC 1030
#if __POSIX_VISIBLE >= 202405
#define F_DUPFD_CLOFORK 1033
#endif
#define F_SETPIPE_SZ 1031
#define F_GETPIPE_SZ 1032
#define FD_CLOEXEC   1
#if __POSIX_VISIBLE >= 202405
#define FD_CLOFORK 2
#endif

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

struct flock {
    short l_type;
    short l_whence;
    off_t l_start;
    off_t l_len; /* 0: to the end of the file, however far it grows */
    pid_t l_pid;
};

#if __POSIX_VISIBLE >= 200809
#define AT_FDCWD            (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_EACCESS          0x200
#define AT_REMOVEDIR        0x200
#define AT_SYMLINK_FOLLOW   0x400
#endif
#if __MISC_VISIBLE
#define AT_EMPTY_PATH 0x1000
#endif

#if __POSIX_VISIBLE >= 200112
#define POSIX_FADV_NORMAL     0
#define POSIX_FADV_RANDOM     1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED   3
#define POSIX_FADV_DONTNEED   4
#define POSIX_FADV_NOREUSE    5
#endif

#include <bits/seek.h>

#include <bits/mode.h>

__BEGIN_DECLS
int open(const char *__path, int __flags, ...);
int creat(const char *__path, mode_t __mode);
int fcntl(int __fd, int __command, ...);
#if __POSIX_VISIBLE >= 200809
int openat(int __dir, const char *__path, int __flags, ...);
#endif
#if __GNU_VISIBLE
#define FALLOC_FL_KEEP_SIZE  1
#define FALLOC_FL_PUNCH_HOLE 2
int fallocate(int __fd, int __mode, off_t __offset, off_t __n);
ssize_t readahead(int __fd, off_t __offset, size_t __n);
#define SYNC_FILE_RANGE_WAIT_BEFORE 1
#define SYNC_FILE_RANGE_WRITE       2
#define SYNC_FILE_RANGE_WAIT_AFTER  4
int sync_file_range(int __fd, off_t __offset, off_t __n, unsigned __flags);
#endif
#if __POSIX_VISIBLE >= 200112
int posix_fadvise(int __fd, off_t __offset, off_t __n, int __advice);
int posix_fallocate(int __fd, off_t __offset, off_t __n);
#endif
__END_DECLS
