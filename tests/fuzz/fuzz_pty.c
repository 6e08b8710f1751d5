/*
 * fuzz_pty.c: pseudo-terminals with programs at both ends: masters and slaves that come and go in any order, packet mode, modes, job
 * control, clients that are killed. Nothing waits for what has happened, and nothing is left (terminal.h, clients.h).
 */
#include "servers/tty/pty.h"
#include "tests/fuzz/terminal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct pty_host host;

static bool session_has_terminal(void *context, uint32_t sid)
{
    (void)context;
    return world.owner >> (sid / 10) & 1;
}

static void session_changed(void *context, uint32_t sid, uint32_t foreground)
{
    (void)context, (void)sid, (void)foreground;
}

static const struct terminal_ops ops = {.screen_write = pty_screen_write,
                                        .keyboard_read = pty_keyboard_read,
                                        .want = pty_want,
                                        .size_read = pty_size_read,
                                        .group_signal = world_group_signal,
                                        .group_info = world_group_info,
                                        .session_alive = world_session_alive,
                                        .session_changed = session_changed,
                                        .session_has_terminal = session_has_terminal,
                                        .process_signal = world_group_signal,
                                        .pumped = pty_pumped};

static void fill_control_of(struct loopback_call *call)
{
    static struct terminal plain; /* a pty that is not there: any modes */
    const struct terminal *like = &plain;
    for (int i = 0; i < PTY_MAX && like == &plain; i++)
        if (host.ptys[i])
            like = &host.ptys[i]->terminal;
    fill_control(call, like, TTY_PTY_SIGNAL);
    if (call->args[0] == TTY_PTY_LOCK) /* mostly so that there are slaves */
        call->args[1] = input_byte() % 8 == 0;
}

static void fill(struct loopback_call *call)
{
    static const char *const paths[] = {"ptmx",    "0", "0", "1", "2",  "ptmx",
                                        "current", "",  ".", "/", "00", "127"};
    static const unsigned count = sizeof paths / sizeof paths[0];
    uint8_t *in = (uint8_t *)(uintptr_t)call->in;
    switch (call->verb) {
    case VERB_open:
        if (input_byte() % 8)
            call->file = 0;
        call->in_len = input_text(in, paths, count);
        call->args[0] = input_byte() % 4 ? FILE_RDWR : input_number();
        break;
    case VERB_control: fill_control_of(call); break;
    case VERB_write: call->in_len = fill_typing(in, CLIENTS_BYTES); break;
    case VERB_setattr: call->in_len = input_bytes(in, 100); break;
    case VERB_setattrat:
        memset(in, input_byte(), sizeof(struct dyad_setattr));
        call->in_len = (uint32_t)sizeof(struct dyad_setattr);
        call->in_len += input_text(in + call->in_len, paths, count);
        call->args[0] = input_number();
        break;
    case VERB_statat:
    case VERB_accessat: call->in_len = input_text(in, paths, count); break;
    case VERB_list: call->args[0] = input_number(); break;
    default: call->args[0] = UINT64_MAX; break;
    }
}

static void check_pty(struct pty *p)
{
    const uint8_t *bytes;
    bool output = ldisc_screen_peek(&p->terminal.ldisc, &bytes) > 0;
    bool gone = p->was_open && p->slaves == 0;
    assert(p->master || p->slaves > 0 || p->holds > 0);
    assert(!p->pumping && p->host == &host && host.ptys[p->number] == p);
    check_terminal(&p->terminal);
    if (server_queue_first(&p->readers))
        assert(!output && !gone && !(p->packet_mode && p->packet));
    if (server_queue_first(&p->writers))
        assert(terminal_type_room(&p->terminal) == 0);
    if (!p->master) /* nobody can read or type any more */
        assert(p->terminal.hung_up && !output);
}

static void check(void)
{
    for (int i = 0; i < PTY_MAX; i++)
        if (host.ptys[i])
            check_pty(host.ptys[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t verbs[] = {
        VERB_open,    VERB_read,     VERB_write, VERB_control,   VERB_read,    VERB_write,
        VERB_control, VERB_control,  VERB_open,  VERB_stat,      VERB_statat,  VERB_setattr,
        VERB_list,    VERB_accessat, VERB_path,  VERB_setattrat, VERB_truncate};
    static const struct clients_target target = {
        .ops = &pty_server_ops,
        .context = &host,
        .verbs = verbs,
        .verb_count = sizeof verbs / sizeof verbs[0],
        .creds = terminal_creds,
        .cred_count = sizeof terminal_creds / sizeof terminal_creds[0],
        .fill = fill,
        .own = world_change,
        .check = check,
    };
    host = (struct pty_host){.server = &clients.server, .ops = &ops};
    world_start();
    clients_begin(&target, data, size);
    clients_run();
    for (int i = 0; i < PTY_MAX; i++)
        assert(!host.ptys[i]);
    server_fini(&clients.server);
    return 0;
}
