/* fork.c: copy the process. */
#include <unistd.h>
#include "internal/atfork.h"
#include "internal/files.h"
#include "internal/mappings.h"
#include "internal/poll.h"
#include "internal/process.h"
#include "internal/signals.h"
#include "internal/startup.h"

#pragma weak __atfork_run
#pragma weak __clofork_lock
#pragma weak __clofork_unlock
#pragma weak __clofork_in_child
#pragma weak __mremap_fork_lock
#pragma weak __mremap_fork_unlock
#pragma weak __mappings_lock
#pragma weak __mappings_unlock
#pragma weak __mappings_in_child
#pragma weak __malloc_fork_lock
#pragma weak __malloc_fork_unlock
#pragma weak __stdio_fork_lock
#pragma weak __stdio_fork_unlock

/* What makes a service a service belongs to the parent alone: its namespace, ready pipe and the like. */
static void drop_service_handles(void)
{
    const struct startup *startup = __startup;
    for (uint32_t i = 0; startup && i < startup->count; i++) {
        struct startup_entry *e = (struct startup_entry *)&startup->entries[i];
        switch (e->kind) {
        case STARTUP_FD:
        case STARTUP_ROOT:
        case STARTUP_CWD:
        case STARTUP_PROC: break;
        default:
            if (e->handle != HANDLE_NONE)
                dyad_handle_close(e->handle);
            e->handle = HANDLE_NONE;
        }
    }
}

/* With all signals blocked, so that no handler runs in a half-made child and the call is not interrupted. */
static int64_t fork_blocked(void)
{
    if (__clofork_lock)
        __clofork_lock();
    int64_t pid = __proc_verb(PROC_FORK, 0, 0, 0, 0, NULL);
    if (__clofork_unlock)
        __clofork_unlock();
    if (pid == 0) {
        if (__clofork_in_child)
            __clofork_in_child();
        __thread_after_fork();
        drop_service_handles();
        if (__signalfd_after_fork)
            __signalfd_after_fork();
        if (__mappings_in_child)
            __mappings_in_child();
        __children_user_ns = __children_system_ns = 0;
    }
    return pid;
}

pid_t _Fork(void)
{
    uint64_t mask = __signals_block_all();
    int64_t pid = fork_blocked();
    __signals_restore(mask);
    return (pid_t)__result(pid);
}

/* Signals wait until the locks are free again: the child may have ended by now, and SIGCHLD's handler may leave by siglongjmp. */
pid_t fork(void)
{
    if (__atfork_run)
        __atfork_run(ATFORK_PREPARE);
    uint64_t mask = __signals_block_all();
    if (__stdio_fork_lock)
        __stdio_fork_lock();
    if (__malloc_fork_lock)
        __malloc_fork_lock();
    if (__mremap_fork_lock)
        __mremap_fork_lock();
    if (__mappings_lock)
        __mappings_lock();
    int64_t pid = fork_blocked();
    if (__mappings_unlock)
        __mappings_unlock();
    if (__mremap_fork_unlock)
        __mremap_fork_unlock();
    if (__malloc_fork_unlock)
        __malloc_fork_unlock();
    if (__stdio_fork_unlock)
        __stdio_fork_unlock();
    __signals_restore(mask);
    if (__atfork_run)
        __atfork_run(pid == 0 ? ATFORK_CHILD : ATFORK_PARENT);
    return (pid_t)__result(pid);
}

pid_t vfork(void)
{
    return fork();
}
