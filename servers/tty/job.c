/* job.c: whose terminal it is: sessions, the foreground group, and the signals that keep the others away. */
#include "abi/signal.h"
#include "servers/tty/terminal.h"

bool terminal_is_controlling(const struct terminal *t, const struct cred *cred)
{
    return t->session != 0 && cred->sid == t->session;
}

void terminal_signal_foreground(struct terminal *t, int signo)
{
    if (t->foreground != 0)
        (void)t->ops->group_signal(t->context, t->foreground, signo);
}

int terminal_check_foreground(struct terminal *t, const struct cred *cred, int signo)
{
    struct terminal_group group = {0};

    if (!terminal_is_controlling(t, cred) || cred->pgid == t->foreground)
        return 0;
    int error = t->ops->group_info(t->context, cred->pgid, cred->pid, &group);
    if (error < 0)
        return -ERR_IO;
    if (group.masked & DYAD_SIGNAL_BIT(signo))
        return signo == DYAD_SIGTTIN ? -ERR_IO : 0;
    if (group.orphaned)
        return -ERR_IO;
    if (t->ops->group_signal(t->context, cred->pgid, signo) < 0)
        return -ERR_IO;
    /* The group stops; when it goes on, libc repeats the call. */
    return -ERR_INTR;
}

/* Readers that wait from a time when their group was in the foreground must not take what is typed for another: they
 * try again, and meet SIGTTIN. */
static void interrupt_background_readers(struct terminal *t)
{
    struct server_request *request = server_queue_first(&t->readers);

    while (request) {
        struct server_request *next = server_queue_next(request);
        const struct cred *cred = &request->wire.cred;
        if (terminal_is_controlling(t, cred) && cred->pgid != t->foreground)
            server_reply(request, -ERR_INTR);
        request = next;
    }
    terminal_pump(t); /* Those that were behind them may want less. */
}

static void change_session(struct terminal *t, uint32_t sid, uint32_t foreground)
{
    t->session = sid;
    t->foreground = foreground;
    t->ops->session_changed(t->context, sid, foreground);
    interrupt_background_readers(t);
}

int terminal_set_controlling(struct terminal *t, const struct cred *cred)
{
    if (terminal_is_controlling(t, cred))
        return 0;
    if (cred->pid != cred->sid)
        return -ERR_PERM;
    /* A session that has died without a word leaves the terminal free. */
    if (t->session != 0 && t->ops->session_alive(t->context, t->session))
        return -ERR_PERM;
    if (t->ops->session_has_terminal(t->context, cred->sid))
        return -ERR_PERM;
    change_session(t, cred->sid, cred->pgid);
    return 0;
}

void terminal_lose_session(struct terminal *t)
{
    if (t->session == 0)
        return;
    (void)t->ops->process_signal(t->context, t->session, DYAD_SIGHUP);
    (void)t->ops->process_signal(t->context, t->session, DYAD_SIGCONT);
    if (t->foreground != t->session)
        terminal_signal_foreground(t, DYAD_SIGHUP);
    change_session(t, 0, 0);
}

int terminal_drop_controlling(struct terminal *t, const struct cred *cred)
{
    if (!terminal_is_controlling(t, cred))
        return -ERR_NOTTY;
    if (cred->pid == cred->sid) {
        terminal_signal_foreground(t, DYAD_SIGHUP);
        terminal_signal_foreground(t, DYAD_SIGCONT);
        change_session(t, 0, 0);
    }
    return 0;
}

void terminal_opened(struct terminal *t, const struct cred *cred, uint32_t flags)
{
    if (!(flags & FILE_NOCTTY) && cred->pid != 0 && cred->pid == cred->sid)
        (void)terminal_set_controlling(t, cred); /* Another session's: just a file then. */
}

int terminal_set_foreground(struct terminal *t, const struct cred *cred, uint32_t pgid)
{
    struct terminal_group group = {0};

    if (!terminal_is_controlling(t, cred))
        return -ERR_NOTTY;
    if (pgid == 0 || pgid > INT32_MAX)
        return -ERR_INVAL;
    int error = terminal_check_foreground(t, cred, DYAD_SIGTTOU);
    if (error < 0)
        return error;
    if (t->ops->group_info(t->context, pgid, 0, &group) < 0 || group.session != t->session)
        return -ERR_PERM;
    change_session(t, t->session, pgid);
    return 0;
}
