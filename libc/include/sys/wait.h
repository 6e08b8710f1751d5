/* sys/wait.h: waiting for children. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/wait_status.h>
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
#include <signal.h>
#endif
#if __XSI_VISIBLE && __XSI_VISIBLE < 700
#include <sys/resource.h>
#endif

#if __MISC_VISIBLE
struct rusage;
#endif

#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
#define WSTOPPED 2
#define WEXITED  4
#define WNOWAIT  0x1000000
#endif
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200112
#define WCONTINUED 8
#endif
#if __MISC_VISIBLE
#define WAIT_ANY    (-1)
#define WAIT_MYPGRP 0
#endif

#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
typedef enum { P_ALL, P_PID, P_PGID } idtype_t;
#endif

__BEGIN_DECLS
pid_t wait(int *__status);
pid_t waitpid(pid_t __pid, int *__status, int __options);
#if __MISC_VISIBLE
pid_t wait4(pid_t __pid, int *__status, int __options, struct rusage *__usage);
#endif
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
int waitid(idtype_t __type, id_t __id, siginfo_t *__info, int __options);
#endif
#if __XSI_UNTIL_5
pid_t wait3(int *__status, int __options, struct rusage *__usage);
#endif
__END_DECLS
