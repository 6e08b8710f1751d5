/* kill.c: a signal to one thread of the process. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include "internal/signals.h"
#include "internal/threads.h"

/* A thread that was just created writes its id as the first thing it does. */
static uint32_t id_of(struct thread *thread)
{
    const volatile uint32_t *id = &thread->id;
    while (*id == 0 && thread->alive)
        sched_yield();
    return *id;
}

static int post(struct thread *thread, int sig)
{
    struct signal_post post = {
        .info = {.signo = (uint32_t)sig,
                 .code = SI_TKILL,
                 .pid = (uint32_t)dyad_cred_get(CRED_PID),
                 .uid = (uint32_t)dyad_cred_get(CRED_UID)},
        .thread = id_of(thread),
    };
    if (DYAD_SIGNAL_BIT(sig) & DYAD_SIGNALS_FORCED)
        return kill((pid_t)post.info.pid, sig) < 0 ? errno : 0;
    int64_t result = dyad_thread_control(THREAD_SIGNAL, post.thread, dyad_arg(&post));
    return result == -ERR_SRCH ? 0 : (int)-result; /* it has just ended, and was not joined */
}

/* A thread that has ended lives on, to POSIX, until it is joined: signals to it are lost, without an error. */
int __thread_signal(struct thread *thread, int sig)
{
    return thread->alive ? post(thread, sig) : 0;
}

int pthread_kill(pthread_t handle, int sig)
{
    struct thread *thread = __thread_find(handle);
    if (!thread)
        return ESRCH;
    if (sig < 0 || sig >= NSIG || (sig && DYAD_SIGNAL_BIT(sig) & SIGNALS_INTERNAL))
        return EINVAL;
    if (thread == __thread_self())
        return sig == 0 || raise(sig) == 0 ? 0 : errno;
    return sig ? __thread_signal(thread, sig) : 0;
}
