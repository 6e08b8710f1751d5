/* test_parsers.c: what the fuzz targets of libc's parsers (tests/fuzz/fuzz_libc_*.c) have found, each as a case of its own. */
#include <errno.h>
#include <fenv.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <time.h>
#include <wchar.h>
#include "dy.h"

DY(setlocale);
DY(snprintf);
DY(sscanf);
DY(strtod);
DY(strtof);
DY(strtold);
DY(wcstol);
DY(wcsnrtombs);
DY(gmtime_r);
DY(strftime);
DY(strptime);

static void test_printf_and_strtod_round_in_the_current_direction(void **state)
{
    static const struct {
        int direction;
        const char *third, *hex, *tiny;
        double tenth, least;
    } cases[] = {
        {FE_TONEAREST, "0.33 -0.33", "0x1.5p-2", "0.0", 0x1.999999999999ap-4, 0},
        {FE_UPWARD, "0.34 -0.33", "0x1.6p-2", "0.1", 0x1.999999999999ap-4, 0x1p-1074},
        {FE_DOWNWARD, "0.33 -0.34", "0x1.5p-2", "0.0", 0x1.9999999999999p-4, 0},
        {FE_TOWARDZERO, "0.33 -0.33", "0x1.5p-2", "0.0", 0x1.9999999999999p-4, 0},
    };
    char text[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double third = 1.0 / 3;
        fesetround(cases[i].direction);
        dy_snprintf(text, sizeof text, "%.2f %.2f", third, -third);
        bool ok = strcmp(text, cases[i].third) == 0;
        dy_snprintf(text, sizeof text, "%.1a", third);
        ok &= strcmp(text, cases[i].hex) == 0;
        dy_snprintf(text, sizeof text, "%.1f", 0x1p-1000);
        ok &= strcmp(text, cases[i].tiny) == 0;
        ok &= dy_strtod("0.1", NULL) == cases[i].tenth &&
              dy_strtod("1e-1000", NULL) == cases[i].least;
        ok &= dy_strtod("1e1000", NULL) == strtod("1e1000", NULL) &&
              dy_strtof("-1e99", NULL) == strtof("-1e99", NULL);
        fesetround(FE_TONEAREST);
        assert_true(ok);
    }
}

static void test_printf_refuses_a_precision_that_is_no_int_behind_a_star(void **state)
{
    char text[64];
    (void)state;
    errno = 0;
    assert_int_equal(dy_snprintf(text, sizeof text, "%*.2147483648f", 5, 1.0), -1);
    assert_int_equal(dy_errno, EOVERFLOW);
    assert_int_equal(dy_snprintf(text, sizeof text, "x%2147483647d", 1), -1); /* and at once */
}

static void test_printf_numbers_arguments_behind_conversions_without(void **state)
{
    char text[64];
    (void)state;
    dy_errno = ENOENT;
    assert_int_equal(dy_snprintf(text, sizeof text, "%m%2$d %1$d", 1, 2) > 4, true);
    assert_string_equal(text + strlen(text) - 3, "2 1");
}

static void test_scanf_takes_an_encoding_error_for_the_end_of_input(void **state)
{
    wchar_t wide[8];
    (void)state;
    assert_non_null(dy_setlocale(LC_ALL, "C.UTF-8"));
    dy_errno = 0;
    assert_int_equal(dy_sscanf("\xff", "%ls", wide), EOF);
    assert_int_equal(dy_errno, EILSEQ);
    assert_int_equal(dy_sscanf("\xc3", "%ls", wide), EOF);
}

static void test_scanf_reads_what_printf_writes_for_a_null_pointer(void **state)
{
    char text[32];
    void *p = text;
    int last = 0;
    (void)state;
    dy_snprintf(text, sizeof text, "%p 7", NULL);
    assert_int_equal(dy_sscanf(text, "%p %d", &p, &last), 2);
    assert_null(p);
    assert_int_equal(last, 7);
    assert_int_equal(dy_sscanf("(nix", "%p", &p), 0);
}

