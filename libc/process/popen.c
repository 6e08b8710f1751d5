/* popen.c: a stream from or to a command. */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "internal/lock.h"

struct command {
    FILE *file;
    int fd;
    pid_t pid;
    struct command *next;
};

static struct libc_lock lock;
static struct command *commands; /* guarded by lock */

/* Start the shell with its end of the pipe as descriptor `fd`, and without the streams of other commands. Under the lock. */
static int start_locked(const char *text, int end, int fd, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    char *const argv[] = {"sh", "-c", (char *)text, NULL};
    posix_spawn_file_actions_init(&actions);
    int error = 0;
    for (const struct command *c = commands; c && !error; c = c->next)
        error = posix_spawn_file_actions_addclose(&actions, c->fd);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, end, fd);
    if (!error)
        error = posix_spawn(pid, _PATH_BSHELL, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void undo(struct command *command, int fds[2], int error)
{
    if (command->file)
        fclose(command->file);
    else
        close(fds[0]);
    close(fds[1]);
    free(command);
    errno = error;
}

FILE *popen(const char *text, const char *mode)
{
    bool reads = mode[0] == 'r';
    if ((mode[0] != 'r' && mode[0] != 'w') || (mode[1] && strcmp(mode + 1, "e") != 0)) {
        errno = EINVAL;
        return NULL;
    }
    int fds[2]; /* ours, the command's */
    struct command *command = calloc(1, sizeof *command);
    if (!command || pipe2(fds, O_CLOEXEC) < 0) {
        free(command);
        return NULL;
    }
    if (!reads) {
        int swap = fds[0];
        fds[0] = fds[1];
        fds[1] = swap;
    }
    command->fd = fds[0];
    command->file = fdopen(fds[0], reads ? "r" : "w");
    int error = command->file ? 0 : errno, fd = reads ? STDOUT_FILENO : STDIN_FILENO;
    libc_lock(&lock);
    if (!error)
        error = start_locked(text, fds[1], fd, &command->pid);
    if (!error) {
        command->next = commands;
        commands = command;
    }
    libc_unlock(&lock);
    if (error) {
        undo(command, fds, error);
        return NULL;
    }
    close(fds[1]);
    if (!mode[1])
        fcntl(fds[0], F_SETFD, 0);
    return command->file;
}

static struct command *take(FILE *file)
{
    libc_lock(&lock);
    struct command **at = &commands;
    while (*at && (*at)->file != file)
        at = &(*at)->next;
    struct command *found = *at;
    if (found)
        *at = found->next;
    libc_unlock(&lock);
    return found;
}

int pclose(FILE *file)
{
    struct command *command = take(file);
    int status;
    if (!command) {
        errno = ECHILD;
        return -1;
    }
    pid_t pid = command->pid;
    free(command);
    fclose(file);
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return status;
}
