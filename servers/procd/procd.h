/*
 * procd.h: POSIX processes over kernel processes: the table and every operation on it. Pure logic: the kernel and the
 * clients are behind struct kernel_ops, so it runs in a host test.
 *
 * Every int or int64_t result is >= 0 or -ERR_*. `caller` is the process that asked.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "servers/procd/kernel_ops.h"

#define PROCD_INIT_PID   1u
#define PROCD_PID_MAX    4194303u
#define PROCD_GROUPS_MAX 32u
#define PROCD_BUCKETS    256u

enum process_life { LIFE_RUNNING, LIFE_STOPPED, LIFE_ZOMBIE };

struct process {
    struct cred cred; /* as the kernel has it; of a zombie: as it had it */
    uint64_t kid;
    handle_t handle; /* HANDLE_NONE of a zombie */
    void *watch;     /* kernel_ops' own */
    enum process_life life;

    struct process *parent; /* NULL: init itself, or what nobody waits for */
    struct process *first_child, *last_child, *next_sibling, *prev_sibling;

    int stop_signal; /* why it is stopped */
    bool ending;     /* a zombie that nobody may wait for yet: its end is being told */
    bool stop_unreported, continue_unreported; /* to a wait of its parent */
    uint64_t deferred; /* default-action signals that came while it was stopped */

    int32_t status;           /* of a zombie */
    uint64_t cpu_ns;          /* of a zombie */
    uint64_t children_cpu_ns; /* of waited-for descendants */
    uint64_t start_ns;
    char name[32]; /* of a zombie */

    uint64_t alarm_ns, alarm_interval_ns; /* next SIGALRM, 0: none */
    struct process_limits {
        uint64_t cpu_soft_ns, cpu_hard_ns, processes; /* UINT64_MAX: none */
    } limits;
    uint64_t cpu_due_ns;  /* of CPU time: the next SIGXCPU */
    uint64_t cpu_look_ns; /* when to look how much it has used; 0: never */
    uint32_t group_count, groups[PROCD_GROUPS_MAX];
    int32_t tty;             /* of a session leader: its controlling terminal, -1: none */
    uint32_t tty_foreground; /* its foreground group */

    struct process *next, *prev;               /* all, by pid */
    struct process *next_by_pid, *next_by_kid; /* hash chains */
};

struct waiter {
    struct waiter *next;
    struct process *process;
    int64_t selector; /* as PROC_WAIT's args[0]; 0 has become -pgid */
    uint32_t options;
    void *token;
};

struct procd {
    const struct kernel_ops *ops;
    void *context;                /* for ops */
    struct process *first, *last; /* by pid */
    struct process *by_pid[PROCD_BUCKETS], *by_kid[PROCD_BUCKETS];
    uint32_t last_pid;
    size_t count;
    struct waiter *waiters; /* oldest first */
};

/* ---- table.c ------------------------------------------------------------------------------------------------- */

void procd_init(struct procd *p, const struct kernel_ops *ops, void *context);
void procd_fini(struct procd *p);
struct process *procd_find(const struct procd *p, uint32_t pid); /* zombies too, or NULL */
struct process *procd_find_kid(const struct procd *p, uint64_t kid);
/* A pid that is no process's, group's or session's id; 0 when there is none. */
uint32_t procd_allocate_pid(struct procd *p);
/* Adds a process whose cred and kid are given. NULL: out of memory. handle moves into the table. */
struct process *procd_insert(struct procd *p, const struct cred *cred, uint64_t kid,
                             handle_t handle);
void procd_set_parent(struct process *child, struct process *parent); /* NULL: none */
/* Takes it out of the table and frees it. */
void procd_remove(struct procd *p, struct process *process);
/* Tells the kernel process->cred. */
int procd_update_cred(struct procd *p, struct process *process);

/* ---- life.c -------------------------------------------------------------------------------------------------- */

/* Reads all live processes that have a pid from the kernel: the start after a crash, and after boot finds none. */
void procd_recover(struct procd *p);
int64_t procd_fork(struct procd *p, struct process *caller, uint32_t thread);
/* init registers a process; the handle moves. caller_kid: init's own id, which counts before init is registered. */
int64_t procd_spawned(struct procd *p, uint64_t caller_kid, handle_t handle, uint32_t uid,
                      uint32_t gid, bool own_session);
/* The kernel has events of the process. It may be gone afterwards. */
void procd_event(struct procd *p, struct process *process, uint32_t events);

/* ---- wait.c -------------------------------------------------------------------------------------------------- */

