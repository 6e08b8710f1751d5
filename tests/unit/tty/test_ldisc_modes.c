/* test_ldisc_modes.c: does the line discipline process output as termios says, and keep what it has when modes change at any moment? */
#include "ldisc_fixture.h"

/* ---- Output ---- */

static void show(const char *text)
{
    assert_int_equal(ldisc_output(&l, (const uint8_t *)text, strlen(text)), strlen(text));
}

static void test_output_newline_becomes_return_newline(void **state)
{
    (void)state;
    show("a\nb");
    assert_string_equal(screen(), "a\r\nb");
    set_flags(0, 0, 0);
    show("a\nb");
    assert_string_equal(screen(), "a\nb");
}

static void test_output_return_flags(void **state)
{
    (void)state;
    set_flags(0, OPOST | ONOCR, 0);
    show("\ra\r");
    assert_string_equal(screen(), "a\r");
    set_flags(0, OPOST | OCRNL, 0);
    show("a\r");
    assert_string_equal(screen(), "a\n");
}

static void test_output_tabs_expand_to_the_column(void **state)
{
    (void)state;
    set_flags(IUTF8, OPOST | ONLCR | XTABS, 0);
    show("ab\tc\n\t|\r\303\244\t|");
    assert_string_equal(screen(), "ab      c\r\n        |\r\303\244       |");
}

static void test_output_stops_taking_before_the_echo_reserve(void **state)
{
    static uint8_t big[LDISC_OUTPUT_MAX];
    (void)state;
    memset(big, 'x', sizeof big);
    size_t taken = ldisc_output(&l, big, sizeof big);
    assert_true(taken < sizeof big && taken > sizeof big / 2);
    assert_int_equal(ldisc_output_room(&l), 0);
    assert_int_equal(ldisc_output(&l, big, 1), 0);
    type("e");
    const char *shown = screen();
    assert_int_equal(shown[strlen(shown) - 1], 'e');
}

/* ---- Modes ---- */

static void test_leaving_canonical_mode_makes_the_typed_line_readable(void **state)
{
    (void)state;
    type("part");
    local_off(ICANON);
    assert_int_equal(ldisc_readable(&l), 4);
    assert_string_equal(read_line(100), "part");
}

static void test_entering_canonical_mode_makes_raw_input_a_record(void **state)
{
    (void)state;
    local_off(ICANON | ECHO);
    type("raw");
    set_flags(ICRNL, 0, ICANON);
    assert_true(ldisc_has_record(&l));
    type("line\r");
    assert_string_equal(read_line(100), "raw");
    assert_string_equal(read_line(100), "line\n");
}

static void test_raw_read_skips_marks_left_from_canonical_mode(void **state)
{
    (void)state;
    type("a\r\004b\r");
    local_off(ICANON);
    assert_int_equal(ldisc_readable(&l), 4);
    assert_string_equal(read_line(100), "a\nb\n");
    assert_int_equal(ldisc_readable(&l), 0);
}

static void test_poll_in_raw_mode_follows_vmin(void **state)
{
    (void)state;
    local_off(ICANON | ECHO);
    set_cc(VMIN, 3);
    type("ab");
    assert_false(ldisc_poll_readable(&l));
    type("c");
    assert_true(ldisc_poll_readable(&l));
}

static void test_unread_gives_the_bytes_to_the_next_reader(void **state)
{
    bool ended;
    uint8_t line[16];

    (void)state;
    type("abc\rnext\r");
    size_t count = ldisc_read(&l, line, sizeof line, &ended);
    assert_true(ended);
    ldisc_unread(&l, line, count, ended);
    assert_string_equal(read_line(2), "ab");
    assert_string_equal(read_line(100), "c\n");
    type("\004");
    assert_string_equal(read_line(100), "next\n");
    count = ldisc_read(&l, line, sizeof line, &ended);
    assert_int_equal(count, 0);
    ldisc_unread(&l, line, count, ended);
    assert_true(ldisc_has_record(&l));
    assert_string_equal(read_line(100), "");
    assert_false(ldisc_has_record(&l));
}

/* ---- Random traffic ---- */

/* Any bytes, any modes: the counters stay true and nothing overruns (run under ASan). */
static uint32_t random_state;

static uint32_t random_number(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

static void check_counters(void)
{
    uint32_t records = 0, eofs = 0;

    assert_true(l.queue_tail - l.queue_head <= LDISC_QUEUE_MAX);
    assert_true(l.output_tail - l.output_head <= LDISC_OUTPUT_MAX);
    assert_true(l.line_length < LDISC_LINE_MAX);
    for (uint32_t i = l.queue_head; i != l.queue_tail; i++) {
        records += (l.queue[i % LDISC_QUEUE_MAX] & 0x300) != 0;
        eofs += (l.queue[i % LDISC_QUEUE_MAX] & 0x200) != 0;
    }
    assert_int_equal(records, l.records);
    assert_int_equal(eofs, l.eof_marks);
}

static void random_step(void)
{
    uint8_t bytes[700];
    bool ended;
    size_t length = random_number() % sizeof bytes;
    const uint8_t *shown;

    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(random_number() % 4 ? random_number() : random_number() % 32);
    switch (random_number() % 8) {
    case 0: {
        size_t count = ldisc_read(&l, bytes, length, &ended);
        if (random_number() % 4 == 0)
            ldisc_unread(&l, bytes, count, ended);
        break;
    }
    case 1: (void)ldisc_output(&l, bytes, length); break;
    case 2: set_flags(random_number(), random_number(), random_number()); break;
    case 3: {
        size_t count = ldisc_screen_peek(&l, &shown);
        if (count > 0)
            ldisc_screen_done(&l, random_number() % (count + 1));
        break;
    }
    case 4: set_cc(random_number() % TTY_NCCS, (uint8_t)random_number()); break;
    default: assert_true(ldisc_input(&l, bytes, length) <= length); break;
    }
}

static void test_random_traffic_keeps_the_invariants(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 20; seed++) {
        random_state = seed;
        ldisc_init(&l);
        for (int step = 0; step < 3000; step++) {
            random_step();
            if (step % 50 == 0)
                check_counters();
        }
    }
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_output_newline_becomes_return_newline),
        TEST(test_output_return_flags),
        TEST(test_output_tabs_expand_to_the_column),
        TEST(test_output_stops_taking_before_the_echo_reserve),
        TEST(test_leaving_canonical_mode_makes_the_typed_line_readable),
        TEST(test_entering_canonical_mode_makes_raw_input_a_record),
        TEST(test_raw_read_skips_marks_left_from_canonical_mode),
        TEST(test_poll_in_raw_mode_follows_vmin),
        TEST(test_unread_gives_the_bytes_to_the_next_reader),
        TEST(test_random_traffic_keeps_the_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
