/* test_vt.c: does the console's terminal put on the screen what programs mean, and answer what they ask? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "servers/console/vt.h"

static char answers[256];

static void answer(void *context, const char *bytes, size_t count)
{
    (void)context;
    size_t used = strlen(answers);
    assert_true(used + count < sizeof answers);
    memcpy(answers + used, bytes, count);
    answers[used + count] = '\0';
}

static struct vt vt;

static int start(void **state)
{
    (void)state;
    answers[0] = '\0';
    return vt_init(&vt, 10, 5, answer, NULL);
}

static int end(void **state)
{
    (void)state;
    vt_fini(&vt);
    return 0;
}

static void put(const char *text)
{
    vt_write(&vt, (const uint8_t *)text, strlen(text));
}

/* A row as text: blanks at the end left out, what is not ASCII as '?'. */
static const char *row(unsigned y)
{
    static char text[16];
    unsigned end_of = 0;
    for (unsigned x = 0; x < vt.columns; x++) {
        uint32_t c = vt_cell(&vt, x, y)->character;
        text[x] = c < 0x7f ? (char)c : '?';
        if (c != ' ')
            end_of = x + 1;
    }
    text[end_of] = '\0';
    return text;
}

static void assert_screen(const char *const rows[5])
{
    for (unsigned y = 0; y < 5; y++)
        assert_string_equal(row(y), rows[y]);
}

static void assert_cursor(unsigned x, unsigned y)
{
    assert_int_equal(vt.cursor.x, x);
    assert_int_equal(vt.cursor.y, y);
}

#define ROWS(...) assert_screen((const char *const[5]){__VA_ARGS__})

static void test_text_wraps_at_the_last_column_only_when_more_comes(void **state)
{
    (void)state;
    put("0123456789");
    assert_cursor(9, 0);
    put("\r\n");
    assert_cursor(0, 1);
    put("0123456789X");
    assert_cursor(1, 2);
    ROWS("0123456789", "0123456789", "X", "", "");
    put("\033[?7l\033[4;1H0123456789XYZ");
    assert_string_equal(row(3), "012345678Z");
    put("\033[?7h\033[1;10Hab");
    assert_string_equal(row(1), "b123456789");
}

static void test_the_screen_scrolls_and_so_does_a_region(void **state)
{
    (void)state;
    put("a\r\nb\r\nc\r\nd\r\ne\r\nf");
    ROWS("b", "c", "d", "e", "f");
    put("\033[2;4r\033[4;1H\nX");
    ROWS("b", "d", "e", "X", "f");
    put("\033[2;1H\033MY");
    ROWS("b", "Y", "d", "e", "f");
    put("\033[5;1H\n\n"); /* below the region nothing scrolls */
    assert_cursor(0, 4);
    ROWS("b", "Y", "d", "e", "f");
    put("\033[r\033[2S");
    ROWS("d", "e", "f", "", "");
    put("\033[T");
    ROWS("", "d", "e", "f", "");
    put("\033[99T");
    ROWS("", "", "", "", "");
}

static void test_lines_are_inserted_and_deleted_in_the_region(void **state)
{
    (void)state;
    put("a\r\nb\r\nc\r\nd\r\ne\033[1;4r\033[2;3H\033[L");
    ROWS("a", "", "b", "c", "e");
    assert_cursor(0, 1);
    put("\033[2M");
    ROWS("a", "c", "", "", "e");
    put("\033[5;1H\033[L"); /* the cursor is outside */
    ROWS("a", "c", "", "", "e");
}

static void test_characters_are_inserted_deleted_and_erased(void **state)
{
    (void)state;
    put("abcdef\033[1;3H\033[2@");
    assert_string_equal(row(0), "ab  cdef");
    put("\033[3P");
    assert_string_equal(row(0), "abdef");
    put("\033[2X");
    assert_string_equal(row(0), "ab  f");
    put("\033[4hXY\033[4l");
    assert_string_equal(row(0), "abXY  f");
    put("\033[1;1H\033[99@");
    assert_string_equal(row(0), "");
}

static void test_erasing_takes_parts_of_line_and_screen(void **state)
{
    (void)state;
    put("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee\033[3;5H");
    put("\033[1K");
    assert_string_equal(row(2), "     ccccc");
    put("\033[K");
    assert_string_equal(row(2), "");
    put("\033[J");
    ROWS("aaaaaaaaaa", "bbbbbbbbbb", "", "", "");
    put("\033[2;2H\033[1J");
    ROWS("", "  bbbbbbbb", "", "", "");
    put("\033[2J");
    ROWS("", "", "", "", "");
    put("x\033[44m\033[2K");
    assert_int_equal(vt_cell(&vt, 5, vt.cursor.y)->style.paper, 4); /* erased with the colour */
}

static void test_the_cursor_stays_on_the_screen(void **state)
{
    (void)state;
    put("\033[99;99H");
    assert_cursor(9, 4);
    put("\033[99A\033[99D");
    assert_cursor(0, 0);
    put("\033[3B\033[4C");
    assert_cursor(4, 3);
    put("\033[2G");
    assert_cursor(1, 3);
    put("\033[2d");
    assert_cursor(1, 1);
    put("\033[E\033[2F");
    assert_cursor(0, 0);
    put("\033[0;0H\b\b");
    assert_cursor(0, 0);
    put("\033[4294967299;18446744073709551617H");
    assert_cursor(9, 4);
    put("\033[2;4r\033[?6h\033[2;2H");
    assert_cursor(1, 2);
    put("\033[99;1H");
    assert_cursor(0, 3);
    put("\033[?6l\033[3;3H\0337\033[1;1H\0338");
    assert_cursor(2, 2);
}