static void test_wcstol_ends_where_the_number_does(void **state)
{
    static const wchar_t zeros[] = L"00x1F",
                         ones[] =
                             L"1111111111111111111111111111111111111111111111111111111111111111"
                             L"1111111111111111111111111111111111111111 ";
    wchar_t *end;
    (void)state;
    assert_int_equal(dy_wcstol(zeros, &end, 16), 0);
    assert_ptr_equal(end, zeros + 2);
    assert_int_equal(dy_wcstol(zeros, &end, 0), 0);
    assert_ptr_equal(end, zeros + 2);
    assert_true(dy_wcstol(ones, &end, 2) == LONG_MAX && *end == L' ');
}

static void test_wcsnrtombs_stops_when_the_room_is_full(void **state)
{
    static const wchar_t text[] = {L'a', 0xdfff, 0};
    const wchar_t *at = text;
    char out[4];
    (void)state;
    assert_int_equal(dy_wcsnrtombs(out, &at, 2, 1, NULL), 1);
    assert_ptr_equal(at, text + 1);
}

static void test_the_smallest_time_has_no_year(void **state)
{
    time_t t = LLONG_MIN;
    struct tm tm;
    (void)state;
    assert_null(dy_gmtime_r(&t, &tm));
    t = -1;
    assert_true(dy_gmtime_r(&t, &tm) && tm.tm_sec == 59 && tm.tm_hour == 23);
}

