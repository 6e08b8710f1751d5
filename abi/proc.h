/*
 * proc.h: procd's protocol: POSIX processes over kernel processes. Verbs on the file "procd:" (opened
 * with an empty path). The caller is known by the credentials that the kernel sends along.
 */
#pragma once
#include "abi/scheme.h"

enum proc_verb {
    PROC_FORK =
        VERB_PRIVATE, /* forks the caller with its calling thread -> pid; the child sees 0 */
    PROC_WAIT, /* args[0] int pid as waitpid's (by int64), args[1] PROC_W* options; blocks unless NOHANG
                         -> pid or 0; out: struct proc_wait_result */
    PROC_KILL, /* args[0] int64 pid as kill's (0, -1, -pgid too), args[1] signo (0: test), args[2] sigval,
                         args[3] si_code (0: SI_USER) */
    PROC_SETPGID,   /* args[0] pid or 0, args[1] pgid or 0 */
    PROC_GETPGID,   /* args[0] pid or 0 -> pgid */
    PROC_SETSID,    /* -> sid */
    PROC_GETSID,    /* args[0] pid or 0 -> sid */
    PROC_SETIDS,    /* args[0] which (enum proc_ids), args[1..3] ids (~0: unchanged) */
    PROC_GETGROUPS, /* out: uint32_t[] -> count */
    PROC_SETGROUPS, /* in: uint32_t[] */
    PROC_SPAWNED, /* init only: send: process handle -> registers it, not yet started; args[0] uid, args[1] gid;
                         args[2] 1: own session and group -> pid. Its parent is the caller */
    PROC_LIST,         /* args[0] first pid; out: struct proc_entry[] -> bytes */
    PROC_SIGNAL_GROUP, /* tty only (euid 0): args[0] pgid, args[1] signo */
    PROC_GROUP_INFO, /* args[0] pgid, args[1] pid or 0 -> session of that group, values[0] 1 when orphaned,
                         values[1] what that process blocks or ignores (signal bits) */
    PROC_ALARM, /* args[0] ns from now (0: off), args[1] interval ns -> 0; values[0] ns that were left */
    PROC_EXEC, /* args[0]: set-id: file's mode, [1] uid, [2] gid; after a successful exec image build, when that or earlier changes
                         of ids matter: the saved ids become the effective ones; ids are never gained by it */
    PROC_SESSION_TTY, /* tty only (euid 0): args[0] sid, args[1] tty number or -1, args[2] foreground pgid: for PROC_LIST and
                         the SIGHUP and SIGCONT when the session's leader ends. args[2] UINT32_MAX asks: args[0] 0: whose is
                         terminal args[1] -> sid, values[0] foreground; args[0] sid -> 1 + the number of its terminal, 0: none */
    PROC_SCHED, /* args[0] pid, [1] PROC_SCHED_GET -> SCHED_WORD() of its first thread, or PROC_SCHED_SET: args[2] the new one */
    PROC_LIMIT, /* args[0] enum proc_limit, [1] soft, [2] hard: a limit of the caller and its later forks; UINT64_MAX: none */
};

enum proc_limit {
    PROC_LIMIT_CPU, /* seconds of CPU time: SIGXCPU at the soft one and each second after it, SIGKILL at the hard one */
    PROC_LIMIT_PROCESSES /* of the real user id; only the soft one counts, and not for root */
};

#define PROC_SCHED_GET 0u
#define PROC_SCHED_SET 1u

#define PROC_WNOHANG    1u
#define PROC_WUNTRACED  2u
#define PROC_WEXITED    4u /* waitpid always passes it */
#define PROC_WCONTINUED 8u
#define PROC_WNOWAIT    0x1000000u

struct proc_wait_result {
    uint32_t pid, uid;
    int32_t status; /* wait status; stopped: signo << 8 | 0x7f; continued: 0xffff */
    uint32_t reserved;
    uint64_t user_ns, system_ns; /* resource usage of the child and its waited-for descendants */
};

enum proc_ids {
    PROC_IDS_SETUID,
    PROC_IDS_SETGID,
    PROC_IDS_SETREUID,
    PROC_IDS_SETREGID,
    PROC_IDS_SETRESUID,
    PROC_IDS_SETRESGID,
    PROC_IDS_SETEUID,
    PROC_IDS_SETEGID
};

struct proc_entry {
    struct cred cred;
    uint64_t kid;
    uint32_t state; /* 'R' running, 'S' all its threads wait, 'T' stopped, 'Z' zombie */
    int32_t tty;    /* -1: none */
    uint64_t cpu_ns, pages, start_ns;
    char name[32];
};
