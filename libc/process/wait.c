/* wait.c: wait for children. */
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "internal/cancel.h"
#include "internal/process.h"

_Static_assert(WNOHANG == PROC_WNOHANG && WUNTRACED == PROC_WUNTRACED && WEXITED == PROC_WEXITED &&
                   WCONTINUED == PROC_WCONTINUED && WNOWAIT == PROC_WNOWAIT,
               "options go to procd as they are");

int64_t __proc_wait(int64_t pid, uint32_t options, struct proc_wait_result *out)
{
    struct call_args args = CALL_ARGS_NONE;
    memset(out, 0, sizeof *out);
    args.args[0] = (uint64_t)pid;
    args.args[1] = options;
    args.out = out;
    args.out_len = sizeof *out;
    int64_t result = __proc_call(PROC_WAIT, &args);
    if (result > 0 && !(options & WNOWAIT)) {
        __children_user_ns += out->user_ns;
        __children_system_ns += out->system_ns;
    }
    return result;
}

static struct timeval timeval_of(uint64_t ns)
{
    return (struct timeval){.tv_sec = (time_t)(ns / 1000000000),
                            .tv_usec = (suseconds_t)(ns % 1000000000 / 1000)};
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    struct proc_wait_result child;
    if (options & ~(WNOHANG | WUNTRACED | WCONTINUED))
        return (pid_t)__result(-ERR_INVAL);
    int64_t result = CANCELLABLE(__proc_wait(pid, (uint32_t)options | WEXITED, &child));
    if (result > 0 && status)
        *status = child.status;
    if (result > 0 && usage)
        *usage = (struct rusage){.ru_utime = timeval_of(child.user_ns),
                                 .ru_stime = timeval_of(child.system_ns)};
    return (pid_t)__result(result);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
    return wait4(pid, status, options, NULL);
}

pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}

pid_t wait(int *status)
{
    return wait4(-1, status, 0, NULL);
}

static void describe(const struct proc_wait_result *child, siginfo_t *info)
{
    int status = child->status;
    info->si_signo = SIGCHLD;
    info->si_pid = (pid_t)child->pid;
    info->si_uid = child->uid;
    if (WIFCONTINUED(status)) {
        info->si_code = CLD_CONTINUED;
        info->si_status = SIGCONT;
    } else if (WIFSTOPPED(status)) {
        info->si_code = CLD_STOPPED;
        info->si_status = WSTOPSIG(status);
    } else if (WIFEXITED(status)) {
        info->si_code = CLD_EXITED;
        info->si_status = WEXITSTATUS(status);
    } else {
        info->si_code = WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED;
        info->si_status = WTERMSIG(status);
    }
}

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    struct proc_wait_result child;
    int64_t pid;
    switch (type) {
    case P_ALL: pid = -1; break;
    case P_PID: pid = id; break;
    case P_PGID: pid = id ? -(int64_t)id : 0; break;
    default: return (int)__result(-ERR_INVAL);
    }
    if ((type == P_PID && id == 0) || !(options & (WEXITED | WSTOPPED | WCONTINUED)) ||
        (options & ~(WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT)))
        return (int)__result(-ERR_INVAL);
    int64_t result = CANCELLABLE(__proc_wait(pid, (uint32_t)options, &child));
    if (result >= 0 && info) {
        memset(info, 0, sizeof *info);
        if (result > 0)
            describe(&child, info);
    }
    return (int)__result(result < 0 ? result : 0);
}
