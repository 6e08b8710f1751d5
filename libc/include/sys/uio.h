/* sys/uio.h: reading and writing several buffers at once. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/iovec.h>

#if __MISC_VISIBLE
#define UIO_MAXIOV 1024
#endif

__BEGIN_DECLS
ssize_t readv(int __fd, const struct iovec *__iov, int __count);
ssize_t writev(int __fd, const struct iovec *__iov, int __count);
#if __MISC_VISIBLE
ssize_t preadv(int __fd, const struct iovec *__iov, int __count, off_t __offset);
ssize_t pwritev(int __fd, const struct iovec *__iov, int __count, off_t __offset);
#endif
__END_DECLS
