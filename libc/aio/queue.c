/*
 * queue.c: asynchronous requests and the hidden threads that carry them out. A thread is started when none is idle, up to
 * WORKERS_MAX, and ends when it has had nothing to do for a second.
 *
 * A descriptor with offsets has one request in progress at a time: a file's server takes them one by one in any case, and a
 * thread for each would only wait there. The next is the one of the highest priority; data appended keep their order. Without
 * offsets (pipes, terminals, sockets), where a request may wait for ever, requests pass each other, but reads keep their order
 * and so do writes. A sync waits for all that came before it.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include "internal/aio.h"
#include "internal/files.h"
#include "internal/futex.h"
#include "internal/lock.h"
#include "internal/notify.h"
#include "internal/signals.h"
#include "internal/time_ns.h"

#define WORKERS_MAX   32
#define IDLE_NS       NS_PER_SECOND
#define SIGNAL_CANCEL 33 /* thread/cancel.c: what ends a wait in the kernel */

struct aio_request {
    struct aio_request *next;
    struct aiocb *block; /* the program's until its error says that all is done */
    struct sigevent event;
    struct aio_group *group;
    int fd, operation, priority;
    handle_t file; /* borrowed: once the descriptor is closed the kernel refuses it */
    volatile void *buffer;
    size_t bytes;
    off_t offset;     /* -1: the file's own */
    bool in_order;    /* of its kind */
    bool alone;       /* of its descriptor */
    bool may_wait;    /* for ever, so that cancelling must end it */
    bool running;     /* in progress: carried out, or promised */
    bool promised;    /* the next worker that has time carries it out, whatever happens */
    pthread_t worker; /* while it is carried out */
    int *
        cancelled; /* counts, under lock, that an interrupted one ended so; in the canceller's frame */
};

static struct {
    struct libc_lock lock;
    /* Guarded by lock: */
    struct aio_request *first; /* in the order in which they came */
    int workers, idle;
    uint32_t slots; /* of noticing that are taken */
    bool registered;
} aio;
_Static_assert(WORKERS_MAX <= 32, "a bit of slots for each");

/* By worker: whose notice is being sent. */
static const struct aiocb *_Atomic noticing[WORKERS_MAX];

static _Atomic int work; /* changes when there is something to do; idle workers sleep on it */
static _Atomic int completions; /* changes when a request has ended */

/* ---- What may run ---- */

static bool goes_before(const struct aio_request *earlier, const struct aio_request *request)
{
    return earlier->fd == request->fd &&
           (request->operation == AIO_SYNC ||
            (request->in_order && earlier->operation == request->operation));
}

static bool excludes(const struct aio_request *running, const struct aio_request *request)
{
    return running->running && running->alone && running->fd == request->fd;
}

static bool may_run_locked(const struct aio_request *request)
{
    if (request->running)
        return false;
    bool earlier = true;
    for (const struct aio_request *r = aio.first; r; r = r->next) {
        if (r == request)
            earlier = false;
        else if ((earlier && goes_before(r, request)) || (request->alone && excludes(r, request)))
            return false;
    }
    return true;
}

/* What has been promised goes first. */
static struct aio_request *find_runnable_locked(void)
{
    struct aio_request *found = NULL;
    for (struct aio_request *r = aio.first; r; r = r->next) {
        if (r->promised)
            return r;
        if ((!found || r->priority < found->priority) && may_run_locked(r))
            found = r;
    }
    return found;
}

/* For a worker that is on its way. Not what may wait for ever: that can be cancelled until it is carried out, and then, too. */
static void promise_locked(struct aio_request *request)
{
    if (request->alone)
        request->running = request->promised = true;
}

static void remove_locked(const struct aio_request *request)
{
    struct aio_request **at = &aio.first;
    while (*at != request)
        at = &(*at)->next;
    *at = request->next;
}

/* ---- Carrying out ---- */

void __aio_group_done(struct aio_group *group)
{
    if (__c11_atomic_fetch_sub(&group->pending, 1, __ATOMIC_ACQ_REL) != 1)
        return;
    __notify(&group->event, SI_ASYNCIO);
    free(group);
}

