/* test_misc.c: sorting, the environment, patterns, options, paths, wide characters, jumps. */
#include "dy.h"
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <glob.h>
#include <limits.h>
#include <locale.h>
#include <search.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>
#undef basename

DY(setlocale);
DY(qsort);
DY(bsearch);
DY(getenv);
DY(setenv);
DY(unsetenv);
DY(putenv);
DY(clearenv);
DY(fnmatch);
DY(getopt_long);
DY(getopt);
DY(realpath);
DY(mkstemp);
DY(mkdtemp);
DY(free);
DY(random);
DY(srandom);
DY(drand48);
DY(srand48);
DY(mbrtowc);
DY(wcrtomb);
DY(mbstowcs);
DY(wcstombs);
DY(wcwidth);
DY(iswalpha);
DY(towupper);
DY(towlower);
DY(mbsrtowcs);
DY(a64l);
DY(l64a);
DY(getsubopt);
extern char *dy_optarg;
extern int dy_optind, dy_opterr, dy_optopt;
extern char **dy_environ;
char *dy_basename(char *), *dy_dirname(char *);
int dy_setjmp(void *env) __attribute__((returns_twice));
int dy_sigsetjmp(void *env, int save) __attribute__((returns_twice));
_Noreturn void dy_longjmp(void *env, int value);
_Noreturn void dy_siglongjmp(void *env, int value);

struct item {
    int key;
    char pad[7];
    int order;
};

static long compares;

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    compares++;
    return (x->key > y->key) - (x->key < y->key);
}

static void check_sort(struct item *items, size_t n, const char *what)
{
    long sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += items[i].key * 31L + items[i].order;
    compares = 0;
    dy_qsort(items, n, sizeof *items, compare_items);
    for (size_t i = 0; i < n; i++)
        sum -= items[i].key * 31L + items[i].order;
    assert_int_equal(sum, 0);
    for (size_t i = 1; i < n; i++)
        assert_true(items[i - 1].key <= items[i].key);
    if (n > 1000 && compares > 60 * (long)n)
        fail_msg("%s: %ld comparisons of %zu", what, compares, n);
}

static void test_qsort_orders_and_stays_fast(void **state)
{
    static struct item items[50000];
    static const char *const kinds[] = {"random", "sorted",     "reversed", "equal",
                                        "few",    "organ pipe", "sawtooth"};
    for (int n = 0; n < 50000; n = n < 200 ? n + 1 : n * 3)
        for (int kind = 0; kind < 7; kind++) {
            for (int i = 0; i < n; i++) {
                int keys[] = {(int)test_random(),    i,     -i, 7, (int)(test_random() % 4),
                              i < n / 2 ? i : n - i, i % 17};
                items[i] = (struct item){.key = keys[kind], .order = i};
            }
            check_sort(items, (size_t)n, kinds[kind]);
        }
}

/* McIlroy's adversary: it decides the order while sorting, so that quicksort goes quadratic unless it is guarded. */
static int gas, solid, candidate;
static int adversary_value[20000];

static int adversary_compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    compares++;
    if (adversary_value[x] == gas && adversary_value[y] == gas)
        adversary_value[x == candidate ? x : y] = solid++;
    if (adversary_value[x] == gas)
        candidate = x;
    else if (adversary_value[y] == gas)
        candidate = y;
    return adversary_value[x] - adversary_value[y];
}

static void test_qsort_resists_the_adversary(void **state)
{
    enum { N = 20000 };
    static int index[N];
    gas = N;
    for (int i = 0; i < N; i++) {
        index[i] = i;
        adversary_value[i] = gas;
    }
    compares = 0;
    dy_qsort(index, N, sizeof *index, adversary_compare);
    assert_true(compares < 100L * N);
}

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void test_bsearch_finds_what_is_there(void **state)
{
    int values[100];
    for (int n = 0; n < 100; n++) {
        values[n] = n * 2;
        for (int key = -1; key <= n * 2 + 1; key++) {
            int *found = dy_bsearch(&key, values, (size_t)n + 1, sizeof *values, compare_ints);
            assert_int_equal(found != NULL, key >= 0 && key % 2 == 0);
            if (found)
                assert_int_equal(*found, key);
        }
    }
}

