/* sys/select.h: select(). */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/timeval.h>
#if __POSIX_VISIBLE >= 200112
#include <bits/timespec.h>
#include <bits/sigset.h>
#endif

#define FD_SETSIZE 1024
#define __NFDBITS  64

typedef struct {
#if __XSI_VISIBLE
    long fds_bits[FD_SETSIZE / __NFDBITS];
#define __FDS_BITS(set) ((set)->fds_bits)
#else
    long __fds_bits[FD_SETSIZE / __NFDBITS];
#define __FDS_BITS(set) ((set)->__fds_bits)
#endif
} fd_set;
#if __MISC_VISIBLE
#define NFDBITS __NFDBITS
typedef unsigned long fd_mask;
#endif

#define __FD_WORD(fd, set) (__FDS_BITS(set)[(fd) / __NFDBITS])
#define FD_SET(fd, set)    ((void)(__FD_WORD(fd, set) |= (long)(1UL << ((fd) % __NFDBITS))))
#define FD_CLR(fd, set)    ((void)(__FD_WORD(fd, set) &= (long)~(1UL << ((fd) % __NFDBITS))))
#define FD_ISSET(fd, set)  ((__FD_WORD(fd, set) >> ((fd) % __NFDBITS) & 1) != 0)
#define FD_ZERO(set)       ((void)__builtin_memset((set), 0, sizeof(fd_set)))

__BEGIN_DECLS
int select(int __count, fd_set *__restrict __readable, fd_set *__restrict __writable,
           fd_set *__restrict __exceptional, struct timeval *__restrict __timeout);
#if __POSIX_VISIBLE >= 200112
int pselect(int __count, fd_set *__restrict __readable, fd_set *__restrict __writable,
            fd_set *__restrict __exceptional, const struct timespec *__restrict __timeout,
            const sigset_t *__restrict __mask);
#endif
__END_DECLS
