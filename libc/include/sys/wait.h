/* sys/wait.h: waiting for children. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <signal.h>

struct rusage;

#define WNOHANG     1
#define WUNTRACED   2
#define WSTOPPED    2
#define WEXITED     4
#define WCONTINUED  8
#define WNOWAIT     0x1000000
#define WAIT_ANY    (-1)
#define WAIT_MYPGRP 0

#define WEXITSTATUS(s)        (((s) >> 8) & 0xff)
#define WTERMSIG(s)           ((s) & 0x7f)
#define WSTOPSIG(s)           WEXITSTATUS(s)
#define WCOREDUMP(s)          ((s) & 0x80)
#define WIFEXITED(s)          (WTERMSIG(s) == 0)
#define WIFSTOPPED(s)         (((s) & 0xff) == 0x7f)
#define WIFSIGNALED(s)        (WTERMSIG(s) != 0 && WTERMSIG(s) != 0x7f)
#define WIFCONTINUED(s)       ((s) == 0xffff)
#define W_EXITCODE(code, sig) ((code) << 8 | (sig))
#define W_STOPCODE(sig)       ((sig) << 8 | 0x7f)

typedef enum { P_ALL, P_PID, P_PGID } idtype_t;

__BEGIN_DECLS
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
pid_t wait3(int *status, int options, struct rusage *usage);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
int waitid(idtype_t type, id_t id, siginfo_t *info, int options);
__END_DECLS
