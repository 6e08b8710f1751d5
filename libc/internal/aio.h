/* internal/aio.h: the queue of asynchronous requests, between aio/queue.c and the functions of <aio.h>. */
#pragma once
#include <aio.h>
#include <stdbool.h>
#include <stdint.h>
#include "internal/libc.h"

#define AIO_SYNC 3 /* beside LIO_READ, LIO_WRITE and LIO_NOP */

/* Requests that lio_listio was given together. */
struct aio_group {
    _Atomic int pending; /* and one for who fills it */
    struct sigevent event;
};

/*
 * Take up a request: 0 or -ERR_*, with which block then says that it has failed. group may be NULL; a request that is taken
 * up counts in it until its end.
 */
LIBC_HIDDEN int __aio_submit(struct aiocb *block, int operation, struct aio_group *group);
/* One that was pending has ended; the last notifies and frees the group. */
LIBC_HIDDEN void __aio_group_done(struct aio_group *group);
/* Wait until one (or all) of the listed have ended: 0, -ERR_AGAIN at the deadline, -ERR_INTR. Async-signal-safe. */
LIBC_HIDDEN int64_t __aio_wait(const struct aiocb *const list[], int count, bool all,
                               uint64_t deadline);