#define PROCD_WAIT_PENDING INT64_MIN
/* -> pid with *out filled, 0 (WNOHANG), -ERR_*, or PROCD_WAIT_PENDING: wait_done(token) comes later. */
int64_t procd_wait(struct procd *p, struct process *caller, int64_t selector, uint32_t options,
                   void *token, struct proc_wait_result *out);
/* Forgets a pending wait; nothing is called. */
void procd_wait_cancel(struct procd *p, void *token);
/* A child's state changed: SIGCHLD, and its parent's waits. A zombie may be freed by it. */
void procd_child_changed(struct procd *p, struct process *child, int code, int32_t status);
/* The caller has died: its waits end. */
void procd_wait_abandon(struct procd *p, struct process *process);

/* ---- signal.c ------------------------------------------------------------------------------------------------ */

struct procd_kill {
    int64_t target; /* as kill's first argument */
    int signo;
    uint64_t value;
    int32_t code; /* 0: SI_USER */
};
int procd_kill(struct procd *p, struct process *caller, const struct procd_kill *kill);
/* Without a check of permission, as if from the kernel -> processes reached. */
int procd_signal_group(struct procd *p, uint32_t pgid, int signo);
/* One process; never fails, a dead one is past caring. */
/* False: as many as there may be are queued already, and this one is not. */
bool procd_signal(struct procd *p, struct process *target, const struct signal_info *info);
/* The kernel says that signo is due at its default action. */
void procd_default_action(struct procd *p, struct process *process, int signo);

/* ---- session.c ----------------------------------------------------------------------------------------------- */

int procd_setpgid(struct procd *p, struct process *caller, uint32_t pid, uint32_t pgid);
/* The policy and priority of the first thread of a process, as SCHED_WORD(); with set it becomes `word`. POSIX's permissions. */
int64_t procd_sched(struct procd *p, struct process *caller, uint32_t pid, bool set, uint64_t word);
int64_t procd_getpgid(struct procd *p, struct process *caller, uint32_t pid);
int64_t procd_setsid(struct procd *p, struct process *caller);
int64_t procd_getsid(struct procd *p, struct process *caller, uint32_t pid);
/* -> the group's session, or -ERR_SRCH. */
int64_t procd_group_session(struct procd *p, uint32_t pgid);
bool procd_group_orphaned(const struct procd *p, uint32_t pgid);
int procd_session_tty(struct procd *p, uint32_t sid, int32_t tty, uint32_t foreground);
/* The leader of the session that has the terminal, or NULL. */
const struct process *procd_tty_owner(const struct procd *p, int32_t tty);
/* Around a change of a process's group, session, parent or life: groups that become orphaned while a member is stopped get SIGHUP and
 * SIGCONT. `before` is taken before the change. */
struct procd_orphans {
    uint32_t *pgids; /* groups that were not orphaned */
    size_t count;
};
void procd_orphans_begin(struct procd *p, const struct process *process,
                         struct procd_orphans *before);
void procd_orphans_end(struct procd *p, struct procd_orphans *before);
/* The leader is dying: its terminal's foreground group is hung up. */
void procd_session_end(struct procd *p, struct process *leader);

/* ---- limit.c ------------------------------------------------------------------------------------------------- */

int procd_limit(struct procd *p, struct process *caller, uint64_t which, uint64_t soft,
                uint64_t hard);
/* A child of a fork has its parent's limits and has used nothing. */
void procd_limit_inherit(struct procd *p, struct process *child, const struct process *parent);
void procd_limit_clear(struct process *process);
/* May the caller's user have another process? */
bool procd_limit_allows(const struct procd *p, const struct process *caller);
/* Looks at the CPU time of those that are due. */
void procd_limit_tick(struct procd *p, uint64_t now);

/* ---- ids.c, alarm.c, list.c ---------------------------------------------------------------------------------- */

int procd_setids(struct procd *p, struct process *caller, enum proc_ids which,
                 const uint32_t ids[3]);
int procd_setgroups(struct process *caller, const uint32_t *groups, size_t count);
/* -> ns that were left of the former alarm. */
uint64_t procd_alarm(struct procd *p, struct process *caller, uint64_t delay_ns,
                     uint64_t interval_ns);
void procd_alarm_clear(struct procd *p, struct process *process);
void procd_tick(struct procd *p);
/* Have procd_tick called when the next alarm is due, or the next look at CPU time. */
void procd_rearm(struct procd *p);
/* Fills entries from first_pid on -> how many. */
size_t procd_list(struct procd *p, uint32_t first_pid, struct proc_entry *entries, size_t room);
