/* bits/wait_status.h: what wait and system tell of a process's end, for sys/wait.h and stdlib.h. */
#pragma once

#define WNOHANG   1
#define WUNTRACED 2

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
