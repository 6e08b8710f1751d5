/* spawn_actions.c: lists of file actions. */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include "internal/files.h"
#include "internal/spawn_action.h"

static int add(posix_spawn_file_actions_t *actions, struct __spawn_action fields, const char *path)
{
    size_t path_bytes = path ? strlen(path) + 1 : 0;
    struct __spawn_action *action = malloc(sizeof *action + path_bytes);
    if (!action)
        return ENOMEM;
    *action = fields;
    if (path)
        memcpy(action->path, path, path_bytes);
    if (actions->__last)
        actions->__last->next = action;
    else
        actions->__first = action;
    actions->__last = action;
    return 0;
}

static int bad_fd(int fd)
{
    return fd < 0 || fd >= __fd_limit;
}

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
    *actions = (posix_spawn_file_actions_t){0};
    return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
    for (struct __spawn_action *action = actions->__first; action;) {
        struct __spawn_action *next = action->next;
        free(action);
        action = next;
    }
    return posix_spawn_file_actions_init(actions);
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
                                     const char *restrict path, int flags, mode_t mode)
{
    if (bad_fd(fd))
        return EBADF;
    return add(actions,
               (struct __spawn_action){.kind = SPAWN_OPEN, .fd = fd, .flags = flags, .mode = mode},
               path);
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
    return bad_fd(fd) ? EBADF
                      : add(actions, (struct __spawn_action){.kind = SPAWN_CLOSE, .fd = fd}, NULL);
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int to)
{
    if (bad_fd(fd) || bad_fd(to))
        return EBADF;
    return add(actions, (struct __spawn_action){.kind = SPAWN_DUP2, .fd = fd, .to = to}, NULL);
}

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *restrict actions,
                                         const char *restrict path)
{
    return add(actions, (struct __spawn_action){.kind = SPAWN_CHDIR, .fd = -1}, path);
}

int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *actions, int fd)
{
    return bad_fd(fd) ? EBADF
                      : add(actions, (struct __spawn_action){.kind = SPAWN_FCHDIR, .fd = fd}, NULL);
}

int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from)
{
    return bad_fd(from)
               ? EBADF
               : add(actions,
                     (struct __spawn_action){.kind = SPAWN_CLOSE_FROM, .fd = -1, .to = from}, NULL);
}

int posix_spawn_file_actions_addtcsetpgrp_np(posix_spawn_file_actions_t *actions, int fd)
{
    return bad_fd(fd)
               ? EBADF
               : add(actions, (struct __spawn_action){.kind = SPAWN_TCSETPGRP, .fd = fd}, NULL);
}

/* The names of POSIX 2024. */
int posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *restrict actions,
                                      const char *restrict path)
{
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

int posix_spawn_file_actions_addfchdir(posix_spawn_file_actions_t *actions, int fd)
{
    return posix_spawn_file_actions_addfchdir_np(actions, fd);
}
