/* test_ldisc.c: does the line discipline turn keys into lines, echo and signals as termios says? */
#include "ldisc_fixture.h"

/* ---- Canonical input ---- */

static void test_line_is_readable_only_when_ended(void **state)
{
    (void)state;
    type("abc");
    assert_false(ldisc_has_record(&l));
    assert_int_equal(ldisc_readable(&l), 0);
    type("\r");
    assert_true(ldisc_has_record(&l));
    assert_int_equal(ldisc_readable(&l), 4);
    assert_string_equal(read_line(100), "abc\n");
    assert_false(ldisc_has_record(&l));
}

static void test_one_read_gives_one_line_and_a_short_one_the_rest_later(void **state)
{
    (void)state;
    type("first\rsecond\r");
    assert_string_equal(read_line(3), "fir");
    assert_string_equal(read_line(100), "st\n");
    assert_string_equal(read_line(100), "second\n");
}

static void test_eof_ends_a_line_without_a_byte_and_alone_reads_zero(void **state)
{
    (void)state;
    type("abc\004\004");
    assert_string_equal(read_line(100), "abc");
    assert_true(ldisc_has_record(&l));
    assert_string_equal(read_line(100), "");
    assert_false(ldisc_has_record(&l));
}

static void test_eof_after_text_that_fills_the_buffer_is_not_read_again(void **state)
{
    (void)state;
    type("abc\004");
    assert_string_equal(read_line(3), "abc");
    assert_false(ldisc_has_record(&l));
}

static void test_eol_characters_end_lines_and_are_kept(void **state)
{
    (void)state;
    set_cc(VEOL, ';');
    set_cc(VEOL2, '!');
    type("a;b!");
    assert_string_equal(read_line(100), "a;");
    assert_string_equal(read_line(100), "b!");
}

static void test_disabled_control_character_is_an_ordinary_one(void **state)
{
    (void)state;
    local_off(ECHO);
    set_cc(VERASE, 0);
    assert_int_equal(ldisc_input(&l, (const uint8_t *)"a\0\n", 3), 3);
    bool ended;
    uint8_t line[8];
    assert_int_equal(ldisc_read(&l, line, sizeof line, &ended), 3);
    assert_memory_equal(line, "a\0\n", 3);
}

static void test_line_is_limited_and_can_still_be_ended(void **state)
{
    (void)state;
    local_off(ECHO);
    for (int i = 0; i < LDISC_LINE_MAX + 10; i++)
        type("x");
    assert_non_null(strchr(screen(), '\a'));
    type("\r");
    assert_int_equal(strlen(read_line(LDISC_QUEUE_MAX)), LDISC_LINE_MAX);
}

static void test_unread_input_stops_the_intake_and_nothing_is_lost(void **state)
{
    size_t given = 0, taken = 0;

    (void)state;
    local_off(ECHO);
    while (ldisc_input(&l, (const uint8_t *)"line\n", 5) == 5)
        given++;
    while (ldisc_has_record(&l)) {
        assert_string_equal(read_line(100), "line\n");
        taken++;
    }
    assert_int_equal(given, taken);
    assert_true(given > 1000);
}

/* ---- Editing ---- */

static void test_erase_takes_a_character_and_its_picture(void **state)
{
    (void)state;
    type("ab\177c\r");
    assert_string_equal(screen(), "ab\b \bc\r\n");
    assert_string_equal(read_line(100), "ac\n");
}

static void test_erase_of_an_empty_line_does_nothing(void **state)
{
    (void)state;
    type("\177\025\027");
    assert_string_equal(screen(), "");
}

static void test_erase_takes_a_whole_utf8_character_by_its_width(void **state)
{
    (void)state;
    type("a\303\244\177"); /* ä */
    assert_string_equal(screen(), "a\303\244\b \b");
    type("\346\274\242\177"); /* a wide one */
    assert_string_equal(screen(), "\346\274\242\b \b\b \b");
    type("\r");
    assert_string_equal(read_line(100), "a\n");
}

static void test_erase_without_utf8_takes_a_byte(void **state)
{
    (void)state;
    set_flags(ICRNL, 0, ICANON);
    type("\303\244\177\r");
    assert_string_equal(read_line(100), "\303\n");
}