static void test_tabs(void **state)
{
    (void)state;
    put("\t");
    assert_cursor(8, 0);
    put("\t\t");
    assert_cursor(9, 0);
    put("\033[Z");
    assert_cursor(8, 0);
    put("\r\033[3C\033H\r\t");
    assert_cursor(3, 0);
    put("\033[g\r\t");
    assert_cursor(8, 0);
    put("\033[3g\r\t");
    assert_cursor(9, 0);
}

static void test_styles(void **state)
{
    (void)state;
    put("\033[1;4;31;42mA\033[22;24mB\033[0mC\033[38;5;208;48;2;255;0;0mD\033[97;7;39;49mE\033[27mF");
    const struct vt_style *a = &vt_cell(&vt, 0, 0)->style;
    assert_int_equal(a->flags, VT_BOLD | VT_UNDERLINE);
    assert_int_equal(a->ink, 1);
    assert_int_equal(a->paper, 2);
    assert_int_equal(vt_cell(&vt, 1, 0)->style.flags, 0);
    assert_int_equal(vt_cell(&vt, 2, 0)->style.ink, VT_DEFAULT);
    assert_int_equal(vt_cell(&vt, 3, 0)->style.ink, 208);
    assert_int_equal(vt_cell(&vt, 3, 0)->style.paper, 196);
    assert_int_equal(vt_cell(&vt, 4, 0)->style.flags, VT_INVERSE);
    assert_int_equal(vt_cell(&vt, 4, 0)->style.ink, VT_DEFAULT);
    assert_int_equal(vt_cell(&vt, 5, 0)->style.flags, 0);
    put("\033[m\033[38;5mX\033[38mY\033[38;5;999mZ"); /* cut short, or no colour */
    assert_int_equal(vt_cell(&vt, 8, 0)->style.ink, VT_DEFAULT);
}

static void test_the_alternate_screen_gives_the_normal_one_back(void **state)
{
    (void)state;
    put("shell\033[?1049h\033[2J\033[Hvi\r\n~");
    ROWS("vi", "~", "", "", "");
    put("\033[?1049l");
    ROWS("shell", "", "", "", "");
    assert_cursor(5, 0);
    put("\033[?1049h");
    ROWS("", "", "", "", "");
}

static void test_utf8_is_decoded_and_what_is_wrong_replaced(void **state)
{
    (void)state;
    put("\303\274\342\202\254\360\237\230\200|"); /* the last is two columns wide */
    assert_int_equal(vt_cell(&vt, 0, 0)->character, 0xfc);
    assert_int_equal(vt_cell(&vt, 1, 0)->character, 0x20ac);
    assert_int_equal(vt_cell(&vt, 2, 0)->character, 0x1f600);
    assert_int_equal(vt_cell(&vt, 4, 0)->character, '|');
    static const char *const wrong[] = {"\200",         "\300\200",         "\340\200\200",
                                        "\355\240\200", "\364\220\200\200", "\377",
                                        "\303(",        "\342\202\r"};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        put("\033[H\033[2J");
        put(wrong[i]);
        assert_int_equal(vt_cell(&vt, 0, 0)->character, 0xfffd);
    }
    put("\033[H\033[2Je\314\201x"); /* a mark on the e has no cell */
    assert_int_equal(vt_cell(&vt, 1, 0)->character, 'x');
}

static void test_line_drawing_and_repeating(void **state)
{
    (void)state;
    put("\033(0lqk\033(Bq\033)0\016x\017x-\033[2b");
    static const uint32_t wanted[] = {0x250c, 0x2500, 0x2510, 'q', 0x2502, 'x', '-', '-', '-'};
    for (unsigned x = 0; x < sizeof wanted / sizeof wanted[0]; x++)
        assert_int_equal(vt_cell(&vt, x, 0)->character, wanted[x]);
}

static void test_questions_are_answered(void **state)
{
    (void)state;
    put("\033[3;4H\033[6n\033[5n\033[c\033[18t");
    assert_string_equal(answers, "\033[3;4R\033[0n\033[?62;22c\033[8;5;10t");
}

static void test_modes_that_the_keys_need(void **state)
{
    (void)state;
    put("\033[?1h\033=\033[?25l\a");
    assert_true(vt.application_keys && vt.application_keypad && vt.hidden && vt.bell);
    put("\033[!p");
    assert_false(vt.application_keys || vt.application_keypad || vt.hidden);
    put("text\033c");
    ROWS("", "", "", "", "");
}

static void test_sequences_that_mean_nothing_print_nothing(void **state)
{
    (void)state;
    put("\033]0;title\a\033]2;title\033\\\033Pq...\033\\\033[?2004h\033[>4;1m\033[1;2;3;4;5;6;7;8;9;"
        "10;11;12;13;14;15;16;17;18m\033[<1y\033[ q\033%G\033[12\0304ok\033[1\033[2Cgo");
    assert_string_equal(row(0), "4ok  go");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, end)
    const struct CMUnitTest tests[] = {
        TEST(test_text_wraps_at_the_last_column_only_when_more_comes),
        TEST(test_the_screen_scrolls_and_so_does_a_region),
        TEST(test_lines_are_inserted_and_deleted_in_the_region),
        TEST(test_characters_are_inserted_deleted_and_erased),
        TEST(test_erasing_takes_parts_of_line_and_screen),
        TEST(test_the_cursor_stays_on_the_screen),
        TEST(test_tabs),
        TEST(test_styles),
        TEST(test_the_alternate_screen_gives_the_normal_one_back),
        TEST(test_utf8_is_decoded_and_what_is_wrong_replaced),
        TEST(test_line_drawing_and_repeating),
        TEST(test_questions_are_answered),
        TEST(test_modes_that_the_keys_need),
        TEST(test_sequences_that_mean_nothing_print_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
