/* spawn.h: start a program in a new process. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/sigset.h>
#include <sched.h>

#define POSIX_SPAWN_RESETIDS      0x01
#define POSIX_SPAWN_SETPGROUP     0x02
#define POSIX_SPAWN_SETSIGDEF     0x04
#define POSIX_SPAWN_SETSIGMASK    0x08
#define POSIX_SPAWN_SETSCHEDPARAM 0x10
#define POSIX_SPAWN_SETSCHEDULER  0x20
#if __GNU_VISIBLE
#define POSIX_SPAWN_USEVFORK 0x40
#endif
#if __POSIX_VISIBLE >= 202405
#define POSIX_SPAWN_SETSID 0x80
#endif

typedef struct {
    short __flags;
    pid_t __group;
    sigset_t __default_set, __mask;
    int __policy, __priority;
} posix_spawnattr_t;

struct __spawn_action;
typedef struct {
    struct __spawn_action *__first, *__last;
} posix_spawn_file_actions_t;

__BEGIN_DECLS
int posix_spawn(pid_t *__restrict __pid, const char *__restrict __path,
                const posix_spawn_file_actions_t *__actions,
                const posix_spawnattr_t *__restrict __attr, char *const __argv[],
                char *const __envp[]);
int posix_spawnp(pid_t *__restrict __pid, const char *__restrict __file,
                 const posix_spawn_file_actions_t *__actions,
                 const posix_spawnattr_t *__restrict __attr, char *const __argv[],
                 char *const __envp[]);
int posix_spawnattr_init(posix_spawnattr_t *__attr);
int posix_spawnattr_destroy(posix_spawnattr_t *__attr);
int posix_spawnattr_setflags(posix_spawnattr_t *__attr, short __flags);
int posix_spawnattr_getflags(const posix_spawnattr_t *__restrict __attr, short *__restrict __flags);
int posix_spawnattr_setpgroup(posix_spawnattr_t *__attr, pid_t __group);
int posix_spawnattr_getpgroup(const posix_spawnattr_t *__restrict __attr,
                              pid_t *__restrict __group);
int posix_spawnattr_setsigmask(posix_spawnattr_t *__restrict __attr,
                               const sigset_t *__restrict __mask);
int posix_spawnattr_getsigmask(const posix_spawnattr_t *__restrict __attr,
                               sigset_t *__restrict __mask);
int posix_spawnattr_setsigdefault(posix_spawnattr_t *__restrict __attr,
                                  const sigset_t *__restrict __set);
int posix_spawnattr_getsigdefault(const posix_spawnattr_t *__restrict __attr,
                                  sigset_t *__restrict __set);
int posix_spawn_file_actions_init(posix_spawn_file_actions_t *__actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *__actions);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *__restrict __actions, int __fd,
                                     const char *__restrict __path, int __flags, mode_t __mode);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *__actions, int __fd);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *__actions, int __fd, int __to);
int posix_spawnattr_getschedparam(const posix_spawnattr_t *__restrict __attr,
                                  struct sched_param *__restrict __param);
int posix_spawnattr_setschedparam(posix_spawnattr_t *__restrict __attr,
                                  const struct sched_param *__restrict __param);
int posix_spawnattr_getschedpolicy(const posix_spawnattr_t *__restrict __attr,
                                   int *__restrict __policy);
int posix_spawnattr_setschedpolicy(posix_spawnattr_t *__attr, int __policy);
#if __GNU_VISIBLE
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *__restrict __actions,
                                         const char *__restrict __path);
int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *__actions, int __fd);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *__actions, int __from);
int posix_spawn_file_actions_addtcsetpgrp_np(posix_spawn_file_actions_t *__actions, int __fd);
#endif
#if __POSIX_VISIBLE >= 202405
int posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *__restrict __actions,
                                      const char *__restrict __path);
int posix_spawn_file_actions_addfchdir(posix_spawn_file_actions_t *__actions, int __fd);
#endif
__END_DECLS
