/*
 * test_regex.c: regular expressions: what POSIX says of cases that have one answer, a reference that tries all ways on random trees,
 * and what happens without memory and to patterns that are meant to hurt. (The fuzz target compares with the host's library, which is
 * not right about subexpressions.)
 */
#include <locale.h>
#include "dy.h"
#include "regex_trees.h"

DY(setlocale);

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
size_t dy_regerror(int error, const struct our_regex *regex, char *buffer, size_t size);
void dy_regfree(struct our_regex *regex);

enum { EXTENDED = 1, ICASE = 2, NEWLINE = 4, NOSUB = 8, NOTBOL = 1, NOTEOL = 2, STARTEND = 4 };
enum {
    NOMATCH = 1,
    ECOLLATE = 3,
    ECTYPE,
    EESCAPE,
    ESUBREG,
    EBRACK,
    EPAREN,
    EBRACE,
    BADBR,
    ERANGE_,
    ESPACE,
    BADRPT
};
enum { E = EXTENDED, I = ICASE, N = NEWLINE, MATCHES = 20 };

static const char *shown(const struct our_match *m, size_t count)
{
    static char text[1000];
    char *at = text;
    *text = 0;
    for (size_t i = 0; i < count; i++)
        at += m[i].so < 0 && m[i].eo < 0 ? sprintf(at, "(?,?)")
                                         : sprintf(at, "(%ld,%ld)", m[i].so, m[i].eo);
    return text;
}

/* The match as offsets, "-" when there is none, "!" and a number when the pattern is refused. */
static const char *result_of(const char *pattern, const char *text, int flags, int exec_flags)
{
    static char error_text[20];
    struct our_regex regex;
    struct our_match m[MATCHES];
    int error = dy_regcomp(&regex, pattern, flags);
    if (error) {
        sprintf(error_text, "!%d", error);
        return error_text;
    }
    int result = dy_regexec(&regex, text, MATCHES, m, exec_flags);
    /* With fewer offsets asked for, and with none, it is the same match. */
    struct our_match one;
    int again = dy_regexec(&regex, text, 1, &one, exec_flags);
    assert_int_equal(result, again);
    assert_int_equal(result, dy_regexec(&regex, text, 0, NULL, exec_flags));
    if (!result) {
        assert_true(one.so == m[0].so && one.eo == m[0].eo);
        for (size_t i = regex.subexpressions + 1; i < MATCHES; i++)
            assert_true(m[i].so == -1 && m[i].eo == -1);
    }
    const char *out =
        result ? result == NOMATCH ? "-" : "error" : shown(m, regex.subexpressions + 1);
    dy_regfree(&regex);
    return out;
}

struct match_case {
    int flags;
    const char *pattern, *text, *match;
};

static void check_cases(const struct match_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct match_case *c = &cases[i];
        const char *got = result_of(c->pattern, c->text, c->flags, 0);
        if (strcmp(got, c->match) != 0)
            fail_msg("%s (flags %d) on %s: %s, not %s", c->pattern, c->flags, c->text, got,
                     c->match);
    }
}

