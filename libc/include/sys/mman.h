/* sys/mman.h: memory mappings. The kernel refuses memory that is writable and executable at once (EACCES). */
#pragma once
#include <features.h>
#if __POSIX_VISIBLE >= 202405
#include <bits/open_flags.h>
#endif
#include <bits/types.h>

#define PROT_NONE  0
#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4

#define MAP_SHARED  0x01
#define MAP_PRIVATE 0x02
#define MAP_FIXED   0x10
#define MAP_FAILED  ((void *)-1)
#if __MISC_VISIBLE
#define MAP_TYPE            0x0f
#define MAP_NORESERVE       0x4000
#define MAP_POPULATE        0x8000
#define MAP_STACK           0x20000
#define MAP_FIXED_NOREPLACE 0x100000
#define MAP_FILE            0
#endif
#if __POSIX_VISIBLE >= 202405
#define MAP_ANONYMOUS 0x20
#define MAP_ANON      MAP_ANONYMOUS
#endif

#if __GNU_VISIBLE
#define MREMAP_MAYMOVE   1
#define MREMAP_FIXED     2
#define MREMAP_DONTUNMAP 4 /* refused */
#endif

#define MS_ASYNC      1
#define MS_INVALIDATE 2
#define MS_SYNC       4
#define MCL_CURRENT   1
#define MCL_FUTURE    2

#if __MISC_VISIBLE
#define MADV_NORMAL     0
#define MADV_RANDOM     1
#define MADV_SEQUENTIAL 2
#define MADV_WILLNEED   3
#define MADV_DONTNEED   4
#define MADV_FREE       8
#endif
#if __POSIX_VISIBLE >= 200112
#define POSIX_MADV_NORMAL     0
#define POSIX_MADV_RANDOM     1
#define POSIX_MADV_SEQUENTIAL 2
#define POSIX_MADV_WILLNEED   3
#define POSIX_MADV_DONTNEED   4
#endif

#if __GNU_VISIBLE
#define MFD_CLOEXEC       1
#define MFD_ALLOW_SEALING 2 /* refused: there are no seals */
#endif

__BEGIN_DECLS
void *mmap(void *__addr, size_t __length, int __prot, int __flags, int __fd, off_t __offset);
int munmap(void *__addr, size_t __length);
int mprotect(void *__addr, size_t __length, int __prot);
int msync(void *__addr, size_t __length, int __flags);
int mlock(const void *__addr, size_t __length);
int munlock(const void *__addr, size_t __length);
int mlockall(int __flags);
int munlockall(void);
int shm_open(const char *__name, int __flags, mode_t __mode);
int shm_unlink(const char *__name);
#if __GNU_VISIBLE
void *mremap(void *__old, size_t __old_length, size_t __length, int __flags, ...);
int memfd_create(const char *__name, unsigned __flags);
#endif
#if __MISC_VISIBLE
int madvise(void *__addr, size_t __length, int __advice);
#endif
#if __POSIX_VISIBLE >= 200112
int posix_madvise(void *__addr, size_t __length, int __advice);
#endif
__END_DECLS