static void test_environment(void **state)
{
    static char *start[] = {"A=1", "B=two", "AB=3", NULL};
    static char entry[] = "PUT=x";
    dy_environ = start;
    assert_string_equal(dy_getenv("A"), "1");
    assert_string_equal(dy_getenv("AB"), "3");
    assert_null(dy_getenv("C"));
    assert_null(dy_getenv(""));
    assert_null(dy_getenv("A=1"));
    assert_int_equal(dy_setenv("A", "other", 0), 0);
    assert_string_equal(dy_getenv("A"), "1");
    assert_int_equal(dy_setenv("A", "longer value", 1), 0);
    assert_string_equal(dy_getenv("A"), "longer value");
    assert_int_equal(dy_putenv(entry), 0);
    strcpy(entry, "PUT=y");
    assert_string_equal(dy_getenv("PUT"), "y");
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "V%d", i);
        assert_int_equal(dy_setenv(name, name, 1), 0);
    }
    assert_string_equal(dy_getenv("V57"), "V57");
    assert_int_equal(dy_unsetenv("V57"), 0);
    assert_null(dy_getenv("V57"));
    assert_string_equal(dy_getenv("V58"), "V58");
    assert_string_equal(dy_getenv("B"), "two");
    assert_int_equal(dy_setenv("X=Y", "1", 1), -1);
    assert_int_equal(dy_errno, EINVAL);
    for (int i = 0; i < 1000; i++)
        dy_setenv("LOOP", i % 2 ? "a" : "bb", 1);
    dy_clearenv();
    assert_null(dy_getenv("B"));
    dy_setenv("AFTER", "1", 1);
    assert_string_equal(dy_getenv("AFTER"), "1");
}

static void test_fnmatch_equals_host(void **state)
{
    static const char *const fixed[][2] = {
        {"*.c", "a.c"},
        {"*.c", ".c"},
        {"*", ".hidden"},
        {"?hidden", ".hidden"},
        {"[.]hidden", ".hidden"},
        {"a*b*c", "aXbYc"},
        {"a/*/b", "a/x/b"},
        {"a/*", "a/b/c"},
        {"a/*", "a/.b"},
        {"*/b", "a/b"},
        {"[!a]", "b"},
        {"[]a]", "]"},
        {"[a-]", "-"},
        {"[[:alpha:]]x", "qx"},
        {"[[:digit:]a]", "a"},
        {"[a", "[a"},
        {"\\*", "*"},
        {"\\", "\\"},
        {"a\\", "a\\"},
        {"", ""},
        {"*", ""},
        {"**", "abc"},
        {"[/]", "/"},
        {"a[/]b", "a/b"},
        {"x*", "x/y"},
        {"[[.a.]]", "a"},
        {"[[=a=]]", "a"},
        {"[\\]]", "]"},
        {"\303\244?", "\303\244b"},
        {"?", "\303\244"},
        {"[\303\240-\303\277]", "\303\244"},
        {"A*", "abc"},
        {"[A-C]x", "bX"},
        {"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"a", "a/b"},
        {"a*", "ab/c"},
        {"[!]]", "x"},
        {"[a[.", "a"},
        {"[a[=", "[a[="},
    };
    static const int flags[] = {0,
                                FNM_PATHNAME,
                                FNM_PERIOD,
                                FNM_PATHNAME | FNM_PERIOD,
                                FNM_NOESCAPE,
                                FNM_CASEFOLD,
                                FNM_LEADING_DIR,
                                FNM_LEADING_DIR | FNM_PATHNAME};
    static const char letters[] = "ab*?[]!-/.\\";
    setlocale(LC_CTYPE, "C.UTF-8");
    dy_setlocale(LC_CTYPE, "C.UTF-8");
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
            int ours = dy_fnmatch(fixed[i][0], fixed[i][1], flags[f]),
                host = fnmatch(fixed[i][0], fixed[i][1], flags[f]);
            if (ours != host)
                fail_msg("'%s' '%s' flags %x: %d, host %d", fixed[i][0], fixed[i][1], flags[f],
                         ours, host);
        }
    for (int i = 0; i < 300000; i++) {
        char pattern[12], text[12];
        size_t n = test_random() % 7, m = test_random() % 7;
        for (size_t k = 0; k < n; k++)
            pattern[k] = letters[test_random() %
                                 4]; /* brackets at random: the host has its own mind there */
        for (size_t k = 0; k < m; k++)
            text[k] = "ab/."[test_random() % 4];
        pattern[n] = text[m] = 0;
        int flag = flags[test_random() % 4];
        if (dy_fnmatch(pattern, text, flag) != fnmatch(pattern, text, flag))
            fail_msg("'%s' '%s' flags %x: host %d", pattern, text, flag,
                     fnmatch(pattern, text, flag));
    }
}

