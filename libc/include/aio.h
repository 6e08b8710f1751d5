/* aio.h: asynchronous input and output. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/timespec.h>
#include <bits/sigevent.h>
#include <signal.h>
#include <fcntl.h>

#define AIO_CANCELED    0
#define AIO_NOTCANCELED 1
#define AIO_ALLDONE     2
#define LIO_READ        0
#define LIO_WRITE       1
#define LIO_NOP         2
#define LIO_WAIT        0
#define LIO_NOWAIT      1

struct aiocb {
    int aio_fildes;
    int aio_lio_opcode;
    int aio_reqprio; /* 0 to AIO_PRIO_DELTA_MAX; higher is later */
    volatile void *aio_buf;
    size_t aio_nbytes;
    off_t aio_offset;
    struct sigevent aio_sigevent;
    /* libc's: */
    int __error;  /* EINPROGRESS until __result is there */
    int __unread; /* the result has not been asked for */
    ssize_t __result;
    unsigned long __reserved[4];
};

__BEGIN_DECLS
int aio_read(struct aiocb *__cb);
int aio_write(struct aiocb *__cb);
int aio_fsync(int __operation, struct aiocb *__cb);
int aio_error(const struct aiocb *__cb);
ssize_t aio_return(struct aiocb *__cb);
int aio_cancel(int __fd, struct aiocb *__cb);
int aio_suspend(const struct aiocb *const __list[], int __count, const struct timespec *__timeout);
int lio_listio(int __mode, struct aiocb *const *__restrict __list, int __count,
               struct sigevent *__restrict __event);
__END_DECLS
