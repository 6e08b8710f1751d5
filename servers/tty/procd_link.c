/* procd_link.c: see procd_link.h. */
#include "servers/tty/procd_link.h"

#include <dyad/syscall.h>

#include "abi/proc.h"

#define PROCD_PATIENCE_NS 5000000000ull

/* One call to procd; after a restart of procd its file is opened anew, once. */
static int64_t procd_call(struct procd_link *link, uint32_t verb, struct call_args *args)
{
    int64_t result = -ERR_NODEV;

    for (int attempt = 0; attempt < 2 && result == -ERR_NODEV; attempt++) {
        if (link->file == HANDLE_NONE) {
            int64_t opened = dyad_open(HANDLE_NONE, "procd:", 6, FILE_RDWR, 0, NULL);
            if (opened < 0)
                return opened;
            link->file = (handle_t)opened;
        }
        args->send = HANDLE_NONE;
        args->deadline = (uint64_t)dyad_clock_get(DYAD_CLOCK_MONOTONIC) + PROCD_PATIENCE_NS;
        result = dyad_call(link->file, verb, args);
        if (result == -ERR_NODEV) {
            (void)dyad_handle_close(link->file);
            link->file = HANDLE_NONE;
        }
    }
    return result;
}

int procd_link_group_signal(struct procd_link *link, uint32_t pgid, int signo)
{
    struct call_args args = {.args = {pgid, (uint64_t)signo}};
    return (int)procd_call(link, PROC_SIGNAL_GROUP, &args);
}

int procd_link_process_signal(struct procd_link *link, uint32_t pid, int signo)
{
    struct call_args args = {.args = {pid, (uint64_t)signo}};
    return (int)procd_call(link, PROC_KILL, &args);
}

int procd_link_group_info(struct procd_link *link, uint32_t pgid, uint32_t pid,
                          struct terminal_group *group)
{
    struct call_args args = {.args = {pgid, pid}};
    int64_t result = procd_call(link, PROC_GROUP_INFO, &args);

    if (result < 0)
        return (int)result;
    group->session = (uint32_t)result;
    group->orphaned = args.values[0] != 0;
    group->masked = args.values[1];
    return 0;
}

bool procd_link_session_alive(struct procd_link *link, uint32_t sid)
{
    struct call_args args = {.args = {sid}};
    return procd_call(link, PROC_GETSID, &args) >= 0;
}

bool procd_link_session_has_terminal(struct procd_link *link, uint32_t sid)
{
    struct call_args args = {.args = {sid, 0, UINT32_MAX}};
    return procd_call(link, PROC_SESSION_TTY, &args) > 0;
}

void procd_link_session_changed(struct procd_link *link, uint32_t number, uint32_t sid,
                                uint32_t foreground)
{
    struct call_args args = {.args = {sid, number, foreground}};
    (void)procd_call(link, PROC_SESSION_TTY, &args); /* For ps and hangups: not essential. */
}

uint32_t procd_link_session_of(struct procd_link *link, uint32_t number, uint32_t *foreground)
{
    struct call_args args = {.args = {0, number, UINT32_MAX}};
    int64_t session = procd_call(link, PROC_SESSION_TTY, &args);

    *foreground = session > 0 ? (uint32_t)args.values[0] : 0;
    return session > 0 ? (uint32_t)session : 0;
}
