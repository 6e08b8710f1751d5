/*
 * mq_notify.c: be told of a message. Signals are the server's to post; for SIGEV_THREAD a hidden thread waits for its word and becomes
 * the thread that the program asked for. The server ends the wait when the registration is taken back.
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

/* A handle of this process for the server, with no more rights than it needs. */
static int64_t own_process(uint32_t more_rights)
{
    int64_t self = dyad_process_control(HANDLE_NONE, PROCESS_SELF, 0, 0);
    if (self < 0)
        return self;
    int64_t shown = dyad_handle_dup((handle_t)self, RIGHT_PASS | RIGHT_WATCH | more_rights);
    dyad_handle_close((handle_t)self);
    return shown;
}

/* The null signal, as with kill: it is registered, and nothing is sent. */
static bool is_null_signal(const struct sigevent *event)
{
    return event->sigev_notify == SIGEV_SIGNAL && event->sigev_signo == 0;
}

/* Signals that only procd can carry out are raised by a thread, as functions are called. */
static enum mqueue_notify kind_of(const struct sigevent *event)
{
    if (event->sigev_notify == SIGEV_NONE || is_null_signal(event))
        return MQUEUE_NOTIFY_NOBODY;
    bool forced = event->sigev_signo == SIGKILL || event->sigev_signo == SIGSTOP;
    return event->sigev_notify == SIGEV_SIGNAL && !forced ? MQUEUE_NOTIFY_SIGNAL
                                                          : MQUEUE_NOTIFY_WAIT;
}

static int64_t unregister(handle_t h)
{
    int64_t result = h == HANDLE_NONE ? -ERR_BADF : __verb(h, MQUEUE_NOTIFY, 0, 0, 0, 0, NULL);
    return result == -ERR_NOSYS ? -ERR_BADF : result;
}

static int64_t register_process(handle_t h, const struct sigevent *event, enum mqueue_notify kind)
{
    struct call_args args = CALL_ARGS_NONE;
    if (h == HANDLE_NONE)
        return -ERR_BADF;
    int64_t self = own_process(kind == MQUEUE_NOTIFY_SIGNAL ? RIGHT_CONTROL : 0);
    if (self < 0)
        return self;
    args.args[0] = kind;
    args.args[1] = (uint64_t)event->sigev_signo;
    args.args[2] = (uint64_t)event->sigev_value.sival_ptr;
    args.send = (handle_t)self;
    int64_t result = __verb_call(h, MQUEUE_NOTIFY, &args);
    dyad_handle_close((handle_t)self);
    return result == -ERR_NOSYS ? -ERR_BADF : result;
}

static int64_t wait_by_thread(handle_t h, uint64_t registration, const struct sigevent *event)
{
    struct waiting *waiting = malloc(sizeof *waiting);
    int64_t copy = waiting ? dyad_handle_dup(h, RIGHT_ALL) : -ERR_NOMEM;
    int64_t result = copy;
    if (copy >= 0) {
        *waiting = (struct waiting){(handle_t)copy, registration, *event};
        result = start_waiting(waiting);
    }
    if (result < 0) {
        if (copy >= 0)
            dyad_handle_close((handle_t)copy);
        free(waiting);
        unregister(h);
        return -ERR_NOMEM;
    }
    return 0;
}

int mq_notify(mqd_t queue, const struct sigevent *event)
{
    handle_t h = __fd_handle(queue);
    if (!event)
        return (int)__result(unregister(h));
    if (!__notify_valid(event) && !is_null_signal(event))
        return (int)__result(h == HANDLE_NONE ? -ERR_BADF : -ERR_INVAL);
    enum mqueue_notify kind = kind_of(event);
    int64_t result = register_process(h, event, kind);
    if (result >= 0 && kind == MQUEUE_NOTIFY_WAIT)
        result = wait_by_thread(h, (uint64_t)result, event);
    return (int)__result(result < 0 ? result : 0);
}
