/* threads.c: the set of threads: counting, waiting for their end, freeing. */
#include "internal/futex.h"
#include "internal/pages.h"
#include "internal/threads.h"

struct thread_set __threads = {.count = 1};

int __thread_wait_gone(struct thread *thread, uint64_t deadline_ns)
{
    while (thread->alive) {
        int result = __futex_wait(&thread->alive, 1, deadline_ns);
        if (result == -ERR_TIMEDOUT || (result == -ERR_INTR && __thread_self()->cancel_now))
            return result;
    }
    return 0;
}

void __thread_free(struct thread *thread)
{
    if (thread->mapping)
        __pages_unmap(thread->mapping, thread->mapping_size);
}

static struct thread *take_gone_locked(void)
{
    struct thread **at = &__threads.dead;
    while (*at && (*at)->alive)
        at = &(*at)->next_dead;
    struct thread *found = *at;
    if (found)
        *at = found->next_dead;
    return found;
}

void __thread_reap(void)
{
    struct thread *gone;
    do {
        libc_lock(&__threads.lock);
        gone = take_gone_locked();
        libc_unlock(&__threads.lock);
        if (gone)
            __thread_free(gone);
    } while (gone);
}
