/* spawn.c: posix_spawn: fork, prepare, exec. A failure in the child comes back through a close-on-exec pipe. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include "internal/files.h"
#include "internal/process.h"
#include "internal/signals.h"
#include "internal/spawn_action.h"

typedef int64_t exec_function(const char *path, char *const argv[], char *const envp[]);

struct spawn_job {
    const char *path;
    const posix_spawn_file_actions_t *actions;
    const posix_spawnattr_t *attr;
    char *const *argv;
    char *const *envp;
    exec_function *exec;
};

static int64_t exec_path(const char *path, char *const argv[], char *const envp[])
{
    return __exec(AT_FDCWD, path, argv, envp);
}

/* Caught signals go back to their defaults by exec itself; this is for ignored ones that the caller names. */
static int reset_signals(uint64_t set)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int sig = 1; sig < NSIG; sig++) {
        if ((set & DYAD_SIGNAL_BIT(sig)) && sig != SIGKILL && sig != SIGSTOP &&
            sigaction(sig, &action, NULL) < 0)
            return errno;
    }
    return 0;
}

static int apply_attributes(const posix_spawnattr_t *attr)
{
    if (!attr)
        return 0;
    const struct sched_param param = {.sched_priority = attr->__priority};
    if ((attr->__flags & POSIX_SPAWN_SETSCHEDULER) &&
        sched_setscheduler(0, attr->__policy, &param) < 0)
        return errno;
    if ((attr->__flags & (POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSCHEDPARAM)) ==
            POSIX_SPAWN_SETSCHEDPARAM &&
        sched_setparam(0, &param) < 0)
        return errno;
    if ((attr->__flags & POSIX_SPAWN_SETSID) && setsid() < 0)
        return errno;
    if ((attr->__flags & POSIX_SPAWN_SETPGROUP) && setpgid(0, attr->__group) < 0)
        return errno;
    if ((attr->__flags & POSIX_SPAWN_RESETIDS) && (setegid(getgid()) < 0 || seteuid(getuid()) < 0))
        return errno;
    return attr->__flags & POSIX_SPAWN_SETSIGDEF ? reset_signals(attr->__default_set.__bits) : 0;
}

static int apply_action(const struct __spawn_action *action)
{
    switch (action->kind) {
    case SPAWN_CLOSE: close(action->fd); return 0;
    case SPAWN_DUP2:
        if (action->fd == action->to)
            return fcntl(action->fd, F_SETFD, 0) < 0 ? errno : 0;
        return dup2(action->fd, action->to) < 0 ? errno : 0;
    case SPAWN_CHDIR: return chdir(action->path) < 0 ? errno : 0;
    case SPAWN_FCHDIR: return fchdir(action->fd) < 0 ? errno : 0;
    case SPAWN_TCSETPGRP: return tcsetpgrp(action->fd, getpgrp()) < 0 ? errno : 0;
    case SPAWN_CLOSE_FROM: return 0; /* the caller's */
    case SPAWN_OPEN: break;
    }
    close(action->fd); /* first, so that there is a descriptor */
    int fd = open(action->path, action->flags, action->mode);
    if (fd < 0)
        return errno;
    if (fd != action->fd) {
        int error = dup3(fd, action->fd, action->flags & O_CLOEXEC) < 0 ? errno : 0;
        close(fd);
        return error;
    }
    return 0;
}

/* The report pipe steps aside when an action means its number. */
static int move_report(int *report, const struct __spawn_action *action)
{
    if (*report != action->fd && (action->kind != SPAWN_DUP2 || *report != action->to))
        return 0;
    int moved = fcntl(*report, F_DUPFD_CLOEXEC, 0);
    if (moved < 0)
        return errno;
    close(*report);
    *report = moved;
    return 0;
}

static void close_from(int first, int report)
{
    if (first < report)
        close_range((unsigned)first, (unsigned)report - 1, 0);
    closefrom(first > report ? first : report + 1);
}

static int child_prepare(const struct spawn_job *job, int *report)
{
    int error = apply_attributes(job->attr);
    const struct __spawn_action *action = job->actions ? job->actions->__first : NULL;
    for (; action && !error; action = action->next) {
        if (action->kind == SPAWN_CLOSE_FROM) {
            close_from(action->to, *report);
            continue;
        }
        do /* The number that it moves to may be the action's other one. */
            error = move_report(report, action);
        while (!error &&
               (*report == action->fd || (action->kind == SPAWN_DUP2 && *report == action->to)));
        if (!error)
            error = apply_action(action);
    }
    return error;
}

static _Noreturn void child_run(const struct spawn_job *job, int report, uint64_t mask)
{
    int error = child_prepare(job, &report);
    if (!error) {
        bool own_mask = job->attr && (job->attr->__flags & POSIX_SPAWN_SETSIGMASK);
        __signals_restore(own_mask ? job->attr->__mask.__bits : mask);
        error = (int)-job->exec(job->path, job->argv, job->envp);
    }
    __handle_write(__fd_handle(report), &error, sizeof error, -1);
    _exit(127);
}

/* An error that the child reported, or 0 when its exec closed the pipe. */
static int child_error(int report)
{
    int error = 0;
    int64_t n;
    do
        n = __handle_read(__fd_handle(report), &error, sizeof error, -1);
    while (n == -ERR_INTR);
    return n == sizeof error ? error : 0;
}

static int fork_and_exec(pid_t *out, const struct spawn_job *job)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0)
        return errno;
    uint64_t mask = __signals_block_all();
    pid_t pid = fork();
    int error = pid < 0 ? errno : 0;
    if (pid == 0) {
        close(report[0]);
        child_run(job, report[1], mask);
    }
    __signals_restore(mask);
    close(report[1]);
    if (pid > 0) {
        error = child_error(report[0]);
        if (error)
            waitpid(pid, NULL, 0);
        else if (out)
            *out = pid;
    }
    close(report[0]);
    return error;
}

/* It is no cancellation point, though it closes and waits. */
static int spawn(pid_t *out, const struct spawn_job *job)
{
    int saved = errno, state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    int error = fork_and_exec(out, job);
    pthread_setcancelstate(state, NULL);
    errno = saved;
    return error;
}

int posix_spawn(pid_t *restrict pid, const char *restrict path,
                const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                char *const argv[], char *const envp[])
{
    return spawn(pid, &(struct spawn_job){path, actions, attr, argv, envp, exec_path});
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file,
                 const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                 char *const argv[], char *const envp[])
{
    return spawn(pid, &(struct spawn_job){file, actions, attr, argv, envp, __exec_search});
}
