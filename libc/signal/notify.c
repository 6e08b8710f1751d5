/* notify.c: what a struct sigevent asks for: a signal to the process, or a thread of its own. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "internal/notify.h"
#include "internal/process.h"
#include "internal/signals.h"
#include "internal/threads.h"

bool __notify_valid(const struct sigevent *event)
{
    switch (event->sigev_notify) {
    case SIGEV_NONE: return true;
    case SIGEV_SIGNAL: return __signal_valid(event->sigev_signo);
    case SIGEV_THREAD: return event->sigev_notify_function != NULL;
    default: return false;
    }
}

static void *run_function(void *data)
{
    struct sigevent event = *(struct sigevent *)data;
    free(data);
    __signals_restore(0);
    event.sigev_notify_function(event.sigev_value);
    return NULL;
}

/* The caller has all signals blocked; a thread starts with its creator's mask. */
static int create_detached(void *(*start)(void *), void *arg, const pthread_attr_t *wanted)
{
    pthread_attr_t attr;
    pthread_t thread;
    if (wanted)
        attr = *wanted;
    else
        pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    return pthread_create(&thread, &attr, start, arg);
}

static void start_thread(const struct sigevent *event)
{
    struct sigevent *copy = malloc(sizeof *copy);
    if (!copy)
        return;
    *copy = *event;
    uint64_t mask = __signals_block_all();
    if (create_detached(run_function, copy, event->sigev_notify_attributes) != 0)
        free(copy);
    __signals_restore(mask);
}

static void send_signal(const struct sigevent *event, int code)
{
    __proc_verb(PROC_KILL, (uint64_t)getpid(), (uint64_t)event->sigev_signo,
                (uint64_t)event->sigev_value.sival_ptr, (uint64_t)(int64_t)code, NULL);
}

/* An event that is all zero, as in a control block for aio_read that says nothing of it, is signal 0: nothing. */
void __notify(const struct sigevent *event, int code)
{
    if (event->sigev_notify == SIGEV_SIGNAL && __signal_valid(event->sigev_signo))
        send_signal(event, code);
    else if (event->sigev_notify == SIGEV_THREAD && event->sigev_notify_function)
        start_thread(event);
}

int __hidden_thread(void *(*start)(void *), void *arg, const pthread_attr_t *attr)
{
    uint64_t mask = __signals_block_all();
    int error = create_detached(start, arg, attr);
    if (error == 0)
        __threads.count--; /* the process ends with the last thread of the program */
    __signals_restore(mask);
    return -error;
}

void __hidden_thread_ends(void)
{
    __threads.count++; /* its end counts as any thread's */
}
