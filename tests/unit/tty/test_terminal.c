/* test_terminal.c: do reads, writes and job control on `tty:` wait, end and fail as POSIX says? The kernel is the loopback, the
 * keyboard, the screen and procd are fakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include <cmocka.h>

#include "abi/signal.h"
#include "servers/lib/loopback.h"
#include "servers/tty/scheme.h"

#define SECOND 1000000000ull
#define TENTH  (SECOND / 10)

static struct fake {
    struct server server;
    struct loopback loop;
    struct terminal terminal;
    uint64_t file;
    /* keyboard and screen */
    char typed[8192];
    size_t typed_length;
    bool keyboard_ended;
    char shown[65536 * 2];
    size_t shown_length, screen_room;
    bool wants_screen, wants_keyboard;
    struct tty_winsize size;
    /* procd */
    struct {
        uint32_t pgid;
        int signo;
    } sent[16];
    size_t sent_count;
    struct terminal_group groups[8]; /* by pgid / 10 */
    bool session_dead;
    uint32_t session_with_terminal;
    uint32_t told_session, told_foreground;
} f;

static int64_t screen_write(void *context, const uint8_t *bytes, size_t length)
{
    (void)context;
    if (f.screen_room == 0)
        return -ERR_AGAIN;
    if (length > f.screen_room)
        length = f.screen_room;
    memcpy(f.shown + f.shown_length, bytes, length);
    f.shown_length += length;
    f.screen_room -= length;
    return (int64_t)length;
}

static int64_t keyboard_read(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    if (f.typed_length == 0)
        return f.keyboard_ended ? 0 : -ERR_AGAIN;
    if (length > f.typed_length)
        length = f.typed_length;
    memcpy(bytes, f.typed, length);
    memmove(f.typed, f.typed + length, f.typed_length - length);
    f.typed_length -= length;
    return (int64_t)length;
}

static void want(void *context, bool keyboard, bool screen)
{
    (void)context;
    f.wants_keyboard = keyboard;
    f.wants_screen = screen;
}

static int size_read(void *context, struct tty_winsize *size)
{
    (void)context;
    *size = f.size;
    return 0;
}

static int group_signal(void *context, uint32_t pgid, int signo)
{
    (void)context;
    f.sent[f.sent_count].pgid = pgid;
    f.sent[f.sent_count++].signo = signo;
    return 0;
}

static int group_info(void *context, uint32_t pgid, uint32_t pid, struct terminal_group *group)
{
    (void)context;
    (void)pid;
    if (pgid / 10 >= 8 || f.groups[pgid / 10].session == 0)
        return -ERR_SRCH;
    *group = f.groups[pgid / 10];
    return 0;
}

static bool session_alive(void *context, uint32_t sid)
{
    (void)context;
    (void)sid;
    return !f.session_dead;
}

static void session_changed(void *context, uint32_t sid, uint32_t foreground)
{
    (void)context;
    f.told_session = sid;
    f.told_foreground = foreground;
}

static bool session_has_terminal(void *context, uint32_t sid)
{
    (void)context;
    return sid == f.session_with_terminal;
}

static int process_signal(void *context, uint32_t pid, int signo)
{
    return group_signal(context, pid, signo);
}

static const struct terminal_ops ops = {.screen_write = screen_write,
                                        .keyboard_read = keyboard_read,
                                        .want = want,
                                        .size_read = size_read,
                                        .group_signal = group_signal,
                                        .group_info = group_info,
                                        .session_alive = session_alive,
                                        .session_changed = session_changed,
                                        .session_has_terminal = session_has_terminal,
                                        .process_signal = process_signal};

/* The shell: leader of session 10; its jobs are the groups 20, 30. */
static const struct cred shell = {.pid = 10, .pgid = 10, .sid = 10};
static const struct cred job = {.pid = 20, .pgid = 20, .sid = 10};
static const struct cred stranger = {.pid = 40, .pgid = 40, .sid = 40};

