/* after_fork.c: the child of fork has one thread, whatever the parent had. */
#include "internal/gate.h"
#include "internal/threads.h"

#pragma weak __threads

void __thread_after_fork(void)
{
    struct thread *self = __thread_self();
    self->id = 0;
    self->lock_id = 0;
    if (self->ceiling)
        dyad_thread_control(THREAD_CEILING, (uint64_t)self->ceiling, 0);
    if (&__threads == NULL)
        return;
    /* The other threads' stacks are copies that nobody will use; they stay, as their TLS may be pointed to. */
    __threads.count = 1;
    __threads.forks++;
    __threads.lock = (struct libc_lock){0};
    __threads.dead = NULL;
    __threads.initial = self;
    for (int i = 0; i < THREAD_BUCKETS; i++)
        __threads.known[i] = NULL;
}
