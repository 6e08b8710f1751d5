/* test_numbers.c: are numbers read from text as the host reads them? strtol, strtod, scanf. */
#include "dy.h"
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <wchar.h>

DY(setlocale);
DY(strtol);
DY(strtoul);
DY(strtod);
DY(strtof);
DY(strtold);
DY(wcstod);
DY(wcstol);
DY(sscanf);
DY(free);

#define CHECK(cond, text)                    \
    do {                                     \
        if (!(cond))                         \
            fail_msg("%s: %s", #cond, text); \
    } while (0)

static void check_double(const char *s)
{
    char *ours_end, *host_end;
    dy_errno = errno = 0;
    double ours = dy_strtod(s, &ours_end), host = strtod(s, &host_end);
    CHECK(ours_end == host_end, s);
    CHECK(memcmp(&ours, &host, sizeof ours) == 0 || (isnan(ours) && isnan(host)), s);
    /* The host misses some inexact denormals. */
    if (dy_errno != errno && !(dy_errno == ERANGE && fabs(ours) < DBL_MIN))
        fail_msg("errno %d, host %d for %a from %s", dy_errno, errno, ours, s);
    float ours_f = dy_strtof(s, NULL), host_f = strtof(s, NULL);
    CHECK(memcmp(&ours_f, &host_f, sizeof ours_f) == 0 || (isnan(ours_f) && isnan(host_f)), s);
    long double ours_l = dy_strtold(s, NULL), host_l = strtold(s, NULL);
    CHECK((ours_l == host_l && signbit(ours_l) == signbit(host_l)) ||
              (isnan(ours_l) && isnan(host_l)),
          s);
}

static void test_strtod_forms(void **state)
{
    static const char *const forms[] = {
        "",
        "0",
        "-0",
        "+0.0",
        "1",
        "  12.5xyz",
        ".5",
        "5.",
        ".",
        "-.",
        "+-1",
        "1e5",
        "1e",
        "1e+",
        "1e-",
        "1e+5",
        "1e-5",
        "0x",
        "0x1",
        "0x.8",
        "0x1p",
        "0x1p3",
        "0x1p-3z",
        "0x1.8p1",
        "0x.",
        "0xg",
        "inf",
        "-INF",
        "infinity",
        "infinit",
        "nan",
        "NAN(abc_1)",
        "nan(",
        "nan(a b)",
        "-nan",
        "1e400",
        "-1e400",
        "1e-400",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0e99999999999",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "9007199254740993",
        "9007199254740992.999999999999999999999",
        "9007199254740993.0000000001",
        "0.1",
        "0.30000000000000004",
        "8.5070591730234616e37",
        "3.4028235677973366e38",
        "3.4028235677973367e38",
        "0x1.fffffffffffff8p1023",
        "0x1.fffffffffffff7p1023",
        "0x0.00000000000008p-1022",
        "0x1p-1075",
        "0x1.0000001p-1075",
        "0x123456789abcdef0123456789p-50",
        "1\f2",
        "\t\n\v 7",
        "1e1e1",
        "1.2.3",
        "0x1.fffffep127",
        "0x1.ffffffp127",
        "1.18973149535723176502e+4932",
        "1.2e4932",
        "3.6e-4951",
        "1.8e-4951",
        "1.9e-4951",
        "1E+2",
        "0x1P2",
        "00000012",
        "0.000000000000000000000000000000000000000000000000000001",
        "100000000000000000000000000000000000000000000000000",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        check_double(forms[i]);
}

static void test_strtod_random_equals_host(void **state)
{
    char s[1200];
    for (int i = 0; i < 60000; i++) {
        union {
            uint64_t bits;
            double value;
        } u = {.bits = test_random()};
        snprintf(s, sizeof s, "%.*e", (int)(test_random() % 25), u.value);
        check_double(s);
        snprintf(s, sizeof s, "%llu.%llue%d",
                 (unsigned long long)(test_random() >> test_random() % 64),
                 (unsigned long long)test_random(), (int)(test_random() % 700) - 350);
        check_double(s);
        snprintf(s, sizeof s, "0x%llx.%llxp%d", (unsigned long long)test_random(),
                 (unsigned long long)test_random(), (int)(test_random() % 2400) - 1200);
        check_double(s);
    }
}

/* Numbers exactly between two doubles, and a hair to each side of that: hundreds of digits decide. */
static void test_strtod_halfway_cases(void **state)
{
    static char s[1400];
    for (int i = 0; i < 3000; i++) {
        int exponent = (int)(test_random() % 2000) - 1060;
        long double half =
            ldexpl((long double)((test_random() >> 12 | 1ull << 52) * 2 + 1), exponent - 53);
        int n = snprintf(s, sizeof s, "%.1100Lf", half);
        check_double(s);
        strcpy(s + n, "1");
        check_double(s);
        while (n > 0 && (s[n - 1] == '0' || s[n - 1] == '.'))
            n--;
        if (n > 1 && s[n - 1] > '0') {
            s[n - 1]--;
            strcpy(s + n, strchr(s, '.') && strchr(s, '.') < s + n ? "9999" : "");
            check_double(s);
        }
    }
}

/* More than wcstol has room for. */
#define ZEROS    ZEROS_20 ZEROS_20 ZEROS_20 ZEROS_20 ZEROS_20 ZEROS_20
#define ZEROS_20 "00000000000000000000"

static void test_strtol_equals_host(void **state)
{
    static const char *const forms[] = {"",
                                        " ",
                                        "+",
                                        "-",
                                        "0",
                                        "-0",
                                        "10",
                                        "  -42abc",
                                        "0x",
                                        "0x1f",
                                        "-0XAB",
                                        "0xg",
                                        "08",
                                        "077",
                                        "zz",
                                        "Zz9",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "-9223372036854775808",
                                        "-9223372036854775809",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "-18446744073709551615",
                                        "99999999999999999999999",
                                        "- 1",
                                        "+-1",
                                        "\t\n12",
                                        "1010102",
                                        "0000000000000000000000000000000000000000012",
                                        ("-" ZEROS "1x")};
    static const int bases[] = {0, 2, 8, 10, 16, 36, 1, 37, -1};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
            char *e1 = NULL, *e2 = NULL;
            dy_errno = errno = 0;
            CHECK(dy_strtol(forms[i], &e1, bases[b]) == strtol(forms[i], &e2, bases[b]), forms[i]);
            CHECK(dy_errno == errno && (e1 == e2 || errno == EINVAL), forms[i]);
            dy_errno = errno = 0;
            CHECK(dy_strtoul(forms[i], &e1, bases[b]) == strtoul(forms[i], &e2, bases[b]),
                  forms[i]);
            CHECK(dy_errno == errno, forms[i]);
            wchar_t wide[200], *w1 = NULL, *w2 = NULL;
            mbstowcs(wide, forms[i], 200);
            CHECK(dy_wcstol(wide, &w1, bases[b]) == wcstol(wide, &w2, bases[b]), forms[i]);
            CHECK(w1 == w2 || errno == EINVAL, forms[i]);
        }
    wchar_t *end;
    assert_true(dy_wcstod(L"  1.5e2x", &end) == 150.0);
    assert_int_equal(*end, L'x');
}

struct scanned {
    int count, i[3];
    long l;
    double d;
    float f;
    char s[64];
    char c;
    int n;
    unsigned u;
};

#define SAME_SCAN(text, fmt, ...)                                                                  \
    do {                                                                                           \
        struct scanned ours, host, *to = &ours;                                                    \
        memset(&ours, 0x55, sizeof ours);                                                          \
        memset(&host, 0x55, sizeof host);                                                          \
        ours.count = dy_sscanf(text, fmt, __VA_ARGS__);                                            \
        to = &host;                                                                                \
        host.count = sscanf(text, fmt, __VA_ARGS__);                                               \
        if (memcmp(&ours, &host, sizeof ours) != 0)                                                \
            fail_msg("line %d: '%s' '%s': ours %d %d '%.60s' %g, host %d %d '%.60s' %g", __LINE__, \
                     text, fmt, ours.count, ours.i[0], ours.s, ours.d, host.count, host.i[0],      \
                     host.s, host.d);                                                              \
    } while (0)

static void test_scanf_equals_host(void **state)
{
    SAME_SCAN("12 34", "%d %d", &to->i[0], &to->i[1]);
    SAME_SCAN("12 abc", "%d %d", &to->i[0], &to->i[1]);
    SAME_SCAN("", "%d", &to->i[0]);
    SAME_SCAN("   ", "%d", &to->i[0]);
    SAME_SCAN("x", "%d", &to->i[0]);
    SAME_SCAN("0x1f 077 -5", "%i %i %i", &to->i[0], &to->i[1], &to->i[2]);
    SAME_SCAN("12345", "%2d%2d%d", &to->i[0], &to->i[1], &to->i[2]);
    SAME_SCAN("-0x1p", "%x%c", &to->u, &to->c);
    SAME_SCAN("hello world", "%s %n", to->s, &to->n);
    SAME_SCAN("hello world", "%3s%n", to->s, &to->n);
    SAME_SCAN("hello world", "%[a-h]%n", to->s, &to->n);
    SAME_SCAN("hello world", "%[^ ]%c", to->s, &to->c);
    SAME_SCAN("]]a", "%[]]%c", to->s, &to->c);
    SAME_SCAN("a-b", "%[a-]%c", to->s, &to->c);
    SAME_SCAN("^x", "%[x^]", to->s);
    SAME_SCAN("a:b", "a:%c", &to->c);
    SAME_SCAN("a b", "a%c", &to->c);
    SAME_SCAN("50%", "%d%%%n", &to->i[0], &to->n);
    SAME_SCAN("1.5e3 2.5", "%lf %f", &to->d, &to->f);
    /* The standard's own example: 100ergs does not match, as 100e is the prefix of a number. The host takes the 100. */
    double d;
    assert_int_equal(dy_sscanf("100ergs", "%lf", &d), 0);
    SAME_SCAN("infinity", "%lf%n", &to->d, &to->n);
    SAME_SCAN("123.456", "%4lf%d", &to->d, &to->i[0]);
    SAME_SCAN("0x1.8p1", "%la", &to->d);
    SAME_SCAN("1 2 3", "%*d %d %*d%n", &to->i[0], &to->n);
    SAME_SCAN("1", "%*d%d", &to->i[0]);
    SAME_SCAN("1", "%*d %n", &to->n);
    SAME_SCAN("7 8", "%2$d %1$d", &to->i[0], &to->i[1]);
    SAME_SCAN("300", "%hhd", (signed char *)&to->c);
    SAME_SCAN("99999999999", "%ld", &to->l);
    SAME_SCAN("-1", "%u", &to->u);
    SAME_SCAN("  x", " %c", &to->c);
    SAME_SCAN("abcd", "%3c%c", to->s, &to->c);
    SAME_SCAN("2024-05-06", "%d-%d-%d", &to->i[0], &to->i[1], &to->i[2]);
    SAME_SCAN("+5", "%d", &to->i[0]);
    SAME_SCAN("+", "%d", &to->i[0]);
    SAME_SCAN("abc", "abd%d", &to->i[0]);
    SAME_SCAN("ab", "abc%d", &to->i[0]);
}

static void test_scanf_allocates_strings(void **state)
{
    dy_setlocale(LC_CTYPE, "C.UTF-8");
    char text[300], *s = NULL;
    memset(text, 'y', 299);
    text[299] = 0;
    assert_int_equal(dy_sscanf(text, "%ms", &s), 1);
    assert_string_equal(s, text);
    dy_free(s);
    wchar_t w[8];
    assert_int_equal(dy_sscanf("h\xc3\xa9!", "%2ls", w), 1);
    assert_int_equal(w[1], 0xe9);
    assert_int_equal(w[2], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strtod_forms),
        cmocka_unit_test(test_strtod_random_equals_host),
        cmocka_unit_test(test_strtod_halfway_cases),
        cmocka_unit_test(test_strtol_equals_host),
        cmocka_unit_test(test_scanf_equals_host),
        cmocka_unit_test(test_scanf_allocates_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