static void test_subexpressions_are_longest_from_left_to_right(void **state)
{
    static const struct match_case cases[] = {
        {E, "(wee|week)(knights|night)", "xweeknights", "(1,11)(1,4)(4,11)"},
        {E, "(a|ab)(c|bcd)(d*)", "abcd", "(0,4)(0,2)(2,3)(3,4)"},
        {E, "(ab|a)(bcd|c)(d*)", "abcd", "(0,4)(0,2)(2,3)(3,4)"},
        {E, "(ab|a)(c|bcd)(d|.*)", "abcd", "(0,4)(0,2)(2,3)(3,4)"},
        {E, "(a|ab)(c|bcd)", "abcd", "(0,4)(0,1)(1,4)"},
        {E, "((a|ab)(c|bcd))(d*)", "abcd", "(0,4)(0,4)(0,1)(1,4)(4,4)"},
        {E, "(a|ab)((c|bcd)(d*))", "abcd", "(0,4)(0,2)(2,4)(2,3)(3,4)"},
        {E, "(a*)(b|abc)(c*)", "abc", "(0,3)(0,1)(1,2)(2,3)"},
        {E, "(a*)(ab)*(b*)", "abb", "(0,3)(0,1)(?,?)(1,3)"},
        {E, "(a|b)*c|(a|ab)*c", "abc", "(0,3)(1,2)(?,?)"},
        {E, "((a*)(b|abc))(c*)", "abc", "(0,3)(0,3)(0,0)(0,3)(3,3)"},
        {E, "(.a|.b).*|.*(.a|.b)", "xa", "(0,2)(0,2)(?,?)"},
        {E, "(a)|b|(a)", "a", "(0,1)(0,1)(?,?)"},
        {E, "a?(ab|ba)*", "ababababab", "(0,10)(8,10)"},
        {E, "a?(ab|ba)*x|a(ba)*", "ababab", "(0,5)(?,?)(3,5)"},
        {E, "(x(y)?z)+", "xyzxz", "(0,5)(3,5)(?,?)"},
        {E, "(..)*(...)*", "abcde", "(0,5)(0,2)(2,5)"},
        {E, "(..)*(...)*", "abcdefg", "(0,7)(2,4)(4,7)"},
        {E, "((..)|(.))*", "aaa", "(0,3)(2,3)(?,?)(2,3)"},
        {E, "((.)|(..)){2}", "aaa", "(0,3)(2,3)(2,3)(?,?)"},
        {E, "(a|ab|c|bcd)*(d*)", "ababcd", "(0,6)(3,6)(6,6)"},
        {E, "(a|ab|c|bcd){3}(d*)", "ababcd", "(0,6)(3,6)(6,6)"},
        {E, "((a)|b)*", "ab", "(0,2)(1,2)(?,?)"},
        {E, "((a)|(b)|c)+", "abc", "(0,3)(2,3)(?,?)(?,?)"},
        {E, "(([ab])c?)*", "abca", "(0,4)(3,4)(3,4)"},
        {E, "((([a-z]+)-)|([0-9]+))+", "ab-12", "(0,5)(3,5)(?,?)(?,?)(3,5)"},
        {0, "\\(.*\\).*", "abcdef", "(0,6)(0,6)"},
        {0, "\\(ab*\\)*c", "abbabc", "(0,6)(3,5)"},
        {0, "\\(a*\\)\\(a*\\)", "aaa", "(0,3)(0,3)(3,3)"},
    };
    (void)state;
    check_cases(cases, sizeof cases / sizeof *cases);
}

static void test_an_empty_match_is_longer_than_none(void **state)
{
    static const struct match_case cases[] = {
        {0, "\\(a*\\)*", "bc", "(0,0)(0,0)"},
        {E, "(a*)*", "a", "(0,1)(0,1)"},
        {E, "(a*)*", "aax", "(0,2)(0,2)"},
        {E, "(a*)+", "x", "(0,0)(0,0)"},
        {E, "(a+)*", "x", "(0,0)(?,?)"},
        {E, "(a|b)?", "x", "(0,0)(?,?)"},
        {E, "(a*)?", "x", "(0,0)(0,0)"},
        {E, "()*", "x", "(0,0)(0,0)"},
        {E, "(a*){2}", "aa", "(0,2)(2,2)"},
        {E, "(a*){2}(x)", "ax", "(0,2)(1,1)(1,2)"},
        {E, "(a*)*(x)", "ax", "(0,2)(0,1)(1,2)"},
        {E, "(a*)*(x)", "x", "(0,1)(0,0)(0,1)"},
        {E, "(a*|b)*", "aab", "(0,3)(2,3)"},
        {E, "(a|b*){3}", "ab", "(0,2)(2,2)"},
        {E, "X(.?){0,}Y", "X1234567Y", "(0,9)(7,8)"},
        {E, "X(.?){7,}Y", "X1234567Y", "(0,9)(7,8)"},
        {E, "X(.?){8}Y", "X1234567Y", "(0,9)(8,8)"},
        {E, "(a|){2,4}", "a", "(0,1)(1,1)"},
        {E, "(a){0}b", "ab", "(1,2)(?,?)"},
        {E, "(^)*", "-", "(0,0)(0,0)"},
        {E, "($)*a", "a", "(0,1)(?,?)"},
        {E, "((a*)(b*))*", "x", "(0,0)(0,0)(0,0)(0,0)"},
        {E, "((a*)|b)*", "bx", "(0,1)(0,1)(?,?)"},
        {0, "\\(\\(a*\\)*\\)*b", "aab", "(0,3)(0,2)(0,2)"},
    };
    (void)state;
    check_cases(cases, sizeof cases / sizeof *cases);
}

