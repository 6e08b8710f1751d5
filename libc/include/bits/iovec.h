/* bits/iovec.h: struct iovec, for <sys/uio.h> and <sys/socket.h>. */
#pragma once
#define __need_size_t
#include <stddef.h>

struct iovec {
    void *iov_base;
    size_t iov_len;
};