/*
 * No longer in the queue. From the store of the error on the block is the program's again. To aio_suspend and lio_listio it is over when
 * its notice has been sent, too: whoever waits there may count on the handler. slot: where that is written, NULL: nowhere.
 */
static void finish(struct aio_request *request, int64_t result, const struct aiocb *_Atomic *slot)
{
    struct aiocb *block = request->block;
    if (slot)
        __c11_atomic_store(slot, block, __ATOMIC_SEQ_CST);
    block->__result = result < 0 ? -1 : result;
    __c11_atomic_store((_Atomic int *)&block->__error, result < 0 ? (int)-result : 0,
                       __ATOMIC_SEQ_CST);
    __notify(&request->event, SI_ASYNCIO);
    if (request->group)
        __aio_group_done(request->group);
    if (slot)
        __c11_atomic_store(slot, NULL, __ATOMIC_SEQ_CST);
    __c11_atomic_fetch_add(&completions, 1, __ATOMIC_SEQ_CST);
    __futex_wake(&completions, INT_MAX);
    free(request);
}

static bool has_ended(const struct aiocb *block)
{
    if (__c11_atomic_load((_Atomic int const *)&block->__error, __ATOMIC_SEQ_CST) == EINPROGRESS)
        return false;
    for (int i = 0; i < WORKERS_MAX; i++) {
        if (__c11_atomic_load(&noticing[i], __ATOMIC_SEQ_CST) == block)
            return false;
    }
    return true;
}

static int64_t perform(const struct aio_request *request)
{
    switch (request->operation) {
    case LIO_READ:
        return __handle_read(request->file, (void *)request->buffer, request->bytes,
                             request->offset);
    case LIO_WRITE:
        return __handle_write(request->file, (void *)request->buffer, request->bytes,
                              request->offset);
    default: return __verb(request->file, VERB_sync, 0, 0, 0, 0, NULL);
    }
}

/* The thread is never cancelled, but a request for it ends the wait with -ERR_INTR: the mark is set as at any point. */
static void run(struct aio_request *request, int slot)
{
    struct thread *self = __thread_self();
    self->cancel_point = 1;
    __c11_atomic_signal_fence(__ATOMIC_SEQ_CST);
    int64_t result = self->cancel_requested ? -ERR_INTR : perform(request);
    self->cancel_point = 0;
    libc_lock(&aio.lock);
    remove_locked(request);
    bool cancelled = result == -ERR_INTR && self->cancel_requested;
    if (cancelled)
        (*request->cancelled)++;
    self->cancel_requested = 0;
    self->cancel_now = 0;
    struct aio_request *next = find_runnable_locked();
    if (next)
        promise_locked(next); /* while work is left some of it is in progress */
    libc_unlock(&aio.lock);
    finish(request, cancelled ? -ERR_CANCELED : result, &noticing[slot]);
}

static void *worker(void *unused);

/* Somebody shall look at the queue. -> 1: comes now, 0: when one is ready, -ERR_AGAIN: nobody, and no thread can be made. */
static int call_worker_locked(void)
{
    __c11_atomic_fetch_add(&work, 1, __ATOMIC_SEQ_CST);
    if (aio.idle) {
        __futex_wake(&work, 1);
        return 1;
    }
    if (aio.workers == WORKERS_MAX)
        return 0;
    if (__hidden_thread(worker, NULL, NULL) < 0)
        return aio.workers ? 0 : -ERR_AGAIN;
    aio.workers++;
    return 1;
}

/* Whoever takes a request calls the next worker, when there is more. */
static struct aio_request *take_locked(void)
{
    struct aio_request *request = find_runnable_locked();
    if (!request)
        return NULL;
    request->running = true;
    request->promised = false;
    request->worker = pthread_self();
    if (find_runnable_locked() && call_worker_locked() < 0)
        return request; /* the caller itself comes back for it */
    return request;
}

/* Wait for work: false when none came in time. The lock is held before and after. */
static bool wait_locked(void)
{
    int seen = __c11_atomic_load(&work, __ATOMIC_SEQ_CST);
    aio.idle++;
    libc_unlock(&aio.lock);
    uint64_t until = (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC) + IDLE_NS;
    int result = __futex_wait(&work, seen, until);
    libc_lock(&aio.lock);
    aio.idle--;
    return result != -ERR_TIMEDOUT;
}