static struct loopback_call open_call(const char *path, const struct cred *cred, uint32_t flags)
{
    return (struct loopback_call){.verb = VERB_open,
                                  .in = path,
                                  .in_len = (uint32_t)strlen(path),
                                  .args = {flags},
                                  .cred = *cred};
}

static int setup(void **state)
{
    (void)state;
    memset(&f, 0, sizeof f);
    f.screen_room = sizeof f.shown;
    f.size = (struct tty_winsize){24, 80, 0, 0};
    f.groups[1] = f.groups[2] = f.groups[3] = (struct terminal_group){.session = 10};
    f.groups[4] = (struct terminal_group){.session = 40};
    loopback_init(&f.loop, &f.server);
    if (server_init(&f.server, &tty_server_ops, &f.loop.transport, &f.terminal, 0) != 0)
        return -1;
    f.loop.now_ns = SECOND;
    terminal_init(&f.terminal, &f.server, &ops, &f);
    struct loopback_call call = open_call("console", &shell, FILE_RDWR);
    if (loopback_call(&f.loop, &call) != 0)
        return -1;
    f.file = call.values[0];
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    server_fini(&f.server);
    return 0;
}

static struct loopback_call read_call(char *buffer, uint32_t room, const struct cred *cred)
{
    memset(buffer, 0, room);
    return (struct loopback_call){.verb = VERB_read,
                                  .file = f.file,
                                  .args = {UINT64_MAX},
                                  .out = buffer,
                                  .out_len = room,
                                  .cred = *cred};
}

static struct loopback_call write_call(const char *text, uint32_t length, const struct cred *cred)
{
    return (struct loopback_call){.verb = VERB_write,
                                  .file = f.file,
                                  .args = {UINT64_MAX},
                                  .in = text,
                                  .in_len = length,
                                  .cred = *cred};
}

static int64_t control(uint64_t command, uint64_t arg, const struct cred *cred)
{
    struct loopback_call call = {
        .verb = VERB_control, .file = f.file, .args = {command, arg}, .cred = *cred};
    return loopback_call(&f.loop, &call);
}

static void type(const char *text)
{
    memcpy(f.typed + f.typed_length, text, strlen(text));
    f.typed_length += strlen(text);
    terminal_keyboard_ready(&f.terminal);
    loopback_run(&f.loop);
}

static void set_raw(uint8_t minimum, uint8_t time)
{
    struct tty_termios t = f.terminal.ldisc.termios;
    t.c_lflag &= ~(uint32_t)(ICANON | ECHO);
    t.c_cc[VMIN] = minimum;
    t.c_cc[VTIME] = time;
    struct loopback_call call = {.verb = VERB_control,
                                 .file = f.file,
                                 .args = {TTY_SET_TERMIOS},
                                 .in = &t,
                                 .in_len = sizeof t,
                                 .cred = shell};
    assert_int_equal(loopback_call(&f.loop, &call), 0);
}

/* ---- Reading ---- */

static void test_read_waits_for_the_line(void **state)
{
    char line[64];
    struct loopback_call call = read_call(line, sizeof line, &shell);

    (void)state;
    assert_true(loopback_call(&f.loop, &call) == LOOPBACK_PENDING);
    type("hal");
    assert_false(call.done);
    type("lo\r");
    assert_true(call.done);
    assert_int_equal(call.result, 6);
    assert_string_equal(line, "hallo\n");
}

static void test_readers_are_served_in_order(void **state)
{
    char a[64], b[64];
    struct loopback_call first = read_call(a, sizeof a, &shell),
                         second = read_call(b, sizeof b, &shell);

    (void)state;
    loopback_call(&f.loop, &first);
    loopback_call(&f.loop, &second);
    type("1\r2\r");
    assert_string_equal(a, "1\n");
    assert_string_equal(b, "2\n");
}

