/* test_terminal.c: do reads and writes on `tty:` wait, end and fail as POSIX says? */
#include "terminal_fixture.h"

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

static void test_line_answered_to_a_killed_reader_wakes_one_that_waits(void **state)
{
    char a[64], b[64];
    struct loopback_call first = read_call(a, sizeof a, &shell),
                         second = read_call(b, sizeof b, &shell);

    (void)state;
    loopback_call(&f.loop, &first);
    loopback_call(&f.loop, &second);
    memcpy(f.typed, "line\r", 5);
    f.typed_length = 5;
    terminal_keyboard_ready(&f.terminal);
    loopback_abandon(&f.loop, &first);
    loopback_run(&f.loop);
    assert_true(second.done);
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

static void test_a_reader_of_less_goes_on_when_the_first_gives_up(void **state)
{
    char much[16], little[2];

    (void)state;
    set_raw(200, 0);
    struct loopback_call first = read_call(much, sizeof much, &shell);
    struct loopback_call second = read_call(little, sizeof little, &shell);
    loopback_call(&f.loop, &first);
    loopback_call(&f.loop, &second);
    type("ab");
    assert_false(first.done || second.done);
    loopback_cancel(&f.loop, &first);
    assert_int_equal(first.result, -ERR_INTR);
    assert_true(second.done);
    assert_int_equal(second.result, 2);
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

/* when: 0 now, 1 after what has been written, 2 and without what has been typed */
static struct loopback_call set_termios_call(const struct tty_termios *t, uint64_t when)
{
    return (struct loopback_call){.verb = VERB_control,
                                  .file = f.file,
                                  .args = {TTY_SET_TERMIOS, when},
                                  .in = t,
                                  .in_len = sizeof *t,
                                  .cred = shell};
}

static void test_set_termios_with_flush_drops_typed_input(void **state)
{
    struct tty_termios t = f.terminal.ldisc.termios;
    struct loopback_call call = set_termios_call(&t, 2);

    (void)state;
    type("old\r");
    assert_int_equal(loopback_call(&f.loop, &call), 0);
    assert_int_equal(control(TTY_INPUT_COUNT, 0, &shell), 0);
}

static void test_a_mode_that_waited_for_the_screen_serves_readers(void **state)
{
    char line[64] = "";
    struct tty_termios raw = f.terminal.ldisc.termios;
    struct loopback_call read = read_call(line, sizeof line, &shell),
                         text = write_call("text", 4, &shell), change = set_termios_call(&raw, 1);

    (void)state;
    raw.c_lflag &= ~(unsigned)ICANON;
    raw.c_cc[VMIN] = 1;
    loopback_call(&f.loop, &read);
    type("abc");
    f.screen_room = 0;
    assert_int_equal(loopback_call(&f.loop, &text), 4);
    assert_true(loopback_call(&f.loop, &change) == LOOPBACK_PENDING);
    assert_false(read.done);
    f.screen_room = 100;
    terminal_screen_ready(&f.terminal);
    loopback_run(&f.loop);
    assert_true(change.done && read.done);
    assert_int_equal(read.result, 3);
    assert_string_equal(line, "abc");
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

/* VTIME goes by what has come: there is something to read, and MIN is asked of those that wait only. */
static void test_pollers_learn_that_a_nonblocking_read_took_less_than_min(void **state)
{
    char bytes[16];
    struct loopback_call call = read_call(bytes, sizeof bytes, &shell);

    (void)state;
    set_raw(3, 2);
    loopback_watch(&f.loop, f.file);
    type("a");
    assert_int_equal(f.loop.notified_ready, EVENT_WRITABLE | EVENT_READABLE);
    call.file_flags = FILE_NONBLOCK;
    assert_int_equal(loopback_call(&f.loop, &call), 1);
    assert_int_equal(f.loop.notified_ready, EVENT_WRITABLE);
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
        TEST(test_line_answered_to_a_killed_reader_wakes_one_that_waits),
        TEST(test_end_of_keyboard_gives_what_is_there_then_zero),
        TEST(test_end_of_keyboard_wakes_a_waiting_reader),
        TEST(test_a_full_queue_stops_the_keyboard_and_reading_restarts_it),
        TEST(test_case_a_interbyte_timer_starts_with_the_first_byte),
        TEST(test_case_b_waits_for_min_without_a_timer),
        TEST(test_a_reader_of_less_goes_on_when_the_first_gives_up),
        TEST(test_case_c_waits_at_most_time_for_one_byte),
        TEST(test_case_d_never_waits),
        TEST(test_write_waits_while_the_screen_is_full_and_arrives_whole),
        TEST(test_cancelled_write_tells_how_much_it_wrote),
        TEST(test_nonblocking_write_is_short_then_again),
        TEST(test_drain_waits_for_the_screen),
        TEST(test_a_mode_that_waited_for_the_screen_serves_readers),
        TEST(test_set_termios_with_flush_drops_typed_input),
        TEST(test_pollers_learn_of_input_and_of_room),
        TEST(test_pollers_learn_that_a_nonblocking_read_took_less_than_min),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