static void test_erase_of_control_characters_and_tabs_takes_their_columns(void **state)
{
    (void)state;
    type("\001\177");
    assert_string_equal(screen(), "^A\b \b\b \b");
    type("abc\t\177");
    assert_string_equal(screen(), "abc\t\b \b\b \b\b \b\b \b\b \b");
}

static void test_tab_width_counts_from_where_the_line_starts(void **state)
{
    (void)state;
    ldisc_output(&l, (const uint8_t *)"$ ", 2);
    type("\t");
    screen();
    type("\177");
    assert_string_equal(screen(), "\b \b\b \b\b \b\b \b\b \b\b \b");
}

static void test_word_erase_takes_blanks_and_the_word_before(void **state)
{
    (void)state;
    local_off(ECHO);
    type("one two  \027x\r");
    assert_string_equal(read_line(100), "one x\n");
}

static void test_kill_takes_the_line(void **state)
{
    (void)state;
    type("ab\025c\r");
    assert_string_equal(screen(), "ab\b \b\b \bc\r\n");
    assert_string_equal(read_line(100), "c\n");
}

static void test_kill_without_echoke_goes_to_a_new_line(void **state)
{
    (void)state;
    local_off(ECHOKE);
    type("ab\025");
    assert_string_equal(screen(), "ab^U\r\n");
}

static void test_erase_without_echoe_shows_the_erase_character(void **state)
{
    (void)state;
    local_off(ECHOE);
    type("a\177");
    assert_string_equal(screen(), "a^?");
}

static void test_reprint_shows_the_line_again(void **state)
{
    (void)state;
    type("ab\022");
    assert_string_equal(screen(), "ab^R\r\nab");
}

static void test_literal_next_takes_any_character(void **state)
{
    (void)state;
    type("\026\003\026\177\r");
    assert_false(l.effects.interrupt);
    assert_string_equal(screen(), "^\b^C^\b^?\r\n");
    assert_string_equal(read_line(100), "\003\177\n");
}

static void test_extended_editing_needs_iexten(void **state)
{
    (void)state;
    local_off(IEXTEN | ECHO);
    type("a\027\026\r");
    assert_string_equal(read_line(100), "a\027\026\n");
}

/* ---- Echo ---- */

static void test_no_echo_without_echo(void **state)
{
    (void)state;
    local_off(ECHO);
    type("secret\r");
    assert_string_equal(screen(), "");
}

static void test_echonl_echoes_the_newline_alone(void **state)
{
    (void)state;
    set_flags(ICRNL, OPOST | ONLCR, ICANON | ECHONL);
    type("secret\r");
    assert_string_equal(screen(), "\r\n");
}

static void test_echo_without_echoctl_sends_control_characters_as_they_are(void **state)
{
    (void)state;
    local_off(ECHOCTL);
    type("\001");
    assert_string_equal(screen(), "\001");
}

static void test_echo_without_room_is_lost_but_input_is_not(void **state)
{
    (void)state;
    l.stopped = true;
    for (int i = 0; i < 40000; i++) {
        type("x\177");
    }
    type("ok\r");
    assert_string_equal(read_line(100), "ok\n");
}

/* ---- Signals and flow ---- */

static void test_signal_characters_raise_signals_and_flush(void **state)
{
    (void)state;
    type("ready\rtyped\003");
    assert_true(l.effects.interrupt);
    assert_false(l.effects.quit);
    assert_false(ldisc_has_record(&l));
    assert_string_equal(screen(), "^C");
    type("\034\032");
    assert_true(l.effects.quit);
    assert_true(l.effects.suspend);
}

static void test_noflsh_keeps_input_and_output(void **state)
{
    (void)state;
    set_flags(l.termios.c_iflag, l.termios.c_oflag, l.termios.c_lflag | NOFLSH);
    type("ready\r\003");
    assert_true(l.effects.interrupt);
    assert_string_equal(read_line(100), "ready\n");
}