static void test_nonblocking_read_gives_again(void **state)
{
    char line[64];
    struct loopback_call call = read_call(line, sizeof line, &shell);

    (void)state;
    call.file_flags = FILE_NONBLOCK;
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_AGAIN);
}

static void test_cancelled_read_gives_intr_and_loses_nothing(void **state)
{
    char line[64];
    struct loopback_call call = read_call(line, sizeof line, &shell),
                         next = read_call(line, sizeof line, &shell);

    (void)state;
    loopback_call(&f.loop, &call);
    type("ab");
    loopback_cancel(&f.loop, &call);
    assert_int_equal(call.result, -ERR_INTR);
    type("c\r");
    assert_int_equal(loopback_call(&f.loop, &next), 4);
    assert_string_equal(line, "abc\n");
}

static void test_line_answered_to_a_killed_reader_goes_to_the_next(void **state)
{
    char a[64], b[64];
    struct loopback_call first = read_call(a, sizeof a, &shell),
                         second = read_call(b, sizeof b, &shell);

    (void)state;
    loopback_call(&f.loop, &first);
    memcpy(f.typed, "line\r", 5);
    f.typed_length = 5;
    terminal_keyboard_ready(&f.terminal); /* Answers, but the answer is not sent yet. */
    loopback_abandon(&f.loop, &first);
    loopback_run(&f.loop);
    assert_int_equal(loopback_call(&f.loop, &second), 5);
    assert_string_equal(b, "line\n");
}

static void test_end_of_keyboard_gives_what_is_there_then_zero(void **state)
{
    char line[64];
    struct loopback_call call = read_call(line, sizeof line, &shell);

    (void)state;
    type("last\r");
    f.keyboard_ended = true;
    terminal_keyboard_ready(&f.terminal);
    assert_int_equal(loopback_call(&f.loop, &call), 5);
    for (int i = 0; i < 2; i++) {
        call = read_call(line, sizeof line, &shell);
        assert_int_equal(loopback_call(&f.loop, &call), 0);
    }
    assert_false(f.wants_keyboard);
}

static void test_end_of_keyboard_wakes_a_waiting_reader(void **state)
{
    char line[64];
    struct loopback_call call = read_call(line, sizeof line, &shell);

    (void)state;
    loopback_call(&f.loop, &call);
    f.keyboard_ended = true;
    terminal_keyboard_ready(&f.terminal);
    loopback_run(&f.loop);
    assert_true(call.done);
    assert_int_equal(call.result, 0);
}

static void test_a_full_queue_stops_the_keyboard_and_reading_restarts_it(void **state)
{
    char line[64];
    size_t typed = 0, taken = 0;

    (void)state;
    f.terminal.ldisc.termios.c_lflag &= ~(uint32_t)ECHO;
    while (f.wants_keyboard) {
        type("0123456\r");
        typed++;
    }
    for (;;) {
        struct loopback_call call = read_call(line, sizeof line, &shell);
        call.file_flags = FILE_NONBLOCK;
        if (loopback_call(&f.loop, &call) != 8)
            break;
        terminal_keyboard_ready(&f.terminal);
        taken++;
    }
    assert_true(f.wants_keyboard);
    assert_int_equal(typed, taken);
}

/* ---- VMIN and VTIME: POSIX 11.1.7, the four cases ---- */

static void test_case_a_interbyte_timer_starts_with_the_first_byte(void **state)
{
    char bytes[16];
    struct loopback_call call;

    (void)state;
    set_raw(3, 2);
    call = read_call(bytes, sizeof bytes, &shell);
    loopback_call(&f.loop, &call);
    loopback_advance(&f.loop, 10 * SECOND);
    assert_false(call.done);
    type("a");
    loopback_advance(&f.loop, TENTH);
    type("b");
    loopback_advance(&f.loop, 2 * TENTH - 1);
    assert_false(call.done);
    loopback_advance(&f.loop, 1);
    assert_true(call.done);
    assert_int_equal(call.result, 2);

    call = read_call(bytes, sizeof bytes, &shell);
    loopback_call(&f.loop, &call);
    type("xyz");
    assert_int_equal(call.result, 3);
}