/* Every signal is blocked but the one that ends a wait. */
static void *worker(void *unused)
{
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    __signals_restore(SIGNALS_ALL & ~DYAD_SIGNAL_BIT(SIGNAL_CANCEL));
    libc_lock(&aio.lock);
    int slot = __builtin_ctz(~aio.slots);
    aio.slots |= 1u << slot;
    for (bool patient = true; patient;) {
        struct aio_request *request = take_locked();
        if (!request) {
            patient = wait_locked() || find_runnable_locked();
            continue;
        }
        libc_unlock(&aio.lock);
        run(request, slot);
        libc_lock(&aio.lock);
    }
    aio.slots &= ~(1u << slot);
    aio.workers--;
    libc_unlock(&aio.lock);
    __hidden_thread_ends();
    return unused;
}

/* ---- Taking up ---- */

/* A child has neither the requests nor the threads. */
static void forget(void)
{
    aio.lock = (struct libc_lock){0};
    aio.first = NULL;
    aio.workers = aio.idle = 0;
    aio.slots = 0;
    for (int i = 0; i < WORKERS_MAX; i++)
        noticing[i] = NULL;
}

static int check(const struct aiocb *block, int operation, int64_t flags)
{
    uint32_t right = operation == LIO_READ ? FILE_READ : FILE_WRITE;
    if (flags < 0 || !(flags & right))
        return -ERR_BADF;
    if (operation == AIO_SYNC)
        return 0;
    if (block->aio_reqprio < 0 || block->aio_reqprio > AIO_PRIO_DELTA_MAX ||
        block->aio_nbytes > SSIZE_MAX)
        return -ERR_INVAL;
    return (flags & FILE_SEEKABLE) && !(flags & FILE_APPEND && operation == LIO_WRITE) &&
                   block->aio_offset < 0
               ? -ERR_INVAL
               : 0;
}

static struct aio_request *make_request(struct aiocb *block, int operation, int64_t flags,
                                        struct aio_group *group)
{
    struct aio_request *request = malloc(sizeof *request);
    if (!request)
        return NULL;
    bool own = !(flags & FILE_SEEKABLE) || (operation == LIO_WRITE && (flags & FILE_APPEND));
    *request = (struct aio_request){
        .block = block,
        .event = block->aio_sigevent,
        .group = group,
        .fd = block->aio_fildes,
        .operation = operation,
        .priority = operation == AIO_SYNC ? 0 : block->aio_reqprio,
        .file = __fd_handle(block->aio_fildes),
        .buffer = block->aio_buf,
        .bytes = block->aio_nbytes,
        .offset = own ? -1 : block->aio_offset,
        .in_order = own,
        .alone = flags & FILE_SEEKABLE,
        .may_wait = !(flags & FILE_SEEKABLE) && operation != AIO_SYNC,
    };
    return request;
}

/*
 * Have the new request, the last, carried out. What need not wait is in progress from here on, as if its worker had come at
 * once: whether it can be cancelled shall not depend on how soon that gets a processor. What has to wait for another request
 * of its descriptor is found by the worker that ends the other.
 */
static int start_locked(struct aio_request *request)
{
    if (!may_run_locked(request))
        return 0;
    int result = call_worker_locked();
    if (result > 0)
        promise_locked(request);
    return result < 0 ? result : 0;
}

static int enqueue(struct aio_request *request)
{
    libc_lock(&aio.lock);
    int result = 0;
    if (!aio.registered && pthread_atfork(NULL, NULL, forget) != 0)
        result = -ERR_AGAIN;
    else
        aio.registered = true;
    struct aio_request **at = &aio.first;
    while (*at)
        at = &(*at)->next;
    if (result == 0) {
        *at = request;
        result = start_locked(request);
        if (result < 0)
            *at = NULL;
    }
    libc_unlock(&aio.lock);
    return result;
}

