/* sys/wait.h: waiting for children. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/wait_status.h>
#include <signal.h>

struct rusage;

#define WSTOPPED    2
#define WEXITED     4
#define WCONTINUED  8
#define WNOWAIT     0x1000000
#define WAIT_ANY    (-1)
#define WAIT_MYPGRP 0

typedef enum { P_ALL, P_PID, P_PGID } idtype_t;

__BEGIN_DECLS
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
pid_t wait3(int *status, int options, struct rusage *usage);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
int waitid(idtype_t type, id_t id, siginfo_t *info, int options);
__END_DECLS
