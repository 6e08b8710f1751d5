/* cleanup.c: handlers for the way out of a thread. */
#include <pthread.h>
#include "internal/thread.h"

void __cleanup_push(struct __cleanup *cleanup)
{
    struct thread *self = __thread_self();
    cleanup->__next = self->cleanups;
    self->cleanups = cleanup;
}

void __cleanup_pop(struct __cleanup *cleanup, int execute)
{
    __thread_self()->cleanups = cleanup->__next;
    if (execute)
        cleanup->__run(cleanup->__arg);
}