/* glob_t is laid out differently, so ours is described here. */
struct our_glob {
    size_t pathc;
    char **pathv;
    size_t offs;
    int flags;
    size_t size;
};
int dy_glob(const char *pattern, int flags, int (*errfn)(const char *, int), struct our_glob *g);
void dy_globfree(struct our_glob *g);

static void test_glob_equals_host(void **state)
{
    char folder[] = "/tmp/dyad-test-glob-XXXXXX", name[100];
    assert_non_null(mkdtemp(folder));
    static const char *const files[] = {"a.c", "b.c",     "b.h",     ".hidden",
                                        "sub", "sub/x.c", "sub/y.c", "[odd]"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(name, sizeof name, "%s/%s", folder, files[i]);
        if (strcmp(files[i], "sub") == 0)
            mkdir(name, 0700);
        else
            fclose(fopen(name, "w"));
    }
    static const char *const patterns[] = {"*.c",      "*",        ".*",        "*/x.c",  "s*/*.c",
                                           "nothing*", "a.c",      "missing",   "[ab].c", "\\[odd]",
                                           "*/",       "sub//*.c", "s?b/[xy].c"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        for (int mark = 0; mark < 2; mark++) {
            glob_t host;
            struct our_glob ours;
            snprintf(name, sizeof name, "%s/%s", folder, patterns[i]);
            int h = glob(name, mark ? GLOB_MARK : 0, NULL, &host),
                o = dy_glob(name, mark ? 2 : 0, NULL, &ours);
            assert_int_equal(!!o, !!h);
            if (h == 0) {
                assert_int_equal(ours.pathc, host.gl_pathc);
                for (size_t k = 0; k < host.gl_pathc; k++)
                    assert_string_equal(ours.pathv[k], host.gl_pathv[k]);
                assert_null(ours.pathv[ours.pathc]);
            }
            globfree(&host);
            dy_globfree(&ours);
        }
    snprintf(name, sizeof name, "rm -r %s", folder);
    assert_int_equal(system(name), 0);
}

/* Random command lines through both getopts: same options, same arguments, same order at the end. */
static void test_getopt_equals_host(void **state)
{
    static const struct option longs[] = {{"alpha", 0, NULL, 'a'},
                                          {"beta", 1, NULL, 'b'},
                                          {"gamma", 2, NULL, 1000},
                                          {"alpine", 0, NULL, 1001},
                                          {NULL, 0, NULL, 0}};
    static const char *const words[] = {
        "-a",        "-b",   "-bval",  "-ab",     "-ac",      "-c",        "-cx",
        "file",      "--",   "-",      "--alpha", "--beta=1", "--beta",    "--gam",
        "--gamma=2", "--al", "--alph", "-z",      "other",    "--alpha=x", "-abc",
        "-W",        "-aW",  "-Walph", "-Wbeta",  "-Wgam=3",  "alpha"};
    static const char *const specs[] = {"ab:c::", "+ab:c::", ":ab:c::", "-ab:c::", "ab:W;c::"};
    /* POSIX's getopt stops at the first operand; the host's does when it is asked to. */
    static const char *const stopping[] = {
        "+ab:c::", "+ab:c::", "+:ab:c::", "-ab:c::", "+ab:W;c::"};
    opterr = dy_opterr = 0;
    for (int i = 0; i < 100000; i++) {
        char *ours[12], *host[12];
        int n = 1 + (int)(test_random() % 8), a, b;
        ours[0] = host[0] = "prog";
        for (int k = 1; k < n; k++)
            ours[k] = host[k] = (char *)words[test_random() % (sizeof words / sizeof *words)];
        ours[n] = host[n] = NULL;
        size_t which = test_random() % 5;
        const char *spec = specs[which], *host_spec = stopping[which];
        int use_long = (int)(test_random() % 2);
        optind = dy_optind = 0;
        do {
            int ia = -1, ib = -1;
            optarg = NULL;
            optopt = dy_optopt = 0;
            a = use_long ? dy_getopt_long(n, ours, spec, longs, &ia) : dy_getopt(n, ours, spec);
            b = use_long ? getopt_long(n, host, spec, longs, &ib) : getopt(n, host, host_spec);
            if (a != b || ia != ib || (dy_optind != optind && a == -1) ||
                (b != -1 && (dy_optarg != optarg &&
                             (!dy_optarg || !optarg || strcmp(dy_optarg, optarg) != 0)))) {
                for (int k = 0; k < n; k++)
                    print_message("%s ", host[k]);
                fail_msg("spec %s: ours %d optind %d arg %s; host %d %d %s", spec, a, dy_optind,
                         dy_optarg, b, optind, optarg);
            }
        } while (b != -1);
        for (int k = 0; k < n; k++)
            assert_string_equal(ours[k], host[k]);
    }
}

static void test_paths(void **state)
{
    static const char *const cases[][3] = {
        {"/usr/lib", "/usr", "lib"},
        {"/usr/", "/", "usr"},
        {"usr", ".", "usr"},
        {"/", "/", "/"},
        {".", ".", "."},
        {"..", ".", ".."},
        {"", ".", "."},
        {"a/b//", "a", "b"},
        {"//a//b", "//a", "b"},
        {"///", "/", "/"},
        {"a//b", "a", "b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char buf[32];
        strcpy(buf, cases[i][0]);
        assert_string_equal(dy_dirname(buf), cases[i][1]);
        strcpy(buf, cases[i][0]);
        assert_string_equal(dy_basename(buf), cases[i][2]);
    }
    char folder[] = "/tmp/dyad-test-path-XXXXXX", a[200], b[200], host[PATH_MAX], ours[PATH_MAX];
    assert_non_null(dy_mkdtemp(folder));
    snprintf(a, sizeof a, "%s/link", folder);
    assert_int_equal(symlink("../../usr/./lib", a), 0);
    static const char *const tails[] = {"/link",     "/link/..",   "/link/../bin",    "/./link//",
                                        "/none",     "/link/none", "/link/../../tmp", "",
                                        "/../../..", "/loop"};
    snprintf(b, sizeof b, "%s/loop", folder);
    assert_int_equal(symlink("loop", b), 0);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        snprintf(b, sizeof b, "%s%s", folder, tails[i]);
        char *h = realpath(b, host), *o = dy_realpath(b, ours);
        assert_int_equal(!o, !h);
        if (h)
            assert_string_equal(ours, host);
        else
            assert_int_equal(dy_errno, errno);
    }
    char *cwd = dy_realpath(".", NULL);
    assert_string_equal(cwd, realpath(".", host));
    dy_free(cwd);
    snprintf(b, sizeof b, "rm -r %s", folder);
    assert_int_equal(system(b), 0);
    char bad[] = "/tmp/noxs";
    assert_int_equal(dy_mkstemp(bad), -1);
    assert_int_equal(dy_errno, EINVAL);
}

static void test_utf8_both_ways_equals_host(void **state)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    dy_setlocale(LC_CTYPE, "C.UTF-8");
    for (wchar_t c = 0; c < 0x110000; c += 1 + (c > 0x3000) * (int)(test_random() % 7)) {
        char ours[8], host[8];
        mbstate_t st = {0};
        size_t n = dy_wcrtomb(ours, c, NULL), m = wcrtomb(host, c, &st);
        assert_int_equal(n, m);
        if (m != (size_t)-1)
            assert_memory_equal(ours, host, n);
    }
    for (int i = 0; i < 300000; i++) {
        unsigned char s[5];
        for (int k = 0; k < 4; k++)
            s[k] = (unsigned char)(k ? 0x70 + test_random() % 0x60 : 0xbe + test_random() % 0x40);
        s[4] = 0;
        size_t len = 1 + test_random() % 4;
        wchar_t a = 0, b = 0;
        uint64_t ours_state = 0;
        mbstate_t host_state = {0};
        size_t n = dy_mbrtowc(&a, (char *)s, len, (void *)&ours_state),
               m = mbrtowc(&b, (char *)s, len, &host_state);
        /* The host finds some bad sequences one byte later, and goes beyond U+10FFFF. */
        if ((m == (size_t)-2 || b > 0x10ffff) && n == (size_t)-1)
            continue;
        if (n != m || a != b)
            fail_msg("%02x %02x %02x %02x, %zu: ours %zd %x, host %zd %x", s[0], s[1], s[2], s[3],
                     len, n, a, m, b);
    }
    wchar_t wide[8];
    assert_int_equal(dy_mbstowcs(wide, "h\303\251\342\202\254", 8), 3);
    assert_int_equal(wide[2], 0x20ac);
    assert_int_equal(dy_mbstowcs(NULL, "h\303\251", 0), 2);
    assert_int_equal(dy_mbstowcs(wide, "\303", 8), (size_t)-1);
    char narrow[8];
    assert_int_equal(dy_wcstombs(narrow, L"\u20ac\u20acx", 5), 3);
    for (wint_t c = 0x80; c < 0x530; c++)
        if (towupper(c) != c && towupper(towlower(c)) == towupper(c) && dy_towupper(c) != c)
            assert_int_equal(dy_towupper(c), towupper(c));
    assert_int_equal(dy_wcwidth(0x4e2d), 2);
    assert_int_equal(dy_wcwidth(0x301), 0);
    assert_int_equal(dy_wcwidth(0x7f), -1);
}

