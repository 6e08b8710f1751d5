/* aio.c: starting single requests, and asking for their results. */
#include <errno.h>
#include "internal/aio.h"
#include "internal/cancel.h"
#include "internal/time_ns.h"

int aio_read(struct aiocb *block)
{
    return (int)__result(__aio_submit(block, LIO_READ, NULL));
}

int aio_write(struct aiocb *block)
{
    return (int)__result(__aio_submit(block, LIO_WRITE, NULL));
}

int aio_fsync(int operation, struct aiocb *block)
{
    if (operation != O_SYNC && operation != O_DSYNC)
        return (int)__result(-ERR_INVAL);
    return (int)__result(__aio_submit(block, AIO_SYNC, NULL));
}

int aio_error(const struct aiocb *block)
{
    return __c11_atomic_load((_Atomic int const *)&block->__error, __ATOMIC_ACQUIRE);
}

/* The result is given out once. Before there is one POSIX leaves the answer open: -1, and errno, as elsewhere, untouched. */
ssize_t aio_return(struct aiocb *block)
{
    if (aio_error(block) == EINPROGRESS)
        return -1;
    if (!block->__unread)
        return __result(-ERR_INVAL);
    block->__unread = 0;
    return block->__result;
}

int aio_suspend(const struct aiocb *const list[], int count, const struct timespec *timeout)
{
    if (count <= 0 || (timeout && !__timespec_valid(timeout)))
        return (int)__result(-ERR_INVAL);
    uint64_t deadline = timeout ? __deadline_after(timeout) : DEADLINE_NEVER;
    return (int)__result(CANCELLABLE(__aio_wait(list, count, false, deadline)));
}
