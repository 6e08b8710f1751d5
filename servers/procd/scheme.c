/* scheme.c: the scheme `procd:`: unpacks each request, finds the caller, calls the logic, answers. */
#include "servers/procd/scheme.h"

#include <stdlib.h>
#include <string.h>

static struct procd *procd_of(struct server_request *request)
{
    return request->server->context;
}

/* The caller by its kernel id, which nobody can forge. Unknown ones (not registered, or already dead) are answered. */
static struct process *caller_of(struct server_request *request)
{
    struct process *caller = procd_find_kid(procd_of(request), request->wire.kid);

    if (!caller || caller->life == LIFE_ZOMBIE) {
        server_reply(request, -ERR_SRCH);
        return NULL;
    }
    return caller;
}

/* ---- The file ------------------------------------------------------------------------------------------------ */

static void handle_open(struct server_request *request)
{
    if (request->data_len != 0) {
        server_reply(request, -ERR_NOENT);
        return;
    }
    struct server_file *file = malloc(sizeof *file);
    if (!file) {
        server_reply(request, -ERR_NOMEM);
        return;
    }
    server_file_init(file, request->server, NULL, (uint32_t)request->wire.args[0]);
    server_reply_open(request, file, 0);
}

static void release(struct server_file *file)
{
    free(file);
}

/* ---- Processes ----------------------------------------------------------------------------------------------- */

static void handle_fork(struct server_request *request)
{
    struct process *caller = caller_of(request);

    if (caller)
        server_reply(request, procd_fork(procd_of(request), caller, request->wire.thread));
}

static void handle_spawned(struct server_request *request)
{
    const uint64_t *args = request->wire.args;
    handle_t handle = server_take_handle(request);

    if (handle == HANDLE_NONE)
        server_reply(request, -ERR_INVAL);
    else
        server_reply(request, procd_spawned(procd_of(request), request->wire.kid, handle,
                                            (uint32_t)args[0], (uint32_t)args[1], args[2] == 1));
}

static void handle_exec(struct server_request *request)
{
    struct process *caller = caller_of(request);
    const uint64_t *args = request->wire.args;
    bool set_uid = args[0] & 04000, set_gid = args[0] & 02000;

    if (!caller)
        return;
    /* The file's mode and owner are the caller's word: they cannot raise it. docs/procd.md says what is planned. */
    if (caller->cred.euid != 0 &&
        ((set_uid && args[1] != caller->cred.euid) || (set_gid && args[2] != caller->cred.egid))) {
        server_reply(request, -ERR_PERM);
        return;
    }
    struct cred *cred = &caller->cred, before = *cred;
    if (set_uid)
        cred->euid = (uint32_t)args[1];
    if (set_gid)
        cred->egid = (uint32_t)args[2];
    cred->suid = cred->euid;
    cred->sgid = cred->egid;
    int error = memcmp(cred, &before, sizeof before) == 0
                    ? 0
                    : procd_update_cred(procd_of(request), caller);
    if (error < 0)
        *cred = before;
    server_reply(request, error);
}

/* ---- Waiting ------------------------------------------------------------------------------------------------- */

static void cancel_wait(struct server_request *request)
{
    procd_wait_cancel(procd_of(request), request);
    server_reply(request, -ERR_INTR);
}

static void reply_wait(struct server_request *request, int64_t result,
                       const struct proc_wait_result *out)
{
    size_t length = sizeof *out < request->wire.out_len ? sizeof *out : request->wire.out_len;

    if (result > 0)
        server_reply_data(request, result, out, length);
    else
        server_reply(request, result);
}

void scheme_wait_done(void *context, void *token, int64_t result,
                      const struct proc_wait_result *out)
{
    (void)context;
    reply_wait(token, result, out);
}

static void handle_wait(struct server_request *request)
{
    struct process *caller = caller_of(request);
    struct proc_wait_result out;

    if (!caller)
        return;
    int64_t result = procd_wait(procd_of(request), caller, (int64_t)request->wire.args[0],
                                (uint32_t)request->wire.args[1], request, &out);
    if (result != PROCD_WAIT_PENDING) {
        reply_wait(request, result, &out);
        return;
    }
    if (server_defer(request, NULL))
        request->cancel = cancel_wait;
    else
        procd_wait_cancel(procd_of(request), request);
}

/* ---- Signals and alarms -------------------------------------------------------------------------------------- */

