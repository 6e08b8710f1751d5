/*
 * cancel.c: ending another thread. A request is a flag and signal 33, which wakes the thread where it waits; how a
 * cancellation point takes notice is written in internal/cancel.h.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include "internal/cancel.h"
#include "internal/signals.h"
#include "internal/threads.h"

#define SIGNAL_CANCEL 33

/* gate.S: between these two the thread has looked at cancel_now but is not yet in the kernel. */
LIBC_HIDDEN extern const char __gate_look[], __gate_enter[];

static bool may_cancel(const struct thread *self)
{
    return self->cancel_requested && self->cancel_state == PTHREAD_CANCEL_ENABLE;
}

static _Noreturn void end_thread(struct thread *self)
{
    self->cancel_state = PTHREAD_CANCEL_DISABLE;
    self->cancel_type = PTHREAD_CANCEL_DEFERRED;
    self->cancel_point = 0;
    self->cancel_now = 0;
    pthread_exit(PTHREAD_CANCELED);
}

void __cancel_test(void)
{
    struct thread *self = __thread_self();
    if (may_cancel(self))
        end_thread(self);
}

static void on_request(int sig, siginfo_t *info, void *data)
{
    struct thread *self = __thread_self();
    ucontext_t *context = data;
    (void)sig, (void)info;
    self->handlers--; /* to nanosleep and its like no handler of the program has run */
    if (!may_cancel(self))
        return;
    if (self->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) {
        __signals_restore(context->uc_sigmask.__bits);
        end_thread(self);
    }
    if (!self->cancel_point)
        return;
    self->cancel_now = 1;
    uint64_t rip = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
    if ((rip > (uint64_t)__gate_look && rip <= (uint64_t)__gate_enter) || rip == __dyad_gate)
        context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uint64_t)__gate_look;
}

static void install(void)
{
    struct signal_action action = {.handler = (void (*)(int))(void *)on_request,
                                   .mask = SIGNALS_ALL,
                                   .flags = SA_SIGINFO | SA_RESTART};
    __signal_action_set(SIGNAL_CANCEL, &action, NULL);
}

int pthread_cancel(pthread_t handle)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct thread *thread = __thread_find(handle);
    if (!thread)
        return ESRCH;
    pthread_once(&once, install);
    /* One signal is enough, and is on its way: that of each request would be queued. */
    if (__c11_atomic_exchange(&thread->cancel_requested, 1, __ATOMIC_SEQ_CST) &&
        thread != __thread_self())
        return 0;
    if (thread == __thread_self()) {
        if (thread->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS)
            __cancel_test();
        return 0;
    }
    return __thread_signal(thread, SIGNAL_CANCEL);
}

int pthread_setcancelstate(int state, int *old)
{
    struct thread *self = __thread_self();
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
        return EINVAL;
    if (old)
        *old = self->cancel_state;
    self->cancel_state = state;
    if (self->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS)
        __cancel_test();
    return 0;
}

int pthread_setcanceltype(int type, int *old)
{
    struct thread *self = __thread_self();
    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS)
        return EINVAL;
    if (old)
        *old = self->cancel_type;
    self->cancel_type = type;
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
        __cancel_test();
    return 0;
}

void pthread_testcancel(void)
{
    __cancel_test();
}