static void test_case_b_waits_for_min_without_a_timer(void **state)
{
    char bytes[16];
    struct loopback_call call;

    (void)state;
    set_raw(3, 0);
    call = read_call(bytes, sizeof bytes, &shell);
    loopback_call(&f.loop, &call);
    type("ab");
    loopback_advance(&f.loop, 100 * SECOND);
    assert_false(call.done);
    type("c");
    assert_int_equal(call.result, 3);
    call = read_call(bytes, 2, &shell); /* A smaller buffer than MIN is enough when full. */
    loopback_call(&f.loop, &call);
    type("de");
    assert_true(call.done);
    assert_int_equal(call.result, 2);
}

static void test_case_c_waits_at_most_time_for_one_byte(void **state)
{
    char bytes[16];
    struct loopback_call call;

    (void)state;
    set_raw(0, 5);
    call = read_call(bytes, sizeof bytes, &shell);
    loopback_call(&f.loop, &call);
    loopback_advance(&f.loop, 5 * TENTH - 1);
    assert_false(call.done);
    loopback_advance(&f.loop, 1);
    assert_true(call.done);
    assert_int_equal(call.result, 0);
    call = read_call(bytes, sizeof bytes, &shell);
    loopback_call(&f.loop, &call);
    type("x");
    assert_int_equal(call.result, 1);
}

static void test_case_d_never_waits(void **state)
{
    char bytes[16];
    struct loopback_call call;

    (void)state;
    set_raw(0, 0);
    call = read_call(bytes, sizeof bytes, &shell);
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    type("ab");
    call = read_call(bytes, sizeof bytes, &shell);
    assert_int_equal(loopback_call(&f.loop, &call), 2);
}

/* ---- Writing ---- */

static void test_write_waits_while_the_screen_is_full_and_arrives_whole(void **state)
{
    static char big[60000];
    struct loopback_call call = write_call(big, sizeof big, &shell);

    (void)state;
    memset(big, 'x', sizeof big);
    f.screen_room = 10;
    assert_true(loopback_call(&f.loop, &call) == LOOPBACK_PENDING);
    assert_true(f.wants_screen);
    while (!call.done) {
        f.screen_room = 5000;
        terminal_screen_ready(&f.terminal);
        loopback_run(&f.loop);
    }
    assert_int_equal(call.result, sizeof big);
    f.screen_room = sizeof f.shown - f.shown_length;
    terminal_screen_ready(&f.terminal);
    assert_int_equal(f.shown_length, sizeof big);
    assert_false(f.wants_screen);
}

static void test_cancelled_write_tells_how_much_it_wrote(void **state)
{
    static char big[60000];
    struct loopback_call call = write_call(big, sizeof big, &shell);

    (void)state;
    memset(big, 'x', sizeof big);
    f.screen_room = 0;
    loopback_call(&f.loop, &call);
    loopback_cancel(&f.loop, &call);
    assert_true(call.result > 0 && call.result < (int64_t)sizeof big);
    struct loopback_call second = write_call("y", 1, &shell);
    loopback_call(&f.loop, &second);
    loopback_cancel(&f.loop, &second);
    assert_int_equal(second.result, -ERR_INTR);
}

static void test_nonblocking_write_is_short_then_again(void **state)
{
    static char big[60000];
    struct loopback_call call = write_call(big, sizeof big, &shell);

    (void)state;
    memset(big, 'x', sizeof big);
    f.screen_room = 0;
    call.file_flags = FILE_NONBLOCK;
    int64_t done = loopback_call(&f.loop, &call);
    assert_true(done > 0 && done < (int64_t)sizeof big);
    struct loopback_call second = write_call("y", 1, &shell);
    second.file_flags = FILE_NONBLOCK;
    assert_int_equal(loopback_call(&f.loop, &second), -ERR_AGAIN);
}