static void handle_kill(struct server_request *request)
{
    struct process *caller = caller_of(request);
    const uint64_t *args = request->wire.args;
    uint64_t signo = args[1] > INT32_MAX ? INT32_MAX : args[1];
    struct procd_kill kill = {.target = (int64_t)args[0],
                              .signo = (int)signo,
                              .value = args[2],
                              .code = (int32_t)args[3]};

    if (caller)
        server_reply(request, procd_kill(procd_of(request), caller, &kill));
}

static void handle_signal_group(struct server_request *request)
{
    const uint64_t *args = request->wire.args;

    if (request->wire.cred.euid != 0)
        server_reply(request, -ERR_PERM);
    else if (args[1] > DYAD_SIGNAL_COUNT || args[0] == 0 || args[0] > INT32_MAX)
        server_reply(request, -ERR_INVAL);
    else if (procd_signal_group(procd_of(request), (uint32_t)args[0], (int)args[1]) == 0)
        server_reply(request, -ERR_SRCH);
    else
        server_reply(request, 0);
}

static uint64_t masked_signals(struct procd *p, uint32_t pid)
{
    const struct process *process = procd_find(p, pid);
    struct process_info info;

    if (!process || process->life == LIFE_ZOMBIE ||
        p->ops->info(p->context, process->handle, &info) < 0)
        return 0;
    return info.signals_blocked | info.signals_ignored;
}

static void handle_group_info(struct server_request *request)
{
    struct procd *p = procd_of(request);
    uint32_t pgid = (uint32_t)request->wire.args[0];
    int64_t session = procd_group_session(p, pgid);

    if (session < 0)
        server_reply(request, session);
    else
        server_reply_values(request, session, procd_group_orphaned(p, pgid),
                            masked_signals(p, (uint32_t)request->wire.args[1]));
}

static void handle_alarm(struct server_request *request)
{
    struct process *caller = caller_of(request);

    if (caller)
        server_reply_values(
            request, 0,
            procd_alarm(procd_of(request), caller, request->wire.args[0], request->wire.args[1]),
            0);
}

static void handle_limit(struct server_request *request)
{
    struct process *caller = caller_of(request);
    const uint64_t *args = request->wire.args;

    if (caller)
        server_reply(request, procd_limit(procd_of(request), caller, args[0], args[1], args[2]));
}

/* ---- Groups, sessions, ids ----------------------------------------------------------------------------------- */

static void handle_setpgid(struct server_request *request)
{
    struct process *caller = caller_of(request);
    const uint64_t *args = request->wire.args;

    if (!caller)
        return;
    if (args[0] > INT32_MAX || args[1] > INT32_MAX)
        server_reply(request, -ERR_INVAL);
    else
        server_reply(request, procd_setpgid(procd_of(request), caller, (uint32_t)args[0],
                                            (uint32_t)args[1]));
}

static void handle_getpgid(struct server_request *request)
{
    struct process *caller = caller_of(request);

    if (caller)
        server_reply(request,
                     procd_getpgid(procd_of(request), caller, (uint32_t)request->wire.args[0]));
}

static void handle_sched(struct server_request *request)
{
    struct process *caller = caller_of(request);
    const uint64_t *args = request->wire.args;

    if (caller)
        server_reply(request, procd_sched(procd_of(request), caller, (uint32_t)args[0],
                                          args[1] == PROC_SCHED_SET, args[2]));
}

static void handle_setsid(struct server_request *request)
{
    struct process *caller = caller_of(request);

    if (caller)
        server_reply(request, procd_setsid(procd_of(request), caller));
}

static void handle_getsid(struct server_request *request)
{
    struct process *caller = caller_of(request);

    if (caller)
        server_reply(request,
                     procd_getsid(procd_of(request), caller, (uint32_t)request->wire.args[0]));
}

/* args[2] UINT32_MAX */
static void answer_session_tty(struct server_request *request, uint32_t sid, int32_t tty)
{
    struct procd *p = procd_of(request);
    const struct process *leader;

    if (sid != 0) {
        leader = procd_find(p, sid);
        server_reply(request, leader ? leader->tty + 1 : 0);
    } else if (tty < 0) {
        server_reply(request, -ERR_INVAL);
    } else { /* A tty that has just started asks whose it was. */
        leader = procd_tty_owner(p, tty);
        server_reply_values(request, leader ? (int64_t)leader->cred.sid : 0,
                            leader ? leader->tty_foreground : 0, 0);
    }
}

