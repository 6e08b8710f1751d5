/* test_printf.c: does formatted output equal the host's? */
#include "dy.h"
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <wchar.h>

DY(setlocale);
DY(snprintf);
DY(vsnprintf);
DY(asprintf);
DY(free);

#define SAME(...)                                                                        \
    do {                                                                                 \
        char ours[4096], host[4096];                                                     \
        int n = dy_snprintf(ours, sizeof ours, __VA_ARGS__);                             \
        int m = snprintf(host, sizeof host, __VA_ARGS__);                                \
        if (n != m || strcmp(ours, host) != 0)                                           \
            fail_msg("line %d: ours %d '%s', host %d '%s'", __LINE__, n, ours, m, host); \
    } while (0)

static void test_integers_equal_host(void **state)
{
    static const char *const flags[] = {"",   "-",  "+",  " ",  "0",  "#",
                                        "-#", "0#", "+0", "- ", "+-", "#+ 0"};
    static const char *const widths[] = {"",   "1",  "12",   "25",   ".0",
                                         ".1", ".9", "12.5", "5.12", "30.20"};
    static const char *const kinds[] = {"d", "i", "u", "o", "x", "X"};
    static const char *const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
    static const long long values[] = {0,        1,         -1,        7,
                                       8,        9,         10,        127,
                                       128,      255,       256,       32767,
                                       32768,    65535,     INT_MAX,   INT_MIN,
                                       UINT_MAX, LLONG_MAX, LLONG_MIN, 1234567890123456789};
    char fmt[64];
    for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
                for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++)
                    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                        snprintf(fmt, sizeof fmt, "<%%%s%s%s%s>", flags[f], widths[w], lengths[l],
                                 kinds[k]);
                        SAME(fmt, values[v]);
                    }
}

static void test_strings_and_characters_equal_host(void **state)
{
    SAME("%s|%10s|%-10s|%.2s|%10.2s|%-10.2s|%.0s|", "abc", "abc", "abc", "abc", "abc", "abc",
         "abc");
    SAME("%c%c|%5c|%-5c|%%|%5%|", 'x', 0x41, 'y', 'z');
    SAME("%*d|%-*d|%*d|%.*d|%.*d|%*.*f", 5, 42, 5, 42, -5, 42, 4, 42, -1, 42, 10, 3, 3.14159);
    SAME("%2$s %1$d %2$s %3$*4$d %5$.*6$f", 5, "two", 7, 6, 2.5, 3);
    SAME("%p %20p %-20p|", (void *)0x1234, (void *)0xdeadbeef, (void *)1);
    SAME("%s %.3s", (char *)NULL, (char *)NULL);
    char text[64];
    dy_errno = ENOENT;
    assert_int_equal(dy_snprintf(text, sizeof text, "<%m>%d", 1), 28);
    assert_string_equal(text, "<No such file or directory>1");
    SAME("%ls|%10ls|%.3ls|%lc", L"h\u00e9\u20ac", L"\u20ac", L"\u20ac\u20ac", (wint_t)0xe9);
    char unfinished[8] = "abcdefgh";
    SAME("%.8s", unfinished);
}

static void test_count_conversion_stores_bytes_so_far(void **state)
{
    int n = 0;
    long l = 0;
    signed char hh = 0;
    char buf[32];
    dy_snprintf(buf, sizeof buf, "abc%nde%ln%s%hhn", &n, &l, "fgh", &hh);
    assert_int_equal(n, 3);
    assert_int_equal(l, 5);
    assert_int_equal(hh, 8);
}

static void test_truncation_returns_full_length(void **state)
{
    char buf[8];
    memset(buf, 'x', sizeof buf);
    assert_int_equal(dy_snprintf(buf, 4, "%s", "abcdefgh"), 8);
    assert_memory_equal(buf, "abc\0xxxx", 8);
    assert_int_equal(dy_snprintf(NULL, 0, "%d", 12345), 5);
    assert_int_equal(dy_snprintf(buf, 1, "%100d", 1), 100);
    assert_int_equal(buf[0], 0);
}

static void test_too_long_and_malformed_fail(void **state)
{
    char buf[8];
    dy_errno = 0;
    assert_int_equal(dy_snprintf(buf, 8, "%2147483647d%d", 1, 2), -1);
    assert_int_equal(dy_errno, EOVERFLOW);
    assert_int_equal(dy_snprintf(buf, 8, "%99999999999d", 1), -1);
    dy_errno = 0;
    assert_int_equal(dy_snprintf(buf, 8, "%lc", (wint_t)0xd800), -1);
    assert_int_equal(dy_errno, EILSEQ);
    char *s;
    assert_int_equal(dy_asprintf(&s, "%d-%s", 5, "x"), 3);
    assert_string_equal(s, "5-x");
    dy_free(s);
}

