/* regex.c: XBD chapter 9, regular expressions, and regcomp's functions. */
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <regex.h>
#include "tests/posix/posix_test.h"

#define E REG_EXTENDED

/* match: "(0,3)(1,2)" as offsets; "-" no match; "!" the pattern is refused. */
static const struct {
    int flags;
    const char *pattern, *text, *match;
} cases[] = {
    {0, "abc", "xabcy", "(1,4)"},
    {0, "a*", "baaa", "(0,0)"},
    {0, "*a", "x*a", "(1,3)"},
    {0, "\\(ab\\)*", "abab", "(0,4)(2,4)"},
    {0, "\\(a*\\)b\\1", "aabaa", "(0,5)(0,2)"},
    {0, "a\\{2,3\\}", "aaaa", "(0,3)"},
    {0, "a+", "a+", "(0,2)"},
    {0, "^a^b$", "a^b", "(0,3)"},
    {0, "[]a]*", "a]b", "(0,2)"},
    {0, "[^]a]", "]ab", "(2,3)"},
    {0, "[a-]", "-", "(0,1)"},
    {0, "a.c", "a\nc", "(0,3)"},
    {REG_NEWLINE, "a.c", "a\nc", "-"},
    {REG_NEWLINE, "^b$", "a\nb\nc", "(2,3)"},
    {E, "a|ab|abc", "abcd", "(0,3)"},
    {E, "(a|ab)(c|bcd)", "abcd", "(0,4)(0,1)(1,4)"},
    {E, "(a*)(b*)", "aabb", "(0,4)(0,2)(2,4)"},
    {E, "x+y?", "xxz", "(0,2)"},
    {E, "a{2}", "aaa", "(0,2)"},
    {E, "(ab){1,2}", "ababab", "(0,4)(2,4)"},
    {E, "^(a|b)*$", "abba", "(0,4)(3,4)"},
    {E, "()", "a", "(0,0)(0,0)"},
    {E, "(a)|b", "b", "(0,1)(-1,-1)"},
    {E, "[[:alpha:]_][[:alnum:]_]*", "9x_1 ", "(1,4)"},
    {E, "[[:digit:]]{1,3}\\.[[:digit:]]+", "v12.34", "(1,6)"},
    {E, "\\.", "a.b", "(1,2)"},
    {E | REG_ICASE, "HeLLo", "say hello", "(4,9)"},
    {E | REG_ICASE, "[a-c]+", "xABCx", "(1,4)"},
    {E, "a$", "ba", "(1,2)"},
    {E, "\xc3\xa9", "caf\xc3\xa9", "(3,5)"},
    {E, "(wee|week)(knights|night)", "weeknights", "(0,10)(0,3)(3,10)"},
    {0, "\\(.*\\).*", "abcdef", "(0,6)(0,6)"},
    {0, "\\(a*\\)*", "bc", "(0,0)(0,0)"},
    {E, "^|a*", "aab", "(0,2)"},
    {E, "(^|a)+b", "aab", "(0,3)(1,2)"},
    {E, "(a*)(ab)*(b*)", "abb", "(0,3)(0,1)(-1,-1)(1,3)"},
    {E, "(..)*(...)*", "abcde", "(0,5)(0,2)(2,5)"},
    {E, "((..)|(.))*", "aaaa", "(0,4)(2,4)(2,4)(-1,-1)"},
    {E, "(a*){2}x", "ax", "(0,2)(1,1)"},
    {E, "(a|b)*c|(a|ab)*c", "abc", "(0,3)(1,2)(-1,-1)"},
    {E, "x{0,2}", "xxx", "(0,2)"},
    {E, "a{0}b", "ab", "(1,2)"},
    {0, "a\\{0,1\\}b", "aab", "(1,3)"},
    {0, "^*a", "*a", "(0,2)"},
    {0, "\\(*a\\)", "*a", "(0,2)(0,2)"},
    {0, "a$b", "a$b", "(0,3)"},
    {E, "a$b", "a$b", "-"},
    {0, "[[.-.]-/]*", "-./", "(0,3)"},
    {0, "[[=a=]b]*", "abc", "(0,2)"},
    {0, "[--/]*", "-./", "(0,3)"},
    {0, "[a\\]*", "a\\", "(0,2)"},
    {REG_ICASE, "[^b]", "Ba", "(1,2)"},
    {REG_ICASE, "\\(a\\)\\1", "aA", "(0,2)(0,1)"},
    {REG_NEWLINE, "[^x]", "\n", "-"},
    {E | REG_NEWLINE, "$\n^", "a\nb", "(1,2)"},
    {0, "\\(", "", "!"},
    {0, "a\\{1", "", "!"},
    {0, "[a", "", "!"},
    {E, "(a", "", "!"},
    {E, "a{2,1}", "", "!"},
    {E, "[b-a]", "", "!"},
    {E, "[[:nothing:]]", "", "!"},
    {E, "a\\", "", "!"},
};

static void describe(const regmatch_t *matches, size_t count, char *out)
{
    for (size_t i = 0; i < count; i++)
        out += sprintf(out, "(%d,%d)", (int)matches[i].rm_so, (int)matches[i].rm_eo);
}