static void test_branches_with_anchors_of_their_own(void **state)
{
    static const struct match_case cases[] = {
        {E, "^|a*", "aab", "(0,2)"},
        {E, "a*|^", "baa", "(0,0)"},
        {E, "(^|a)*b", "aab", "(0,3)(1,2)"},
        {E, "(^a|b)c", "xac", "-"},
        {E, "(^a|b)c", "ac", "(0,2)(0,1)"},
        {E, "(a$|b)", "ab", "(1,2)(1,2)"},
        {E, "($|a)b", "ab", "(0,2)(0,1)"},
        {E, "()|^|$", "a", "(0,0)(0,0)"},
        {E, "(x|^)(y|$)", "", "(0,0)(0,0)(0,0)"},
        {E, "a^b", "a^b", "-"},
        {E, "a$b", "a$b", "-"},
        {E, "^^a$$", "a", "(0,1)"},
        {0, "^^a", "^a", "(0,2)"},
        {0, "a^", "a^", "(0,2)"},
        {0, "$a", "$a", "(0,2)"},
        {0, "a$b", "a$b", "(0,3)"},
        {0, "\\(^a\\)", "ba", "-"},
        {0, "\\(a$\\)", "ab", "-"},
        {0, "^*b", "*b", "(0,2)"},
        {0, "\\(*b\\)", "*b", "(0,2)(0,2)"},
        {0, "\\(^*b\\)", "*b", "(0,2)(0,2)"},
        {0, "**", "a**", "(0,0)"},
        {0, "a\\|b", "b", "(0,1)"},
        {E | N, "^a$|^c$", "x\nc\na", "(2,3)"},
        {E | N, "a.b|[^x]c", "a\nb\nc", "-"},
        {E | N, "$.^", "\n", "-"},
        {E | N, "a$\n^b", "a\nb", "(0,3)"},
        {E | N, "^", "\n", "(0,0)"},
        {E, "a.b", "a\nb", "(0,3)"},
        {E, "[^x]^", "\n", "-"},
    };
    (void)state;
    check_cases(cases, sizeof cases / sizeof *cases);
    assert_string_equal(result_of("^a", "a", E, NOTBOL), "-");
    assert_string_equal(result_of("a$", "a", E, NOTEOL), "-");
    assert_string_equal(result_of("^b$", "a\nb\nc", E | N, NOTBOL | NOTEOL), "(2,3)");
    assert_string_equal(result_of("^|a", "a", E, NOTBOL), "(0,1)");
    assert_string_equal(result_of("a*$", "aa", E, NOTEOL), "-");
    assert_string_equal(result_of("\\<a\\>", "b a-", E, 0), "(2,3)");
}

static void test_brackets(void **state)
{
    static const struct match_case cases[] = {
        {0, "[]]", "]", "(0,1)"},
        {0, "[^]]", "]a", "(1,2)"},
        {0, "[]-a]*", "]^_`a", "(0,5)"},
        {0, "[a-]*", "a-b", "(0,2)"},
        {0, "[-a]*", "a-b", "(0,2)"},
        {0, "[^-a]", "-ab", "(2,3)"},
        {0, "[--/]*", "-./", "(0,3)"},
        {0, "[%--]*", "%,-.", "(0,3)"},
        {0, "[\\n]*", "\\n", "(0,2)"},
        {0, "[*.$^]*", "^.$*", "(0,4)"},
        {0, "[[.-.]-/]*", "-./", "(0,3)"},
        {0, "[+-[.-.]]*", "+,-.", "(0,3)"},
        {0, "[[.hyphen.]]", "-", "(0,1)"},
        {0, "[[.].]]", "]", "(0,1)"},
        {0, "[[=a=][=b=]]*", "abc", "(0,2)"},
        {0, "[[:digit:][:upper:]_]*", "A1_a", "(0,3)"},
        {0, "[^[:space:]]*", "ab c", "(0,2)"},
        {I, "[[:upper:]]*", "aB", "(0,2)"},
        {I, "[^b]", "Ba", "(1,2)"},
        {I, "[a-c]*", "AbC", "(0,3)"},
        {0, "[\303\240-\303\251]", "x\303\250", "(1,3)"},
        {I, "\303\251", "\303\211", "(0,2)"},
        {0, ".", "\342\202\254", "(0,3)"},
        {E, "(.)(.)", "\303\251\342\202\254", "(0,5)(0,2)(2,5)"},
        {0, "[a", "", "!7"},
        {0, "[]", "", "!7"},
        {0, "[^]", "", "!7"},
        {0, "[[:alpha:", "", "!7"},
        {0, "[[.a", "", "!7"},
        {0, "[b-a]", "", "!11"},
        {0, "[a-[=b=]]", "", "!11"},
        {0, "[[=a=]-z]", "", "!11"},
        {0, "[[:alpha:]-z]", "", "!11"},
        {0, "[a-c-e]", "", "!11"},
        {0, "[[:nothing:]]", "", "!4"},
        {0, "[[.nothing.]]", "", "!3"},
        {0, "[[=ab=]]", "", "!3"},
    };
    (void)state;
    check_cases(cases, sizeof cases / sizeof *cases);
}

