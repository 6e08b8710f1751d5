/*
 * mq_notify.c: be told of a message. A hidden thread waits for the server's word and sends the signal, or is itself the
 * thread that the program asked for. The server ends the wait when the registration is taken back.
 */
#include <errno.h>
#include <mqueue.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include "abi/mqueue.h"
#include "internal/files.h"
#include "internal/notify.h"
#include "internal/signals.h"

struct waiting {
    handle_t queue; /* our own copy: the descriptor may be closed */
    uint64_t registration;
    struct sigevent event;
};

static void *wait_for_message(void *data)
{
    struct waiting waiting = *(struct waiting *)data;
    free(data);
    int64_t result = __verb(waiting.queue, MQUEUE_WAIT, waiting.registration, 0, 0, 0, NULL);
    dyad_handle_close(waiting.queue);
    __hidden_thread_ends();
    if (result == 0 && waiting.event.sigev_notify == SIGEV_SIGNAL)
        __notify(&waiting.event, SI_MESGQ);
    if (result == 0 && waiting.event.sigev_notify == SIGEV_THREAD) {
        __signals_restore(0);
        waiting.event.sigev_notify_function(waiting.event.sigev_value);
    }
    return NULL;
}

static int64_t start_waiting(struct waiting *waiting)
{
    bool own = waiting->event.sigev_notify == SIGEV_THREAD;
    return __hidden_thread(wait_for_message, waiting,
                           own ? waiting->event.sigev_notify_attributes : NULL);
}

static int64_t register_process(mqd_t queue, uint64_t on)
{
    handle_t h = __fd_handle(queue);
    int64_t result = h == HANDLE_NONE ? -ERR_BADF : __verb(h, MQUEUE_NOTIFY, on, 0, 0, 0, NULL);
    return result == -ERR_NOSYS ? -ERR_BADF : result;
}

int mq_notify(mqd_t queue, const struct sigevent *event)
{
    if (event && !__notify_valid(event))
        return (int)__result(-ERR_INVAL);
    int64_t result = register_process(queue, event != NULL);
    if (result < 0 || !event)
        return (int)__result(result);
    uint64_t registration = (uint64_t)result;
    struct waiting *waiting = malloc(sizeof *waiting);
    int64_t copy = waiting ? dyad_handle_dup(__fd_handle(queue), RIGHT_ALL) : -ERR_NOMEM;
    result = copy;
    if (copy >= 0) {
        *waiting = (struct waiting){(handle_t)copy, registration, *event};
        result = start_waiting(waiting);
    }
    if (result < 0) {
        if (copy >= 0)
            dyad_handle_close((handle_t)copy);
        free(waiting);
        register_process(queue, 0);
    }
    return (int)__result(result < 0 ? -ERR_NOMEM : 0);
}