static void test_strftime_pads_years_as_posix_says(void **state)
{
    static const struct {
        const char *format, *text;
        int year;
    } cases[] = {{"%F", "0005-02-03", 5},        {"%+4Y", "0270", 270},
                 {"%+5Y", "+0270", 270},         {"%+4Y", "+12345", 12345},
                 {"%12F", "002020-02-03", 2020}, {"%+12F", "+02020-02-03", 2020},
                 {"%+3C", "+20", 2020},          {"%04Y", "-005", -5},
                 {"%05C", "00020", 2020},        {"%z", "", 2020}};
    char text[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tm tm = {.tm_year = cases[i].year - 1900,
                        .tm_mon = 1,
                        .tm_mday = 3,
                        .tm_isdst = -1,
                        .tm_gmtoff = 3600};
        size_t n = dy_strftime(text, sizeof text, cases[i].format, &tm);
        assert_int_equal(n, strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
    struct tm tm = {.tm_year = 120};
    char wide[200];
    assert_int_equal(dy_strftime(wide, sizeof wide, "%0100Y", &tm), 100);
}

static void test_strptime_takes_four_digits_for_a_year(void **state)
{
    struct tm tm = {0};
    (void)state;
    const char *end = dy_strptime("20240229235958", "%Y%m%d%H%M%S", &tm);
    assert_true(end && !*end && tm.tm_year == 124 && tm.tm_mon == 1 && tm.tm_mday == 29 &&
                tm.tm_sec == 58);
    end = dy_strptime("12345-6", "%5Y-%m", &tm);
    assert_true(end && !*end && tm.tm_year == 12345 - 1900);
    end = dy_strptime("012", "%1H%M", &tm);
    assert_true(end && tm.tm_hour == 0 && tm.tm_min == 12);
}

/* Of libc/include/regex.h. */
struct our_regex {
    size_t subexpressions;
    void *opaque;
};
struct our_match {
    long so, eo;
};
int dy_regcomp(struct our_regex *regex, const char *pattern, int flags);
int dy_regexec(const struct our_regex *regex, const char *string, size_t count,
               struct our_match *matches, int flags);
void dy_regfree(struct our_regex *regex);
enum { EXTENDED = 1, NO_MATCH = 1, NO_SPACE = 12 };

/* The end of the match, -1 without, -2 and lower for an error. */
static long match_end(const char *pattern, int flags, const char *text)
{
    struct our_regex regex;
    struct our_match m = {-1, -1};
    int error = dy_regcomp(&regex, pattern, flags);
    if (error)
        return -1 - error;
    error = dy_regexec(&regex, text, 1, &m, 0);
    dy_regfree(&regex);
    return error == NO_MATCH ? -1 : error ? -1 - error : m.eo;
}

static void test_brackets_take_collating_symbols_and_equivalence_classes(void **state)
{
    (void)state;
    assert_int_equal(match_end("[[.a.]]", EXTENDED, "xa"), 2);
    assert_int_equal(match_end("x[[.-.]b]", 0, "x-"), 2);
    assert_int_equal(match_end("^[[=a=]b]*$", EXTENDED, "aba"), 3);
    assert_int_equal(match_end("^[[.a.]-[.c.]]*$", EXTENDED, "abc"), 3);
    assert_true(match_end("[[=a=]-c]", EXTENDED, "b") < -1);
    assert_true(match_end("[[.ab.]]", EXTENDED, "b") < -1);
}

static void test_back_references_work_on_characters_of_several_bytes(void **state)
{
    (void)state;
    assert_non_null(dy_setlocale(LC_ALL, "C.UTF-8"));
    assert_int_equal(match_end("\\(é\\)\\1", 0, "éé"), 4);
    assert_int_equal(match_end("\\(.\\)\\1b", 0, "aéaéb éébb"), 13);
    assert_int_equal(match_end("^\\(.*\\)x\\1$", 0, "aéxaé"), 7);
}

static void test_repetitions_in_three_levels_count_right(void **state)
{
    (void)state;
    assert_int_equal(
        match_end(
            "\\(\\([a-c]\\{1,3\\}a\\{1,3\\}a\\{1,3\\}\\)\\{1,3\\}a\\{1,3\\}a\\{1,3\\}\\)\\{1,3\\} $",
            0, "aaabaa "),
        -1);
    assert_int_equal(
        match_end("(((xa{2}){2}b){2}c){2}", EXTENDED, "xaaxaabxaaxaabcxaaxaabxaaxaabc"), 30);
    assert_int_equal(
        match_end("^(((xa{2}){2}b){2}c){2}$", EXTENDED, "xaaxaabxaaxaabcxaaxaabxaaxaab"), -1);
}

static void test_long_expressions_do_not_recurse(void **state)
{
    enum { LENGTH = 40000 };
    char *pattern = malloc(LENGTH + 1);
    (void)state;
    uint32_t random = 1;
    for (size_t i = 0; i < LENGTH; i++) /* few of its parts are its beginning */
        pattern[i] = (char)('a' + (random = random * 1664525 + 1013904223) / 65536 % 26);
    pattern[LENGTH] = 0;
    assert_int_equal(match_end(pattern, 0, pattern), LENGTH);
    free(pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_printf_and_strtod_round_in_the_current_direction),
        cmocka_unit_test(test_printf_refuses_a_precision_that_is_no_int_behind_a_star),
        cmocka_unit_test(test_printf_numbers_arguments_behind_conversions_without),
        cmocka_unit_test(test_scanf_takes_an_encoding_error_for_the_end_of_input),
        cmocka_unit_test(test_scanf_reads_what_printf_writes_for_a_null_pointer),
        cmocka_unit_test(test_wcstol_ends_where_the_number_does),
        cmocka_unit_test(test_wcsnrtombs_stops_when_the_room_is_full),
        cmocka_unit_test(test_the_smallest_time_has_no_year),
        cmocka_unit_test(test_strftime_pads_years_as_posix_says),
        cmocka_unit_test(test_strptime_takes_four_digits_for_a_year),
        cmocka_unit_test(test_brackets_take_collating_symbols_and_equivalence_classes),
        cmocka_unit_test(test_back_references_work_on_characters_of_several_bytes),
        cmocka_unit_test(test_repetitions_in_three_levels_count_right),
        cmocka_unit_test(test_long_expressions_do_not_recurse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