static void test_drain_waits_for_the_screen(void **state)
{
    struct loopback_call call = write_call("text", 4, &shell);
    struct loopback_call drain = {
        .verb = VERB_control, .file = f.file, .args = {TTY_DRAIN}, .cred = shell};

    (void)state;
    f.screen_room = 0;
    assert_int_equal(loopback_call(&f.loop, &call), 4);
    assert_true(loopback_call(&f.loop, &drain) == LOOPBACK_PENDING);
    f.screen_room = 100;
    terminal_screen_ready(&f.terminal);
    loopback_run(&f.loop);
    assert_true(drain.done);
    assert_int_equal(drain.result, 0);
}

static void test_set_termios_with_flush_drops_typed_input(void **state)
{
    struct tty_termios t = f.terminal.ldisc.termios;
    struct loopback_call call = {.verb = VERB_control,
                                 .file = f.file,
                                 .args = {TTY_SET_TERMIOS, 2},
                                 .in = &t,
                                 .in_len = sizeof t,
                                 .cred = shell};

    (void)state;
    type("old\r");
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    assert_int_equal(control(TTY_INPUT_COUNT, 0, &shell), 0);
}

/* ---- Job control ---- */

static void test_first_leader_gets_the_terminal_and_others_do_not(void **state)
{
    struct loopback_call call = open_call("console", &stranger, FILE_RDWR);

    (void)state;
    assert_int_equal(f.told_session, 10);
    assert_int_equal(f.told_foreground, 10);
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    assert_int_equal(control(TTY_GET_SID, 0, &shell), 10);
    assert_int_equal(control(TTY_GET_SID, 0, &stranger), -ERR_NOTTY);
    assert_int_equal(control(TTY_SET_CONTROLLING, 0, &stranger), -ERR_PERM);
    f.session_dead = true;
    assert_int_equal(control(TTY_SET_CONTROLLING, 0, &stranger), 0);
    assert_int_equal(control(TTY_GET_SID, 0, &stranger), 40);
}

static void test_current_is_the_callers_own_terminal_only(void **state)
{
    struct loopback_call mine = open_call("current", &job, FILE_RDWR);
    struct loopback_call theirs = open_call("current", &stranger, FILE_RDWR);
    struct loopback_call none = open_call("nonsense", &shell, FILE_RDWR);

    (void)state;
    assert_int_equal(loopback_call(&f.loop, &mine), 0);
    assert_int_equal(loopback_call(&f.loop, &theirs), -ERR_NXIO);
    assert_int_equal(loopback_call(&f.loop, &none), -ERR_NOENT);
}

static void test_background_read_gets_sigttin(void **state)
{
    char line[16];
    struct loopback_call call = read_call(line, sizeof line, &job);

    (void)state;
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_INTR);
    assert_int_equal(f.sent_count, 1);
    assert_int_equal(f.sent[0].pgid, 20);
    assert_int_equal(f.sent[0].signo, DYAD_SIGTTIN);
}

static void test_background_read_is_an_error_when_sigttin_cannot_stop(void **state)
{
    char line[16];
    struct loopback_call call = read_call(line, sizeof line, &job);

    (void)state;
    f.groups[2].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTIN);
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_IO);
    f.groups[2] = (struct terminal_group){.session = 10, .orphaned = true};
    call = read_call(line, sizeof line, &job);
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_IO);
    assert_int_equal(f.sent_count, 0);
}

static void test_background_write_stops_only_with_tostop(void **state)
{
    struct loopback_call call = write_call("x", 1, &job);

    (void)state;
    assert_int_equal(loopback_call(&f.loop, &call), 1);
    f.terminal.ldisc.termios.c_lflag |= TOSTOP;
    call = write_call("x", 1, &job);
    assert_int_equal(loopback_call(&f.loop, &call), -ERR_INTR);
    assert_int_equal(f.sent[0].signo, DYAD_SIGTTOU);
    f.groups[2].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTOU);
    call = write_call("x", 1, &job);
    assert_int_equal(loopback_call(&f.loop, &call), 1);
}