static void test_patterns_match_as_they_should(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        regex_t regex;
        regmatch_t matches[10];
        char got[200] = "!";
        if (regcomp(&regex, cases[i].pattern, cases[i].flags) == 0) {
            strcpy(got, "-");
            if (regexec(&regex, cases[i].text, 10, matches, 0) == 0)
                describe(matches, regex.re_nsub + 1, got);
            regfree(&regex);
        }
        if (strcmp(got, cases[i].match) != 0)
            printf("pattern %s on %s: %s, expected %s\n", cases[i].pattern, cases[i].text, got,
                   cases[i].match);
        CHECK(strcmp(got, cases[i].match) == 0);
    }
}

static void test_ends_of_line_can_be_taken_away(void)
{
    regex_t regex;
    CHECK_IS(regcomp(&regex, "^a", REG_NOSUB), 0);
    CHECK_IS(regexec(&regex, "a", 0, NULL, 0), 0);
    CHECK_IS(regexec(&regex, "a", 0, NULL, REG_NOTBOL), REG_NOMATCH);
    regfree(&regex);
    CHECK_IS(regcomp(&regex, "a$", REG_EXTENDED), 0);
    CHECK_IS(regexec(&regex, "a", 0, NULL, REG_NOTEOL), REG_NOMATCH);
    regfree(&regex);
}

static void test_errors_have_texts(void)
{
    regex_t regex;
    char text[100], tiny[4];
    int error = regcomp(&regex, "[a", 0);
    CHECK_IS(error, REG_EBRACK);
    size_t needed = regerror(error, &regex, text, sizeof text);
    CHECK_IS(needed, strlen(text) + 1);
    CHECK_IS(regerror(error, &regex, tiny, sizeof tiny), needed);
    CHECK(strlen(tiny) == 3 && strncmp(tiny, text, 3) == 0);
    CHECK_IS(regerror(error, &regex, NULL, 0), needed);
}

static void test_each_fault_has_its_error(void)
{
    static const struct {
        int flags;
        const char *pattern;
        int error, also;
    } faults[] = {
        {0, "\\(a", REG_EPAREN, 0},         {0, "a\\)", REG_EPAREN, 0},
        {E, "((a)", REG_EPAREN, 0},         {0, "[[:alpha", REG_EBRACK, REG_ECTYPE},
        {0, "[]", REG_EBRACK, 0},           {0, "[[:none:]]", REG_ECTYPE, 0},
        {0, "[[.none.]]", REG_ECOLLATE, 0}, {0, "[z-a]", REG_ERANGE, 0},
        {0, "a\\", REG_EESCAPE, 0},         {0, "\\(a\\)\\2", REG_ESUBREG, 0},
        {0, "a\\{1", REG_EBRACE, 0},        {E, "a{2,1}", REG_BADBR, 0},
        {E, "a{1a}", REG_BADBR, 0},         {E, "*a", REG_BADRPT, 0},
        {E, "a|*b", REG_BADRPT, 0},         {E, "(*b)", REG_BADRPT, 0},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        regex_t regex;
        int error = regcomp(&regex, faults[i].pattern, faults[i].flags);
        if (error != faults[i].error && (!faults[i].also || error != faults[i].also))
            printf("pattern %s: error %d\n", faults[i].pattern, error);
        CHECK(error == faults[i].error || (faults[i].also && error == faults[i].also));
    }
}

/* One compiled expression, many threads: each has its own match. */
static void *match_often(void *arg)
{
    regmatch_t m[2];
    long wrong = 0;
    for (int i = 0; i < 2000; i++) {
        const char *text = i % 3 ? "xxab12" : "nothing";
        int result = regexec(arg, text, 2, m, 0);
        wrong += result != (i % 3 ? 0 : REG_NOMATCH);
        wrong += result == 0 && (m[0].rm_so != 3 || m[0].rm_eo != 6 || m[1].rm_so != 4);
    }
    return (void *)wrong;
}

static void test_threads_may_share_an_expression(void)
{
    regex_t regex;
    pthread_t threads[4];
    CHECK_IS(regcomp(&regex, "b([0-9]+)", E), 0);
    for (int i = 0; i < 4; i++)
        CHECK_IS(pthread_create(&threads[i], NULL, match_often, &regex), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong;
        CHECK_IS(pthread_join(threads[i], &wrong), 0);
        CHECK(wrong == NULL);
    }
    regfree(&regex);
}

/* Patterns on which a backtracking matcher would need longer than anybody waits. */
static void test_no_pattern_takes_for_ever(void)
{
    regex_t regex;
    static char text[2000];
    memset(text, 'a', sizeof text - 1);
    CHECK_IS(regcomp(&regex, "^(a+)+$", REG_EXTENDED), 0);
    CHECK_IS(regexec(&regex, text, 0, NULL, 0), 0);
    text[sizeof text - 2] = 'b';
    CHECK_IS(regexec(&regex, text, 0, NULL, 0), REG_NOMATCH);
    regfree(&regex);
}

int main(void)
{
    test_patterns_match_as_they_should();
    test_ends_of_line_can_be_taken_away();
    test_errors_have_texts();
    test_each_fault_has_its_error();
    test_threads_may_share_an_expression();
    test_no_pattern_takes_for_ever();
    return posix_end();
}