static void test_signal_characters_without_isig_are_input(void **state)
{
    (void)state;
    local_off(ISIG | ECHO);
    type("\003\r");
    assert_false(l.effects.interrupt);
    assert_string_equal(read_line(100), "\003\n");
}

static void test_stop_and_start_hold_output(void **state)
{
    (void)state;
    type("\023");
    ldisc_output(&l, (const uint8_t *)"held", 4);
    assert_string_equal(screen(), "");
    type("x"); /* No IXANY: does not start it. */
    assert_string_equal(screen(), "");
    type("\021");
    assert_string_equal(screen(), "heldx");
}

static void test_ixany_starts_with_any_character(void **state)
{
    (void)state;
    l.termios.c_iflag |= IXANY;
    type("\023");
    type("x");
    assert_string_equal(screen(), "x");
}

static void test_signal_starts_stopped_output(void **state)
{
    (void)state;
    type("\023\003");
    assert_string_equal(screen(), "^C");
}

static void test_ixoff_asks_the_sender_to_stop_and_to_go_on(void **state)
{
    (void)state;
    set_flags(IXOFF, 0, 0);
    for (int i = 0; i < LDISC_QUEUE_MAX; i++)
        (void)ldisc_input(&l, (const uint8_t *)"x", 1);
    /* The intake ends before the level: the sender must have been told. */
    bool told = strchr(screen(), '\023') != NULL;
    while (ldisc_readable(&l) > 0)
        read_line(1000);
    assert_int_equal(told, strchr(screen(), '\021') != NULL);
    assert_true(told);
}

/* ---- Input translation ---- */

static void test_carriage_returns_and_newlines_are_mapped(void **state)
{
    (void)state;
    set_flags(IGNCR, 0, 0);
    type("a\rb\n");
    assert_string_equal(read_line(100), "ab\n");
    set_flags(INLCR, 0, 0);
    type("a\n");
    assert_string_equal(read_line(100), "a\r");
    set_flags(ISTRIP, 0, 0);
    type("\341");
    assert_string_equal(read_line(100), "a");
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_line_is_readable_only_when_ended),
        TEST(test_one_read_gives_one_line_and_a_short_one_the_rest_later),
        TEST(test_eof_ends_a_line_without_a_byte_and_alone_reads_zero),
        TEST(test_eof_after_text_that_fills_the_buffer_is_not_read_again),
        TEST(test_eol_characters_end_lines_and_are_kept),
        TEST(test_disabled_control_character_is_an_ordinary_one),
        TEST(test_line_is_limited_and_can_still_be_ended),
        TEST(test_unread_input_stops_the_intake_and_nothing_is_lost),
        TEST(test_erase_takes_a_character_and_its_picture),
        TEST(test_erase_of_an_empty_line_does_nothing),
        TEST(test_erase_takes_a_whole_utf8_character_by_its_width),
        TEST(test_erase_without_utf8_takes_a_byte),
        TEST(test_erase_of_control_characters_and_tabs_takes_their_columns),
        TEST(test_tab_width_counts_from_where_the_line_starts),
        TEST(test_word_erase_takes_blanks_and_the_word_before),
        TEST(test_kill_takes_the_line),
        TEST(test_kill_without_echoke_goes_to_a_new_line),
        TEST(test_erase_without_echoe_shows_the_erase_character),
        TEST(test_reprint_shows_the_line_again),
        TEST(test_literal_next_takes_any_character),
        TEST(test_extended_editing_needs_iexten),
        TEST(test_no_echo_without_echo),
        TEST(test_echonl_echoes_the_newline_alone),
        TEST(test_echo_without_echoctl_sends_control_characters_as_they_are),
        TEST(test_echo_without_room_is_lost_but_input_is_not),
        TEST(test_signal_characters_raise_signals_and_flush),
        TEST(test_noflsh_keeps_input_and_output),
        TEST(test_signal_characters_without_isig_are_input),
        TEST(test_stop_and_start_hold_output),
        TEST(test_ixany_starts_with_any_character),
        TEST(test_signal_starts_stopped_output),
        TEST(test_ixoff_asks_the_sender_to_stop_and_to_go_on),
        TEST(test_carriage_returns_and_newlines_are_mapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
