/* bits/wait_status.h: what wait and system tell of a process's end, for sys/wait.h and stdlib.h. */
#pragma once
#include <features.h>

#define WNOHANG   1
#define WUNTRACED 2

#define WEXITSTATUS(s) (((s) >> 8) & 0xff)
#define WTERMSIG(s)    ((s) & 0x7f)
#define WSTOPSIG(s)    WEXITSTATUS(s)
#define WIFEXITED(s)   (WTERMSIG(s) == 0)
#define WIFSTOPPED(s)  (((s) & 0xff) == 0x7f)
#define WIFSIGNALED(s) (WTERMSIG(s) != 0 && WTERMSIG(s) != 0x7f)
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200112
#define WIFCONTINUED(s) ((s) == 0xffff)
#endif
#if __POSIX_VISIBLE >= 202405
#define WCOREDUMP(s) ((s) & 0x80)
#endif
#if __MISC_VISIBLE
#define W_EXITCODE(code, sig) ((code) << 8 | (sig))
#define W_STOPCODE(sig)       ((sig) << 8 | 0x7f)
#endif
