/* create.c: start and end threads. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include "abi/layout.h"
#include "internal/gate.h"
#include "internal/pages.h"
#include "internal/sched.h"
#include "internal/signals.h"
#include "internal/mutex.h"
#include "internal/threads.h"

#pragma weak __robust_thread_ends

#pragma weak __keys_run_destructors

#define PAGE_MASK (DYAD_PAGE_SIZE - 1)

/*
 * A thread's memory, upward: guard, stack, TLS block, struct thread. With a stack of the caller's, the last three are
 * in it.
 */
struct thread_memory {
    void *mapping;
    size_t mapping_size;
    char *top; /* end of the stack; what is above belongs to TLS */
    void *stack;
    size_t stack_size, guard_size;
    struct thread *thread;
};

static size_t page_up(size_t n)
{
    return (n + PAGE_MASK) & ~PAGE_MASK;
}

/* TLS and struct thread lie at area, which is aligned for them, and the stack ends there. */
static void place_thread(struct thread_memory *memory, uintptr_t area)
{
    memory->thread = __tls_area_init((void *)area);
    memory->top = (char *)(area & ~15UL);
}

static int place_in_stack(const pthread_attr_t *attr, struct thread_memory *memory)
{
    size_t area_size = __tls_area_size();
    if (attr->__stack_size < area_size + 2048)
        return -ERR_INVAL;
    uintptr_t high = (uintptr_t)attr->__stack + attr->__stack_size;
    uintptr_t area = (high - area_size) & ~(__tls_align() - 1);
    __builtin_memset((void *)area, 0, area_size);
    place_thread(memory, area);
    memory->stack = attr->__stack;
    memory->stack_size = attr->__stack_size;
    return 0;
}

/* The stack is as large as was asked for, to the page: who runs over its end is to meet the guard there, not later. */
static int allocate(const pthread_attr_t *attr, struct thread_memory *memory)
{
    if (attr && attr->__stack)
        return place_in_stack(attr, memory);
    size_t stack = page_up(attr && attr->__stack_size ? attr->__stack_size : DYAD_STACK_SIZE);
    size_t guard = attr && attr->__guard_set ? page_up(attr->__guard_size) : DYAD_PAGE_SIZE;
    memory->mapping_size = guard + stack + page_up(__tls_area_size() + __tls_align());
    memory->mapping = __pages_map(memory->mapping_size);
    if (!memory->mapping)
        return -ERR_AGAIN;
    if (guard)
        dyad_protect(HANDLE_NONE, (uint64_t)memory->mapping, guard, 0);
    memory->stack = (char *)memory->mapping + guard;
    memory->stack_size = stack;
    memory->guard_size = guard;
    uintptr_t end = (uintptr_t)memory->stack + stack;
    place_thread(memory, (end + __tls_align() - 1) & ~(__tls_align() - 1));
    return 0;
}

static _Noreturn void thread_entry(struct thread *self)
{
    __thread_id(self); /* for pthread_kill by others */
    __signals_restore(self->signal_mask);
    pthread_exit(self->start(self->argument));
}

/* Its id is there when others may ask for it: it may have a low priority, and not run for long. The lock keeps its memory. */
static int64_t create_known(struct thread *thread, const struct thread_args *args)
{
    libc_lock(&__threads.lock);
    int64_t id = dyad_thread_create(HANDLE_NONE, args);
    if (id > 0)
        thread->id = (uint32_t)id;
    libc_unlock(&__threads.lock);
    return id;
}

int pthread_create(pthread_t *restrict out, const pthread_attr_t *restrict attr,
                   void *(*start)(void *), void *restrict arg)
{
    struct thread_memory memory = {0};
    struct thread *creator = __thread_self();
    __thread_id(
        creator); /* the first thread has not written its id yet: id_of would wait for ever */
    bool explicit_sched = attr && attr->__explicit_sched;
    int64_t sched = explicit_sched ? __sched_word(attr->__policy, attr->__priority) : 0;
    if (sched < 0)
        return (int)-sched;
    __thread_reap();
    int result = allocate(attr, &memory);
    if (result < 0)
        return -result;
    struct thread *thread = memory.thread;
    thread->canary = creator->canary;
    thread->mapping = memory.mapping;
    thread->mapping_size = memory.mapping_size;
    thread->stack = memory.stack;
    thread->stack_size = memory.stack_size;
    thread->guard_size = memory.guard_size;
    thread->start = start;
    thread->argument = arg;
    thread->state = attr && attr->__detached ? THREAD_DETACHED : THREAD_JOINABLE;
    struct thread_args args = {.entry = (uint64_t)&thread_entry,
                               .stack = (uint64_t)memory.top - 8,
                               .arg = (uint64_t)thread,
                               .tls = (uint64_t)thread,
                               .flags = explicit_sched ? THREAD_SCHED : 0,
                               .sched = (uint32_t)sched};
    /* It starts with signals blocked, so that no handler runs before it is whole. */
    thread->signal_mask = __signals_block_all();
    *out = (pthread_t)thread;
    if (!__threads.initial && __threads.count == 1)
        __threads.initial = creator;
    __threads.count++;
    __thread_known(thread);
    uint64_t mask = thread->signal_mask;
    int64_t id = create_known(thread, &args);
    __signals_restore(mask);
    if (id < 0) {
        __threads.count--;
        __thread_free(thread);
        return id == -ERR_NOMEM || id == -ERR_DQUOT ? EAGAIN : (int)-id;
    }
    return 0;
}

static void run_cleanups(struct thread *self)
{
    while (self->cleanups) {
        struct __cleanup *cleanup = self->cleanups;
        self->cleanups = cleanup->__next;
        cleanup->__run(cleanup->__arg);
    }
}

/* Nobody will join it: another thread frees it once the kernel has let go. */
static void leave_to_reaper(struct thread *self)
{
    __thread_reap();
    libc_lock(&__threads.lock);
    self->next_dead = __threads.dead;
    __threads.dead = self;
    libc_unlock(&__threads.lock);
}

_Noreturn void pthread_exit(void *result)
{
    struct thread *self = __thread_self();
    self->cancel_state = PTHREAD_CANCEL_DISABLE;
    run_cleanups(self);
    if (self->keys_used && __keys_run_destructors)
        __keys_run_destructors(self);
    if (self->robust)
        __robust_thread_ends(self);
    self->result = result;
    if (__c11_atomic_fetch_sub(&__threads.count, 1, __ATOMIC_ACQ_REL) == 1)
        exit(0);
    __signals_block_all();
    int joinable = THREAD_JOINABLE;
    if (!__c11_atomic_compare_exchange_strong(&self->state, &joinable, THREAD_EXITED,
                                              __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        leave_to_reaper(self);
    for (;;)
        dyad_thread_exit(&self->alive);
}
