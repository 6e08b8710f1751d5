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
#include "abi/proc.h"
#include "internal/files.h"
#include "internal/process.h"
#include "internal/signals.h"
#include "internal/threads.h"

struct waiting {
    handle_t queue; /* our own copy: the descriptor may be closed */
    uint64_t registration;
    struct sigevent event;
};

static void send_signal(const struct sigevent *event)
{
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = (uint64_t)getpid();
    args.args[1] = (uint64_t)event->sigev_signo;
    args.args[2] = (uint64_t)event->sigev_value.sival_ptr;
    args.args[3] = (uint64_t)(int64_t)SI_MESGQ;
    __proc_call(PROC_KILL, &args);
}

static void *wait_for_message(void *data)
{
    struct waiting waiting = *(struct waiting *)data;
    free(data);
    int64_t result = __verb(waiting.queue, MQUEUE_WAIT, waiting.registration, 0, 0, 0, NULL);
    dyad_handle_close(waiting.queue);
    __threads.count++; /* from here a thread like others, which its end counts */
    if (result == 0 && waiting.event.sigev_notify == SIGEV_SIGNAL)
        send_signal(&waiting.event);
    if (result == 0 && waiting.event.sigev_notify == SIGEV_THREAD) {
        __signals_restore(0);
        waiting.event.sigev_notify_function(waiting.event.sigev_value);
    }
    return NULL;
}

static int64_t start_waiting(struct waiting *waiting)
{
    pthread_attr_t attr;
    pthread_t thread;
    if (waiting->event.sigev_notify == SIGEV_THREAD && waiting->event.sigev_notify_attributes)
        attr = *waiting->event.sigev_notify_attributes;
    else
        pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    uint64_t mask = __signals_block_all();
    int error = pthread_create(&thread, &attr, wait_for_message, waiting);
    if (error == 0)
        __threads.count--; /* the process ends with the last thread of the program */
    __signals_restore(mask);
    return -error;
}

static int64_t register_process(mqd_t queue, uint64_t on)
{
    handle_t h = __fd_handle(queue);
    int64_t result = h == HANDLE_NONE ? -ERR_BADF : __verb(h, MQUEUE_NOTIFY, on, 0, 0, 0, NULL);
    return result == -ERR_NOSYS ? -ERR_BADF : result;
}

static bool valid(const struct sigevent *event)
{
    switch (event->sigev_notify) {
    case SIGEV_NONE: return true;
    case SIGEV_SIGNAL: return __signal_valid(event->sigev_signo);
    case SIGEV_THREAD: return event->sigev_notify_function != NULL;
    default: return false;
    }
}

int mq_notify(mqd_t queue, const struct sigevent *event)
{
    if (event && !valid(event))
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
