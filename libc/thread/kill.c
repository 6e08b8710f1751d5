/* kill.c: a signal to one thread of the process. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include "internal/signals.h"

/* A thread that was just created writes its id as the first thing it does. */
static uint32_t id_of(struct thread *thread)
{
    const volatile uint32_t *id = &thread->id;
    while (*id == 0 && thread->alive)
        sched_yield();
    return *id;
}

int pthread_kill(pthread_t handle, int sig)
{
    struct thread *thread = (struct thread *)handle;
    if (sig < 0 || sig >= NSIG)
        return EINVAL;
    if (thread == __thread_self())
        return sig == 0 || raise(sig) == 0 ? 0 : errno;
    if (!thread->alive)
        return ESRCH;
    if (sig == 0)
        return 0;
    struct signal_post post = {
        .info = {.signo = (uint32_t)sig,
                 .code = SI_TKILL,
                 .pid = (uint32_t)dyad_cred_get(CRED_PID),
                 .uid = (uint32_t)dyad_cred_get(CRED_UID)},
        .thread = id_of(thread),
    };
    if (DYAD_SIGNAL_BIT(sig) & DYAD_SIGNALS_FORCED)
        return kill((pid_t)post.info.pid, sig) < 0 ? errno : 0;
    return (int)-dyad_thread_control(THREAD_SIGNAL, post.thread, dyad_arg(&post));
}