int __aio_submit(struct aiocb *block, int operation, struct aio_group *group)
{
    int64_t flags = dyad_handle_control(__fd_handle(block->aio_fildes), HANDLE_GET_FLAGS, 0);
    struct aio_request *request = NULL;
    int result = check(block, operation, flags);
    if (result == 0 && !(request = make_request(block, operation, flags, group)))
        result = -ERR_AGAIN;
    block->__result = -1;
    block->__unread = 1;
    __c11_atomic_store((_Atomic int *)&block->__error, result < 0 ? -result : EINPROGRESS,
                       __ATOMIC_RELEASE);
    if (result < 0)
        return result;
    if (group)
        __c11_atomic_fetch_add(&group->pending, 1, __ATOMIC_RELAXED);
    result = enqueue(request);
    if (result < 0) {
        if (group)
            __c11_atomic_fetch_sub(&group->pending, 1, __ATOMIC_RELAXED);
        block->__error = -result;
        free(request);
    }
    return result;
}

/* ---- Waiting and cancelling ---- */

static bool is_over(const struct aiocb *const list[], int count, bool all)
{
    for (int i = 0; i < count; i++) {
        if (list[i] && has_ended(list[i]) != all)
            return !all;
    }
    return all;
}

int64_t __aio_wait(const struct aiocb *const list[], int count, bool all, uint64_t deadline)
{
    for (;;) {
        int seen = __c11_atomic_load(&completions, __ATOMIC_SEQ_CST);
        unsigned interruptions = __interruptions();
        if (is_over(list, count, all))
            return 0;
        int result = __futex_wait(&completions, seen, deadline);
        if (result == -ERR_TIMEDOUT)
            return -ERR_AGAIN;
        if (result == -ERR_INTR && !__restart(result, interruptions))
            return is_over(list, count, all) ? 0 : -ERR_INTR;
    }
}

static bool is_meant(const struct aio_request *r, int fd, const struct aiocb *block)
{
    return r->fd == fd && (!block || r->block == block);
}

/* Take out what has not begun. -> those, in a list. *goes_on: one that cannot be ended is in progress. */
static struct aio_request *withdraw_locked(int fd, const struct aiocb *block, bool *goes_on)
{
    struct aio_request *first = NULL, **last = &first, **at = &aio.first;
    while (*at) {
        struct aio_request *r = *at;
        if (is_meant(r, fd, block) && !r->running) {
            *at = r->next;
            r->next = NULL;
            *last = r;
            last = &r->next;
        } else {
            *goes_on |= is_meant(r, fd, block) && !r->may_wait;
            at = &r->next;
        }
    }
    return first;
}

/* Interrupt what would wait for ever: whether there is any, which will end soon. */
static bool interrupt_locked(int fd, const struct aiocb *block, int *cancelled)
{
    bool any = false;
    for (struct aio_request *r = aio.first; r; r = r->next) {
        if (is_meant(r, fd, block) && r->running && r->may_wait) {
            r->cancelled = cancelled;
            pthread_cancel(r->worker);
            any = true;
        }
    }
    return any;
}

/* *cancelled: so many have been ended. */
static void end_waiting(int fd, const struct aiocb *block, int *cancelled)
{
    for (bool any = true; any;) {
        int seen = __c11_atomic_load(&completions, __ATOMIC_SEQ_CST);
        libc_lock(&aio.lock);
        any = interrupt_locked(fd, block, cancelled);
        libc_unlock(&aio.lock);
        if (any)
            __futex_wait(&completions, seen, DEADLINE_NEVER);
    }
}

int aio_cancel(int fd, struct aiocb *block)
{
    if (__fd_handle(fd) == HANDLE_NONE)
        return (int)__result(-ERR_BADF);
    if (block && block->aio_fildes != fd)
        return (int)__result(-ERR_INVAL);
    int cancelled = 0;
    bool goes_on = false;
    libc_lock(&aio.lock);
    struct aio_request *withdrawn = withdraw_locked(fd, block, &goes_on);
    if (withdrawn && find_runnable_locked())
        call_worker_locked(); /* what waited for a sync that is gone */
    libc_unlock(&aio.lock);
    while (withdrawn) {
        struct aio_request *next = withdrawn->next;
        finish(withdrawn, -ERR_CANCELED, NULL);
        withdrawn = next;
        cancelled++;
    }
    end_waiting(fd, block, &cancelled);
    if (goes_on)
        return AIO_NOTCANCELED;
    return cancelled ? AIO_CANCELED : AIO_ALLDONE;
}