static void test_errors(void **state)
{
    static const struct {
        int flags;
        const char *pattern;
        int error;
    } cases[] = {
        {0, "\\(", EPAREN},
        {0, "a\\)", EPAREN},
        {E, "(", EPAREN},
        {E, "((a)", EPAREN},
        {E, "a)", 0},
        {0, "\\", EESCAPE},
        {E, "a\\", EESCAPE},
        {0, "\\1", ESUBREG},
        {0, "\\(a\\1\\)", ESUBREG},
        {0, "\\(a\\)\\2", ESUBREG},
        {0, "a\\{1", EBRACE},
        {E, "a{1,2", EBRACE},
        {E, "a{1a}", BADBR},
        {E, "a{}", BADBR},
        {E, "a{2,1}", BADBR},
        {E, "a{256}", BADBR},
        {E, "a{1,99999999999}", BADBR},
        {0, "a\\{1,2,3\\}", BADBR},
        {E, "a{255}", 0},
        {E, "*a", BADRPT},
        {E, "a|*", BADRPT},
        {E, "(+)", BADRPT},
        {E, "^*", BADRPT},
        {E, "{1}", BADRPT},
        {E, "a||b", 0},
        {E, "()", 0},
        {0, "*", 0},
        {0, "\\(*\\)", 0},
        {0, "\\{1\\}", BADRPT},
        {E, "a**+?{2}", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct our_regex regex;
        int error = dy_regcomp(&regex, cases[i].pattern, cases[i].flags);
        if (error != cases[i].error)
            fail_msg("%s: error %d, not %d", cases[i].pattern, error, cases[i].error);
        dy_regfree(&regex); /* harmless for what was refused */
    }
}

static void test_back_references(void **state)
{
    static const struct match_case cases[] = {
        {0, "\\(a*\\)b\\1", "aabaa", "(0,5)(0,2)"},
        {0, "^\\(.*\\)-\\1$", "abc-abc", "(0,7)(0,3)"},
        {0, "\\(.\\)\\1", "abccd", "(2,4)(2,3)"},
        {0, "\\(a*\\)*\\1", "aaab", "(0,3)(1,2)"},
        {0, "\\(a\\(b\\)*\\)*\\2", "ababb", "(0,5)(2,4)(3,4)"},
        {0, "\\(a\\(b\\)*\\)*\\2", "abab", "-"},
        {0, "\\(\\(a\\)\\{1,2\\}b\\)*\\2", "abaaba", "(0,6)(2,5)(3,4)"},
        {0, "\\(a\\)\\(b\\)\\(c\\)\\(d\\)\\(e\\)\\(f\\)\\(g\\)\\(h\\)\\(i\\)\\9\\8", "abcdefghiih",
         "(0,11)(0,1)(1,2)(2,3)(3,4)(4,5)(5,6)(6,7)(7,8)(8,9)"},
        {0, "\\(\303\251\\)\\1", "x\303\251\303\251", "(1,5)(1,3)"},
        {I, "\\(a\\)\\1", "aA", "(0,2)(0,1)"},
        {0, "\\(a*\\)\\{2\\}\\1", "aaaa", "(0,4)(4,4)"},
        {0, "\\(.*\\)\\1\\(x*\\)", "ababx", "(0,5)(0,2)(4,5)"},
        {0, "\\(ab*\\)\\(c*\\)\\1d", "abcabd", "(0,6)(0,2)(2,3)"},
        {0, "\\(b\\)*a\\1", "ba", "-"},
        {0, "\\(b\\)*\\1a", "bba", "(0,3)(0,1)"},
        {E, "(a)\\1", "aa", "(0,2)(0,1)"},
    };
    (void)state;
    check_cases(cases, sizeof cases / sizeof *cases);
}

static void test_a_part_of_a_string_can_be_searched(void **state)
{
    struct our_regex regex;
    struct our_match m[2] = {{2, 5}};
    (void)state;
    assert_int_equal(dy_regcomp(&regex, "^(.)\\$?$|b", E), 0);
    assert_int_equal(dy_regexec(&regex, "xxa\0bx", 2, m, STARTEND), 0);
    assert_string_equal(shown(m, 2), "(4,5)(?,?)");
    m[0] = (struct our_match){2, 3};
    assert_int_equal(dy_regexec(&regex, "xxa\0bx", 2, m, STARTEND), 0);
    assert_string_equal(shown(m, 2), "(2,3)(2,3)");
    m[0] = (struct our_match){2, 4};
    assert_int_equal(dy_regexec(&regex, "xxa\0bx", 2, m, STARTEND), NOMATCH);
    dy_regfree(&regex);
}

/* ---- random expressions ---- */

static void compare_with_reference(bool references, long rounds)
{
    long compared = 0, matched = 0;
    for (long round = 0; round < rounds; round++) {
        static struct random_tree t;
        char text[8] = "";
        struct reference_match expected;
        struct our_match m[REFERENCE_GROUPS];
        char wanted[400] = "-";
        const struct reference_node *root = random_tree_make(&t, references);
        for (unsigned n = (unsigned)(test_random() % 7), i = 0; i < n; i++)
            text[i] = "aaabbc"[test_random() % 6];
        int found = reference_match(root, text, &expected);
        if (found < 0)
            continue;
        compared++;
        matched += found;
        for (int i = 0; i <= t.groups; i++)
            m[i] = (struct our_match){expected.begin[i], expected.end[i]};
        if (found)
            strcpy(wanted, shown(m, (size_t)t.groups + 1));
        const char *got = result_of(t.text, text, E, 0);
        if (strcmp(got, wanted) != 0)
            fail_msg("%s on %s: %s, the reference says %s", t.text, text, got, wanted);
    }
    assert_true(compared > rounds / 2 && matched > rounds / 4);
}

static void test_random_expressions_match_as_the_reference_says(void **state)
{
    (void)state;
    compare_with_reference(false, 30000);
}

static void test_random_references_match_as_the_reference_says(void **state)
{
    (void)state;
    compare_with_reference(true, 10000);
}

/* ---- what is meant to hurt ---- */

static void test_hostile_expressions_end(void **state)
{
    static const char *const patterns[] = {
        "(a*)*b",         "(a+)+b",       "((a*)*)*b",     "(a|aa)+b",
        "(a|a*b)*c",      "(a*a*a*a*)*b", "(.*.*.*.*)*x",  "((a{0,20}){0,20}){0,5}b",
        "(a?){60}a{60}b", "(((a+)+)+)+b", "(x+x+)+y|a*(b)"};
    static char text[3001];
    (void)state;
    memset(text, 'a', sizeof text - 1);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        const char *got = result_of(patterns[i], text, E, 0);
        assert_string_equal(got, "-");
    }
    assert_string_equal(result_of("((a*)*)*", text, E, 0), "(0,3000)(0,3000)(0,3000)");
    assert_string_equal(result_of("(a|(aa))*", text, E, 0), "(0,3000)(2998,3000)(2998,3000)");
    assert_string_equal(result_of("(((a{255}){255}){255})", text, E, 0), "!12");
    assert_string_equal(result_of("((((){255}){255}){255}){255}", text, E, 0), "!12");
    strcpy(text + 399, "y");
    assert_string_equal(result_of("(.*)(.*)(.*)\\1\\2\\3y", text, E, 0),
                        "error"); /* REG_ESPACE, but soon */
}