static void handle_session_tty(struct server_request *request)
{
    const uint64_t *args = request->wire.args;
    uint32_t sid = (uint32_t)args[0], foreground = (uint32_t)args[2];
    int32_t tty = (int32_t)args[1];

    if (request->wire.cred.euid != 0)
        server_reply(request, -ERR_PERM);
    else if (tty < -1 || tty == INT32_MAX) /* 1 + the number is an answer */
        server_reply(request, -ERR_INVAL);
    else if (foreground == UINT32_MAX)
        answer_session_tty(request, sid, tty);
    else
        server_reply(request, procd_session_tty(procd_of(request), sid, tty, foreground));
}

static void handle_setids(struct server_request *request)
{
    struct process *caller = caller_of(request);
    const uint64_t *args = request->wire.args;
    const uint32_t ids[3] = {(uint32_t)args[1], (uint32_t)args[2], (uint32_t)args[3]};

    if (!caller)
        return;
    if (args[0] > PROC_IDS_SETEGID)
        server_reply(request, -ERR_INVAL);
    else
        server_reply(request, procd_setids(procd_of(request), caller, (enum proc_ids)args[0], ids));
}

static void handle_getgroups(struct server_request *request)
{
    struct process *caller = caller_of(request);

    if (!caller)
        return;
    size_t length = caller->group_count * sizeof caller->groups[0];
    if (request->wire.out_len == 0) /* getgroups(0, ...): how many are there? */
        server_reply(request, caller->group_count);
    else if (request->wire.out_len < length)
        server_reply(request, -ERR_INVAL);
    else
        server_reply_data(request, caller->group_count, caller->groups, length);
}

static void handle_setgroups(struct server_request *request)
{
    struct process *caller = caller_of(request);
    uint32_t groups[PROCD_GROUPS_MAX];
    uint32_t length = request->wire.in_len;

    if (!caller)
        return;
    if (length > sizeof groups || length % sizeof groups[0] != 0)
        server_reply(request, -ERR_INVAL);
    else if (server_payload(request, groups, 0, length) != (int64_t)length)
        server_reply(request, -ERR_FAULT);
    else
        server_reply(request, procd_setgroups(caller, groups, length / sizeof groups[0]));
}

static void handle_list(struct server_request *request)
{
    size_t room;
    struct proc_entry *entries = server_out(request, &room);

    if (room > request->wire.out_len)
        room = request->wire.out_len;
    uint32_t first =
        request->wire.args[0] > UINT32_MAX ? UINT32_MAX : (uint32_t)request->wire.args[0];
    size_t length =
        procd_list(procd_of(request), first, entries, room / sizeof *entries) * sizeof *entries;
    server_reply_data(request, (int64_t)length, entries, length);
}

#define PRIVATE(verb) [(int)(verb) - (int) VERB_PRIVATE]
#define PRIVATE_COUNT ((int)PROC_LIMIT - (int)VERB_PRIVATE + 1)

static server_handler_fn *const private_handlers[PRIVATE_COUNT] = {
    PRIVATE(PROC_FORK) = handle_fork,
    PRIVATE(PROC_WAIT) = handle_wait,
    PRIVATE(PROC_KILL) = handle_kill,
    PRIVATE(PROC_SETPGID) = handle_setpgid,
    PRIVATE(PROC_GETPGID) = handle_getpgid,
    PRIVATE(PROC_SETSID) = handle_setsid,
    PRIVATE(PROC_GETSID) = handle_getsid,
    PRIVATE(PROC_SETIDS) = handle_setids,
    PRIVATE(PROC_GETGROUPS) = handle_getgroups,
    PRIVATE(PROC_SETGROUPS) = handle_setgroups,
    PRIVATE(PROC_SPAWNED) = handle_spawned,
    PRIVATE(PROC_LIST) = handle_list,
    PRIVATE(PROC_SIGNAL_GROUP) = handle_signal_group,
    PRIVATE(PROC_GROUP_INFO) = handle_group_info,
    PRIVATE(PROC_ALARM) = handle_alarm,
    PRIVATE(PROC_EXEC) = handle_exec,
    PRIVATE(PROC_SESSION_TTY) = handle_session_tty,
    PRIVATE(PROC_SCHED) = handle_sched,
    PRIVATE(PROC_LIMIT) = handle_limit,
};

const struct server_ops procd_server_ops = {
    .handler = {[VERB_open] = handle_open},
    .private_handler = private_handlers,
    .private_count = PRIVATE_COUNT,
    .any_file =
        true, /* Callers are known by their credentials, so files opened before a restart still serve. */
    .release = release,
};