static void test_another_session_is_not_subject_to_job_control(void **state)
{
    struct loopback_call call = write_call("x", 1, &stranger);

    (void)state;
    f.terminal.ldisc.termios.c_lflag |= TOSTOP;
    assert_int_equal(loopback_call(&f.loop, &call), 1);
}

static void test_set_foreground_checks_session_and_group(void **state)
{
    (void)state;
    assert_int_equal(control(TTY_SET_PGRP, 20, &shell), 0);
    assert_int_equal(control(TTY_GET_PGRP, 0, &shell), 20);
    assert_int_equal(f.told_foreground, 20);
    assert_int_equal(control(TTY_SET_PGRP, 40, &job), -ERR_PERM);
    assert_int_equal(control(TTY_SET_PGRP, 70, &job), -ERR_PERM);
    assert_int_equal(control(TTY_SET_PGRP, 0, &job), -ERR_INVAL);
    assert_int_equal(control(TTY_SET_PGRP, 40, &stranger), -ERR_NOTTY);
    /* The shell is in the background now: it is stopped unless it blocks SIGTTOU, as shells do. */
    assert_int_equal(control(TTY_SET_PGRP, 10, &shell), -ERR_INTR);
    f.groups[1].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTOU);
    assert_int_equal(control(TTY_SET_PGRP, 10, &shell), 0);
}

static void test_reader_that_loses_the_foreground_tries_again(void **state)
{
    char line[16];
    struct loopback_call call;

    (void)state;
    control(TTY_SET_PGRP, 20, &shell);
    call = read_call(line, sizeof line, &job);
    assert_true(loopback_call(&f.loop, &call) == LOOPBACK_PENDING);
    f.groups[1].masked = DYAD_SIGNAL_BIT(DYAD_SIGTTOU);
    assert_int_equal(control(TTY_SET_PGRP, 10, &shell), 0);
    assert_true(call.done);
    assert_int_equal(call.result, -ERR_INTR);
}

static void test_signal_keys_reach_the_foreground_group(void **state)
{
    (void)state;
    control(TTY_SET_PGRP, 20, &shell);
    type("\003\034\032");
    assert_int_equal(f.sent_count, 3);
    assert_int_equal(f.sent[0].pgid, 20);
    assert_int_equal(f.sent[0].signo, DYAD_SIGINT);
    assert_int_equal(f.sent[1].signo, DYAD_SIGQUIT);
    assert_int_equal(f.sent[2].signo, DYAD_SIGTSTP);
}

static void test_size_change_sends_sigwinch_once(void **state)
{
    struct tty_winsize size = {0};
    struct loopback_call call = {.verb = VERB_control,
                                 .file = f.file,
                                 .args = {TTY_GET_WINSIZE},
                                 .out = &size,
                                 .out_len = sizeof size,
                                 .cred = shell};

    (void)state;
    f.size = (struct tty_winsize){40, 132, 0, 0};
    terminal_size_ready(&f.terminal);
    terminal_size_ready(&f.terminal);
    assert_int_equal(f.sent_count, 1);
    assert_int_equal(f.sent[0].signo, DYAD_SIGWINCH);
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    assert_int_equal(size.cols, 132);
}

static void test_a_leader_with_a_terminal_takes_no_second(void **state)
{
    (void)state;
    f.session_dead = true;
    f.session_with_terminal = 40;
    struct loopback_call call = open_call("console", &stranger, FILE_RDWR);
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    assert_int_equal(control(TTY_SET_CONTROLLING, 0, &stranger), -ERR_PERM);
    assert_int_equal(control(TTY_GET_SID, 0, &stranger), -ERR_NOTTY);
    f.session_with_terminal = 0;
    assert_int_equal(control(TTY_SET_CONTROLLING, 0, &stranger), 0);
}

