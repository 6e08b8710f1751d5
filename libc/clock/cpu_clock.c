/* cpu_clock.c: CPU clocks of other threads, which the kernel has, and of other processes, which procd knows. */
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#include "internal/clock_id.h"
#include "internal/process.h"
#include "internal/threads.h"

/* -ERR_SRCH: there is none, or it has ended. */
static int64_t process_time(uint32_t pid)
{
    struct proc_entry entry;
    struct call_args args = CALL_ARGS_NONE;
    args.args[0] = pid;
    args.out = &entry;
    args.out_len = sizeof entry;
    int64_t bytes = __proc_call(PROC_LIST, &args);
    if (bytes < 0)
        return bytes;
    bool found = bytes >= (int64_t)sizeof entry && entry.cred.pid == pid && entry.state != 'Z';
    return found ? (int64_t)entry.cpu_ns : -ERR_SRCH;
}

int64_t __clock_read_other(clockid_t clock)
{
    uint32_t id = ~(uint32_t)(clock >> 3);
    int64_t ns = -ERR_INVAL;
    if (clock < 0 && (clock & 7) == CLOCK_OF_PROCESS)
        ns = process_time(id);
    else if (clock < 0 && (clock & 7) == CLOCK_OF_THREAD && id != 0)
        ns = dyad_thread_control(THREAD_CPU_TIME, id, 0);
    return ns < 0 ? -ERR_INVAL : ns;
}

clockid_t __clock_own_thread(void)
{
    return __clock_make(__thread_id(__thread_self()), CLOCK_OF_THREAD);
}

int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
    if (pid == 0 || pid == getpid()) {
        *clock = CLOCK_PROCESS_CPUTIME_ID;
        return 0;
    }
    int64_t ns = pid < 0 ? -ERR_SRCH : process_time((uint32_t)pid);
    if (ns < 0)
        return (int)-ns;
    *clock = __clock_make((uint32_t)pid, CLOCK_OF_PROCESS);
    return 0;
}

int pthread_getcpuclockid(pthread_t handle, clockid_t *clock)
{
    struct thread *thread = __thread_find(handle);
    if (!thread || !thread->alive)
        return ERR_SRCH;
    *clock =
        __clock_make(thread == __thread_self() ? __thread_id(thread) : thread->id, CLOCK_OF_THREAD);
    return 0;
}