static void test_multibyte_state_survives_any_cut(void **state)
{
    static const char text[] = "a\303\251\342\202\254\360\237\230\200z";
    uint64_t st = 0;
    wchar_t out[5];
    int n = 0;
    for (const char *p = text; *p; p++) {
        size_t r = dy_mbrtowc(&out[n], p, 1, (void *)&st);
        assert_true(r == 1 || r == (size_t)-2);
        n += r == 1;
    }
    assert_int_equal(n, 5);
    assert_memory_equal(out, L"a\u00e9\u20ac\U0001f600z", sizeof out);
}

static void jump(void *env, int value)
{
    dy_longjmp(env, value);
}

static void test_jumps_bring_their_value(void **state)
{
    uint64_t env[32];
    volatile int round = 0;
    int value = dy_setjmp(env);
    if (round == 0) {
        assert_int_equal(value, 0);
        round = 1;
        jump(env, 42);
    }
    if (round == 1) {
        assert_int_equal(value, 42);
        round = 2;
        jump(env, 0);
    }
    assert_int_equal(value, 1);
    round = 0;
    value = dy_sigsetjmp(env, 1);
    if (round++ == 0)
        dy_siglongjmp(env, 5);
    assert_int_equal(value, 5);
}

static void test_small_generators(void **state)
{
    dy_srand48(42);
    srand48(42);
    for (int i = 0; i < 100; i++)
        assert_true(dy_drand48() == drand48());
    dy_srandom(1);
    long first = dy_random(), any = 0;
    for (int i = 0; i < 1000; i++) {
        long r = dy_random();
        assert_true(r >= 0 && r <= 2147483647);
        any |= r;
    }
    assert_int_equal(any, 2147483647);
    dy_srandom(1);
    assert_int_equal(dy_random(), first);
    assert_int_equal(dy_a64l("./zZ1"), a64l("./zZ1"));
    assert_string_equal(dy_l64a(123456789), l64a(123456789));
    char options[] = "ro,size=5,bad", *at = options, *value;
    char *const keys[] = {"size", "ro", NULL};
    assert_int_equal(dy_getsubopt(&at, keys, &value), 1);
    assert_int_equal(dy_getsubopt(&at, keys, &value), 0);
    assert_string_equal(value, "5");
    assert_int_equal(dy_getsubopt(&at, keys, &value), -1);
    assert_string_equal(value, "bad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qsort_orders_and_stays_fast),
        cmocka_unit_test(test_qsort_resists_the_adversary),
        cmocka_unit_test(test_bsearch_finds_what_is_there),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_fnmatch_equals_host),
        cmocka_unit_test(test_glob_equals_host),
        cmocka_unit_test(test_getopt_equals_host),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_utf8_both_ways_equals_host),
        cmocka_unit_test(test_multibyte_state_survives_any_cut),
        cmocka_unit_test(test_jumps_bring_their_value),
        cmocka_unit_test(test_small_generators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