static void test_drop_controlling_hangs_up_the_foreground(void **state)
{
    (void)state;
    assert_int_equal(control(TTY_DROP_CONTROLLING, 0, &shell), 0);
    assert_int_equal(f.sent[0].signo, DYAD_SIGHUP);
    assert_int_equal(f.sent[1].signo, DYAD_SIGCONT);
    assert_int_equal(control(TTY_GET_PGRP, 0, &shell), -ERR_NOTTY);
}

static void test_hangup_signals_only_without_clocal(void **state)
{
    (void)state;
    f.terminal.ldisc.termios.c_cflag &= ~(uint32_t)CLOCAL;
    f.keyboard_ended = true;
    terminal_keyboard_ready(&f.terminal);
    assert_int_equal(f.sent[0].signo, DYAD_SIGHUP);
}

/* ---- Readiness ---- */

static void test_pollers_learn_of_input_and_of_room(void **state)
{
    struct loopback_call watch = {
        .verb = VERB_watch, .file = f.file, .args = {EVENT_READABLE}, .cred = shell};
    static char big[60000];
    struct loopback_call fill = write_call(big, sizeof big, &shell);

    (void)state;
    loopback_call(&f.loop, &watch);
    assert_int_equal(f.loop.notified_ready, EVENT_WRITABLE);
    type("x");
    assert_int_equal(f.loop.notified_ready, EVENT_WRITABLE);
    type("\r");
    assert_int_equal(f.loop.notified_ready, EVENT_WRITABLE | EVENT_READABLE);
    f.screen_room = 0;
    fill.file_flags = FILE_NONBLOCK;
    loopback_call(&f.loop, &fill);
    assert_int_equal(f.loop.notified_ready, EVENT_READABLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_read_waits_for_the_line),
        TEST(test_readers_are_served_in_order),
        TEST(test_nonblocking_read_gives_again),
        TEST(test_cancelled_read_gives_intr_and_loses_nothing),
        TEST(test_line_answered_to_a_killed_reader_goes_to_the_next),
        TEST(test_end_of_keyboard_gives_what_is_there_then_zero),
        TEST(test_end_of_keyboard_wakes_a_waiting_reader),
        TEST(test_a_full_queue_stops_the_keyboard_and_reading_restarts_it),
        TEST(test_case_a_interbyte_timer_starts_with_the_first_byte),
        TEST(test_case_b_waits_for_min_without_a_timer),
        TEST(test_case_c_waits_at_most_time_for_one_byte),
        TEST(test_case_d_never_waits),
        TEST(test_write_waits_while_the_screen_is_full_and_arrives_whole),
        TEST(test_cancelled_write_tells_how_much_it_wrote),
        TEST(test_nonblocking_write_is_short_then_again),
        TEST(test_drain_waits_for_the_screen),
        TEST(test_set_termios_with_flush_drops_typed_input),
        TEST(test_first_leader_gets_the_terminal_and_others_do_not),
        TEST(test_current_is_the_callers_own_terminal_only),
        TEST(test_background_read_gets_sigttin),
        TEST(test_background_read_is_an_error_when_sigttin_cannot_stop),
        TEST(test_background_write_stops_only_with_tostop),
        TEST(test_another_session_is_not_subject_to_job_control),
        TEST(test_set_foreground_checks_session_and_group),
        TEST(test_reader_that_loses_the_foreground_tries_again),
        TEST(test_signal_keys_reach_the_foreground_group),
        TEST(test_size_change_sends_sigwinch_once),
        TEST(test_drop_controlling_hangs_up_the_foreground),
        TEST(test_a_leader_with_a_terminal_takes_no_second),
        TEST(test_hangup_signals_only_without_clocal),
        TEST(test_pollers_learn_of_input_and_of_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