static void test_deep_groups_are_taken_or_refused(void **state)
{
    static char pattern[20001];
    (void)state;
    memset(pattern, '(', 300);
    pattern[300] = 'a';
    memset(pattern + 301, ')', 300);
    struct our_regex regex;
    assert_int_equal(dy_regcomp(&regex, pattern, E), 0);
    assert_int_equal(regex.subexpressions, 300);
    struct our_match m[301];
    assert_int_equal(dy_regexec(&regex, "ba", 301, m, 0), 0);
    assert_true(m[300].so == 1 && m[300].eo == 2);
    dy_regfree(&regex);
    memset(pattern, '(', 10000);
    memset(pattern + 10000, ')', 10000);
    assert_int_equal(dy_regcomp(&regex, pattern, E), ESPACE);
    memset(pattern, '*', 20000);
    pattern[0] = 'a';
    assert_int_equal(dy_regcomp(&regex, pattern, E), 0);
    dy_regfree(&regex);
}

/* ---- memory ---- */

static long allocations, fail_at, outstanding; /* reallocarray calls realloc */

void *__real_dy_malloc(size_t size);
void *__real_dy_calloc(size_t count, size_t size);
void *__real_dy_realloc(void *p, size_t size);
void __real_dy_free(void *p);

static bool fails(void)
{
    return fail_at && ++allocations == fail_at;
}
void *__wrap_dy_malloc(size_t size)
{
    void *p = fails() ? NULL : __real_dy_malloc(size);
    outstanding += p != NULL;
    return p;
}
void *__wrap_dy_calloc(size_t count, size_t size)
{
    void *p = fails() ? NULL : __real_dy_calloc(count, size);
    outstanding += p != NULL;
    return p;
}
void *__wrap_dy_realloc(void *old, size_t size)
{
    void *p = fails() ? NULL : __real_dy_realloc(old, size);
    outstanding += p && !old;
    return p;
}
void __wrap_dy_free(void *p)
{
    outstanding -= p != NULL;
    __real_dy_free(p);
}

