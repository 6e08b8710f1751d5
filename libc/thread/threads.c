/* threads.c: the set of threads: counting, waiting for their end, freeing. */
#include "internal/futex.h"
#include "internal/pages.h"
#include "internal/threads.h"

struct thread_set __threads = {.count = 1};

static struct thread **bucket_of_locked(const struct thread *thread)
{
    return &__threads.known[((uintptr_t)thread >> 12) * 0x9e3779b97f4a7c15 >> 58];
}

void __thread_known(struct thread *thread)
{
    libc_lock(&__threads.lock);
    struct thread **bucket = bucket_of_locked(thread);
    thread->next_known = *bucket;
    *bucket = thread;
    libc_unlock(&__threads.lock);
}

static void forget(const struct thread *thread)
{
    libc_lock(&__threads.lock);
    struct thread **at = bucket_of_locked(thread);
    while (*at && *at != thread)
        at = &(*at)->next_known;
    if (*at)
        *at = thread->next_known;
    if (__threads.initial == thread)
        __threads.initial = NULL;
    libc_unlock(&__threads.lock);
}

/* Only an address that is known is looked at: the memory of a thread that is over may be gone. */
struct thread *__thread_find(unsigned long handle)
{
    struct thread *wanted = (struct thread *)handle;
    if (wanted == __thread_self())
        return wanted;
    libc_lock(&__threads.lock);
    struct thread *thread = *bucket_of_locked(wanted);
    while (thread && thread != wanted)
        thread = thread->next_known;
    if (!thread && wanted == __threads.initial)
        thread = wanted;
    if (thread && thread->state == THREAD_DETACHED && !thread->alive)
        thread = NULL;
    libc_unlock(&__threads.lock);
    return thread;
}

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
    forget(thread);
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
