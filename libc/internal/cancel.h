/*
 * internal/cancel.h: cancellation points. A call that may wait is made as
 *     return __result(CANCELLABLE(what waits));
 * While the thread is in it, a request for cancellation makes whatever waits return -ERR_INTR: the handler of the request
 * sets `cancel_now`, which gate.S looks at as the last thing before it enters the kernel, and which stops all repeating. A
 * call that had a result keeps it, as POSIX wants; only one that ended by -ERR_INTR ends the thread.
 */
#pragma once
#include "internal/gate.h"

/* End the thread if it is to be cancelled and lets itself be. Weak: in programs with pthread_cancel. */
LIBC_HIDDEN void __cancel_test(void);
#pragma weak __cancel_test

/* The value is to be given to __cancel_end: points nest when a handler runs in one. */
static inline int __cancel_begin(void)
{
    struct thread *self = __thread_self();
    int outer = self->cancel_point;
    /* First the mark, then the question: a request comes either before the question or finds the mark. */
    self->cancel_point = 1;
    __c11_atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (unlikely(self->cancel_requested)) {
        self->cancel_point = outer;
        __cancel_test();
        self->cancel_point = 1;
    }
    return outer;
}

static inline void __cancel_end(int outer, int64_t result)
{
    struct thread *self = __thread_self();
    self->cancel_point = outer;
    if (unlikely(self->cancel_requested)) {
        if (!outer)
            self->cancel_now = 0;
        if (result == -ERR_INTR)
            __cancel_test();
    }
}

/*
 * A wait that any handler of the program's ends, with SA_RESTART or without: was it only a signal of libc's own, such as a request
 * that the thread does not let through now? `handlers`: __thread_self()->handlers before the wait.
 */
static inline bool __interrupted_by_libc(int64_t result, unsigned handlers)
{
    const struct thread *self = __thread_self();
    return result == -ERR_INTR && self->handlers == handlers && !self->cancel_now;
}

#define CANCELLABLE(expression)                    \
    ({                                             \
        int cancel_outer = __cancel_begin();       \
        int64_t cancel_result = (expression);      \
        __cancel_end(cancel_outer, cancel_result); \
        cancel_result;                             \
    })