/* Rounded up to 2, the host writes 0x2p+0 and we 0x1p+1: then only the value and the length can be compared. */
static void same_hex(const char *fmt, double x)
{
    char ours[64], host[64];
    dy_snprintf(ours, sizeof ours, fmt, x);
    snprintf(host, sizeof host, fmt, x);
    if (strpbrk(host, "xX") && strpbrk(host, "xX")[1] == '2')
        assert_true(strtod(ours, NULL) == strtod(host, NULL));
    else
        assert_string_equal(ours, host);
}

static void test_special_floats_equal_host(void **state)
{
    static const double values[] = {0.0,
                                    -0.0,
                                    INFINITY,
                                    -INFINITY,
                                    NAN,
                                    1,
                                    -1,
                                    0.5,
                                    1.5,
                                    2.5,
                                    9.5,
                                    0.1,
                                    99.5,
                                    9.9999995,
                                    1e-5,
                                    1e-4,
                                    123456,
                                    1234567,
                                    999998.5,
                                    1e15,
                                    1e16,
                                    1e17,
                                    1e22,
                                    1e23,
                                    5e-324,
                                    2.2250738585072014e-308,
                                    1.7976931348623157e308,
                                    4.35,
                                    0.000123456};
    static const char *const formats[] = {
        "%f",        "%e",    "%g",    "%F",    "%E",     "%G",       "%.0f",    "%.0e",  "%.0g",
        "%#.0f",     "%#.0e", "%#g",   "%#.3g", "%10.2f", "%-12.3e|", "%+g",     "% f",   "%015.4f",
        "%-015.4f|", "%.1f",  "%.17g", "%.30f", "%.50e",  "%.1100f",  "%30.10g", "%+.3E", "%015g",
        "%a",        "%.3a",  "%.0a",  "%20a",  "%-20A|", "%020a",    "%+.1a",   "%.20a", "%#.0a"};
    for (size_t v = 0; v < sizeof values / sizeof *values; v++)
        for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
            int is_hex = strpbrk(formats[f], "aA") != NULL;
            if (is_hex && values[v] == 5e-324)
                continue; /* the host writes 0x0.0000000000001p-1022, we 0x1p-1074 */
            if (is_hex && strchr(formats[f], '.'))
                same_hex(formats[f], values[v]);
            else
                SAME(formats[f], values[v]);
        }
}

static double random_double(void)
{
    union {
        uint64_t bits;
        double value;
    } u = {.bits = test_random()};
    switch (test_random() % 4) {
    case 0: return u.value; /* any bits */
    case 1: return (double)(int64_t)(u.bits >> (test_random() % 64)) / 1000;
    case 2: return (double)(u.bits % 1000000000) / 100000;
    default: return ldexp((double)(u.bits >> 11), (int)(test_random() % 200) - 150);
    }
}

static void test_random_doubles_equal_host(void **state)
{
    static const char conversions[] = "feg";
    for (int i = 0; i < 150000; i++) {
        char fmt[16];
        snprintf(fmt, sizeof fmt, "%%.%d%c", (int)(test_random() % 25),
                 conversions[test_random() % 3]);
        double x = random_double();
        SAME(fmt, x);
    }
    for (int i = 0; i < 30000; i++) {
        double x = random_double();
        if (fabs(x) >= 2.2250738585072014e-308) {
            SAME("%a", x);
            char fmt[16];
            snprintf(fmt, sizeof fmt, "%%.%da", (int)(test_random() % 15));
            same_hex(fmt, x);
        }
    }
}

static void test_random_long_doubles_equal_host(void **state)
{
    for (int i = 0; i < 20000; i++) {
        long double x =
            (long double)(int64_t)test_random() * powl(2, (int)(test_random() % 400) - 200);
        int precision = (int)(test_random() % 30);
        SAME("%.*Lg", precision, x);
        SAME("%.*Le", precision, x);
        SAME("%.*Lf", precision, x);
    }
    for (int i = 0; i < 300; i++) {
        long double x = (long double)test_random() * powl(2, (int)(test_random() % 32000) - 16200);
        SAME("%.20Le", x);
        SAME("%.40Lg", x);
    }
    static char ours[20000], host[20000];
    long double ends[] = {0x1p-16445L, 0x1.fffffffffffffffep16383L, -0x1.8p-16382L};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(dy_snprintf(ours, sizeof ours, "%.16500Lf", ends[i]),
                         snprintf(host, sizeof host, "%.16500Lf", ends[i]));
        assert_string_equal(ours, host);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    dy_setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers_equal_host),
        cmocka_unit_test(test_strings_and_characters_equal_host),
        cmocka_unit_test(test_count_conversion_stores_bytes_so_far),
        cmocka_unit_test(test_truncation_returns_full_length),
        cmocka_unit_test(test_too_long_and_malformed_fail),
        cmocka_unit_test(test_special_floats_equal_host),
        cmocka_unit_test(test_random_doubles_equal_host),
        cmocka_unit_test(test_random_long_doubles_equal_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
