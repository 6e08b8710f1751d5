/*
 * fuzz_tty.c: programs, a keyboard, a screen and procd around the terminal's server: reads and writes that wait, modes, job control,
 * draining, hangups, clients that are killed. Nothing waits for what has happened, and nothing is left (terminal.h, clients.h).
 */
#include "servers/tty/scheme.h"
#include "tests/fuzz/terminal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct terminal terminal;
static struct {
    uint8_t typed[8192];
    size_t typed_length, screen_room;
    bool keyboard_ended, screen_gone;
    bool wants_keyboard, wants_screen;
    struct tty_winsize size;
    uint32_t told_session;
} outside;

static int64_t screen_write(void *context, const uint8_t *bytes, size_t length)
{
    (void)context, (void)bytes;
    if (outside.screen_gone)
        return -ERR_IO;
    if (outside.screen_room == 0)
        return -ERR_AGAIN;
    length = length < outside.screen_room ? length : outside.screen_room;
    outside.screen_room -= length;
    return (int64_t)length;
}

static int64_t keyboard_read(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    assert(length > 0);
    if (outside.typed_length == 0)
        return outside.keyboard_ended ? 0 : -ERR_AGAIN;
    length = length < outside.typed_length ? length : outside.typed_length;
    memcpy(bytes, outside.typed, length);
    outside.typed_length -= length;
    memmove(outside.typed, outside.typed + length, outside.typed_length);
    return (int64_t)length;
}

static void want(void *context, bool keyboard, bool screen)
{
    (void)context;
    outside.wants_keyboard = keyboard;
    outside.wants_screen = screen;
}

static int size_read(void *context, struct tty_winsize *size)
{
    (void)context;
    *size = outside.size;
    return outside.size.rows == 99 ? -ERR_IO : 0;
}

static void session_changed(void *context, uint32_t sid, uint32_t foreground)
{
    (void)context, (void)foreground;
    outside.told_session = sid;
}

static bool session_has_terminal(void *context, uint32_t sid)
{
    (void)context;
    return world.owner >> (sid / 10) & 1;
}

static const struct terminal_ops ops = {.screen_write = screen_write,
                                        .keyboard_read = keyboard_read,
                                        .want = want,
                                        .size_read = size_read,
                                        .group_signal = world_group_signal,
                                        .group_info = world_group_info,
                                        .session_alive = world_session_alive,
                                        .session_changed = session_changed,
                                        .session_has_terminal = session_has_terminal,
                                        .process_signal = world_group_signal};

static void fill(struct loopback_call *call)
{
    static const char *const paths[] = {"console", "", "current", "else"};
    uint8_t *in = (uint8_t *)(uintptr_t)call->in;
    switch (call->verb) {
    case VERB_open:
        call->in_len = input_text(in, paths, 4);
        call->args[0] = input_byte() % 4 ? FILE_RDWR : input_number();
        break;
    case VERB_control: fill_control(call, &terminal, TTY_INPUT_COUNT); break;
    case VERB_write: call->in_len = fill_typing(in, CLIENTS_BYTES); break;
    case VERB_statat:
    case VERB_accessat:
        call->in_len = input_text(in, paths, 4);
        call->args[0] = input_below(8);
        break;
    default: call->args[0] = UINT64_MAX; break;
    }
}

static void own(void)
{
    switch (input_below(8)) {
    case 0:
    case 1:
    case 2: {
        uint32_t room = (uint32_t)(sizeof outside.typed - outside.typed_length);
        outside.typed_length += fill_typing(outside.typed + outside.typed_length, room);
        break;
    }
    case 3: outside.screen_room += input_byte() * 32u; break;
    case 4:
        outside.size = (struct tty_winsize){.rows = 98u + input_below(3), .cols = 80};
        terminal_size_ready(&terminal);
        break;
    case 5:
        outside.keyboard_ended = input_below(8) == 0;
        outside.screen_gone = input_below(8) == 0;
        world.owner = input_byte();
        break;
    case 6: world_change(); break;
    default:
        if (input_byte() == 7)
            terminal_hang_up(&terminal);
        break;
    }
    /* Level-triggered, as main.c watches them. */
    while (outside.wants_keyboard && (outside.typed_length > 0 || outside.keyboard_ended))
        terminal_keyboard_ready(&terminal);
    if (outside.wants_screen)
        terminal_screen_ready(&terminal);
}

static void check(void)
{
    const uint8_t *bytes;
    bool to_show = ldisc_screen_peek(&terminal.ldisc, &bytes) > 0;
    check_terminal(&terminal);
    assert(outside.wants_screen == to_show);
    assert(!to_show || (outside.screen_room == 0 && !outside.screen_gone));
    assert(outside.wants_keyboard == terminal.want_keyboard);
    assert(outside.told_session == terminal.session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t verbs[] = {
        VERB_open,    VERB_read, VERB_read,   VERB_write,    VERB_read, VERB_control, VERB_control,
        VERB_control, VERB_stat, VERB_statat, VERB_accessat, VERB_path, VERB_write,   VERB_sync};
    static const struct clients_target target = {
        .ops = &tty_server_ops,
        .context = &terminal,
        .verbs = verbs,
        .verb_count = sizeof verbs / sizeof verbs[0],
        .creds = terminal_creds,
        .cred_count = sizeof terminal_creds / sizeof terminal_creds[0],
        .fill = fill,
        .own = own,
        .check = check,
    };
    memset(&outside, 0, sizeof outside);
    outside.screen_room = 64;
    world_start();
    clients_begin(&target, data, size);
    terminal_init(&terminal, &clients.server, &ops, NULL);
    clients_run();
    server_fini(&clients.server);
    return 0;
}
