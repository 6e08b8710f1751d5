/* listio.c: lio_listio: several requests at once. */
#include <errno.h>
#include <stdlib.h>
#include "internal/aio.h"
#include "internal/cancel.h"
#include "internal/notify.h"

static int refuse(struct aiocb *block, int error)
{
    block->__result = -1;
    block->__unread = 1;
    block->__error = error;
    return -error;
}

static int submit(struct aiocb *block, struct aio_group *group)
{
    if (block->aio_lio_opcode != LIO_READ && block->aio_lio_opcode != LIO_WRITE)
        return refuse(block, EINVAL);
    return __aio_submit(block, block->aio_lio_opcode, group);
}

/*
 * Take up what is to be done. A request that is no good is one that has failed, as when that is found out later: it says so
 * itself, and sends its own notice. -> 0, or -ERR_AGAIN when there was no memory for one.
 */
static int submit_all(struct aiocb *const list[], int count, struct aio_group *group)
{
    int result = 0;
    for (int i = 0; i < count; i++) {
        struct aiocb *block = list[i];
        if (!block || block->aio_lio_opcode == LIO_NOP)
            continue;
        int refused = submit(block, group);
        if (refused == -ERR_AGAIN)
            result = refused;
        else if (refused < 0)
            __notify(&block->aio_sigevent, SI_ASYNCIO);
    }
    return result;
}

static bool any_failed(struct aiocb *const list[], int count)
{
    for (int i = 0; i < count; i++) {
        if (list[i] && list[i]->aio_lio_opcode != LIO_NOP && aio_error(list[i]) != 0)
            return true;
    }
    return false;
}

/* LIO_NOP is not waited for, whatever its block says from an earlier life. */
static int64_t wait_for_all(struct aiocb *const list[], int count)
{
    int64_t result = 0;
    for (int i = 0; i < count && result == 0; i++) {
        const struct aiocb *block = list[i];
        if (block && block->aio_lio_opcode != LIO_NOP)
            result = __aio_wait(&block, 1, true, DEADLINE_NEVER);
    }
    return result;
}

static int64_t list_wait(struct aiocb *const list[], int count)
{
    submit_all(list, count, NULL);
    int64_t result = CANCELLABLE(wait_for_all(list, count));
    return result == 0 && any_failed(list, count) ? -ERR_IO : result;
}

static int64_t list_start(struct aiocb *const list[], int count, const struct sigevent *event)
{
    struct aio_group *group = NULL;
    if (event && event->sigev_notify != SIGEV_NONE) {
        group = malloc(sizeof *group);
        if (!group)
            return -ERR_AGAIN;
        *group = (struct aio_group){.pending = 1, .event = *event};
    }
    int result = submit_all(list, count, group);
    if (group)
        __aio_group_done(group);
    return result;
}

int lio_listio(int mode, struct aiocb *const list[restrict], int count,
               struct sigevent *restrict event)
{
    if ((mode != LIO_WAIT && mode != LIO_NOWAIT) || count < 0)
        return (int)__result(-ERR_INVAL);
    return (int)__result(mode == LIO_WAIT ? list_wait(list, count)
                                          : list_start(list, count, event));
}
