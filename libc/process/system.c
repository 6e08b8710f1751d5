/* system.c: run a command in a shell and wait for it. */
#include <errno.h>
#include <paths.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(const char *command, const sigset_t *old_mask, const sigset_t *defaults)
{
    posix_spawnattr_t attr;
    pid_t pid;
    char *const argv[] = {"sh", "-c", (char *)command, NULL};
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, old_mask);
    posix_spawnattr_setsigdefault(&attr, defaults);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int error = posix_spawn(&pid, _PATH_BSHELL, NULL, &attr, argv, environ);
    if (error) {
        errno = error;
        return error == EAGAIN || error == ENOMEM ? -1 : W_EXITCODE(127, 0);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return status;
}

/* The caller ignores the terminal's signals meanwhile; the shell gets them back unless they were ignored before. */
int system(const char *command)
{
    if (!command)
        return access(_PATH_BSHELL, X_OK) == 0;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    sigset_t block, old_mask, defaults;
    sigemptyset(&defaults);
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    if (interrupt.sa_handler != SIG_IGN)
        sigaddset(&defaults, SIGINT);
    if (quit.sa_handler != SIG_IGN)
        sigaddset(&defaults, SIGQUIT);
    sigemptyset(&block);
    sigaddset(&block, SIGCHLD);
    sigprocmask(SIG_BLOCK, &block, &old_mask);
    int status = run(command, &old_mask, &defaults);
    int error = errno;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
    errno = error;
    return status;
}
