/* raise.c: a signal to the calling thread. */
#include <signal.h>
#include "internal/signals.h"

int raise(int sig)
{
    if (sig < 0 || sig >= NSIG)
        return (int)__result(-ERR_INVAL);
    if (sig == 0)
        return 0;
    struct signal_post post = {
        .info = {.signo = (uint32_t)sig,
                 .code = SI_TKILL,
                 .pid = (uint32_t)dyad_cred_get(CRED_PID),
                 .uid = (uint32_t)dyad_cred_get(CRED_UID)},
        .thread = __thread_id(__thread_self()),
    };
    if (DYAD_SIGNAL_BIT(sig) & DYAD_SIGNALS_FORCED)
        return kill((pid_t)post.info.pid, sig);
    return (int)__result(dyad_thread_control(THREAD_SIGNAL, post.thread, dyad_arg(&post)));
}