/* Returns whether an allocation failed. */
static bool run_with_failure(const char *pattern, const char *text, long at)
{
    struct our_regex regex;
    struct our_match m[5];
    long before = outstanding;
    allocations = 0;
    fail_at = at;
    int error = dy_regcomp(&regex, pattern, E);
    if (error) {
        assert_int_equal(error, ESPACE);
    } else {
        int result = dy_regexec(&regex, text, 5, m, 0);
        assert_true(result == 0 || result == ESPACE);
        assert_true(allocations < at || result == ESPACE);
        fail_at = 0;
        /* The expression is as good as before. */
        assert_int_equal(dy_regexec(&regex, text, 5, m, 0), 0);
        dy_regfree(&regex);
    }
    fail_at = 0;
    assert_int_equal(outstanding, before);
    return allocations >= at;
}

static void test_without_memory_there_is_an_error_and_no_leak(void **state)
{
    static const char *const cases[][2] = {
        {"^(a|b[[:alpha:]x\303\251-])*(c{2,3}|\\<d)*$", "ab\303\251b-dcc"},
        {"(a*)(b|c)*\\1(x|y)+\\2", "aabcaaxyc"},
        {"((((((((((a))))))))))(.\303\251)*.*",
         "aa\303\251\342\202\254\342\202\255\303\244\303\266"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        long at = 1;
        while (run_with_failure(cases[i][0], cases[i][1], at))
            at++;
        assert_true(at > 10);
    }
}

static int set_locale(void **state)
{
    (void)state;
    return dy_setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subexpressions_are_longest_from_left_to_right),
        cmocka_unit_test(test_an_empty_match_is_longer_than_none),
        cmocka_unit_test(test_branches_with_anchors_of_their_own),
        cmocka_unit_test(test_brackets),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_back_references),
        cmocka_unit_test(test_a_part_of_a_string_can_be_searched),
        cmocka_unit_test(test_random_expressions_match_as_the_reference_says),
        cmocka_unit_test(test_random_references_match_as_the_reference_says),
        cmocka_unit_test(test_hostile_expressions_end),
        cmocka_unit_test(test_deep_groups_are_taken_or_refused),
        cmocka_unit_test(test_without_memory_there_is_an_error_and_no_leak),
    };
    return cmocka_run_group_tests(tests, set_locale, NULL);
}
