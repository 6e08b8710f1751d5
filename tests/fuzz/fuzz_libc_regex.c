/*
 * fuzz_libc_regex.c: regular expressions. The first byte says which: an expression and a text out of POSIX's grammar, where all is
 * defined, are compared with the host's: match or not, where, and the subexpressions where the host has them right; or any bytes as
 * an expression, which must end soon, with bounded memory.
 */
#include <limits.h>
#include <regex.h>

#include "libc/fuzz_libc.h"

/* Of libc/include/regex.h; the flags and errors have the host's numbers. */
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

enum { MATCHES = 12, PATTERN_ROOM = 400, TEXT_ROOM = 80, OUR_STARTEND = 4 };

struct pattern {
    char text[PATTERN_ROOM];
    size_t length;
    bool extended;
    bool
        ambiguous; /* what a subexpression takes is where implementations differ; see add_repeat and add_alternatives */
    int depth, groups; /* few: the host is slow */
};

static void add(struct pattern *p, const char *text)
{
    size_t n = strlen(text);
    if (p->length + n < PATTERN_ROOM) {
        memcpy(p->text + p->length, text, n + 1);
        p->length += n;
    }
}

/* ---- the grammar ---- */

static void add_alternatives(struct pattern *p, struct input *in);

static void add_bracket(struct pattern *p, struct input *in)
{
    static const char *const brackets[] = {
        "[ab]",         "[^a]", "[a-c]", "[^a-b]", "[[:alpha:]]",  "[^[:space:]]",
        "[[:upper:]a]", "[]a]", "[^]b]", "[a-]",   "[-b]",         "[[.a.]b]",
        "[[=b=]]",      "[éa]", "[.*]",  "[a\\]",  "[[:digit:]_]", "[^\n]"};
    add(p, brackets[input_below(in, sizeof brackets / sizeof brackets[0])]);
}

static void add_atom(struct pattern *p, struct input *in)
{
    static const char *const letters[] = {"a", "b",   "c",   "A", "B", "é",
                                          "É", "\\.", "\\*", "1", "_", " "};
    unsigned kind = input_below(in, 16);
    if (kind == 0 && p->depth < 2 && p->groups < 5) {
        p->groups++;
        add(p, p->extended ? "(" : "\\(");
        p->depth++;
        add_alternatives(p, in);
        p->depth--;
        add(p, p->extended ? ")" : "\\)");
        return;
    }
    if (kind < 3)
        add_bracket(p, in);
    else if (kind < 5)
        add(p, ".");
    else
        add(p, letters[input_below(in, sizeof letters / sizeof letters[0])]);
}

/*
 * What a repeated group matched last, and with it the groups inside, the host's library gets wrong, and which of two parts is the
 * longer. tests/unit/libc/test_regex.c asks for it.
 */
static void add_repeat(struct pattern *p, struct input *in, bool after_group)
{
    static const char *const extended[] = {"*", "+", "?", "{2}", "{0,1}", "{1,3}", "{2,}", "{0}"};
    static const char *const basic[] = {"*",         "\\{1,\\}",  "\\{0,1\\}", "\\{2\\}",
                                        "\\{0,1\\}", "\\{1,3\\}", "\\{2,\\}",  "\\{0\\}"};
    unsigned kind = input_byte(in);
    if (kind % 3)
        return;
    p->ambiguous |= after_group;
    add(p, (p->extended ? extended : basic)[kind / 3 % 8]);
}

static void add_branch(struct pattern *p, struct input *in)
{
    unsigned atoms = 1 + input_below(in, 5);
    /* Beside and in repeated groups the host forgets about anchors. */
    unsigned anchors = p->extended && p->depth == 0 ? input_below(in, 16) : 0;
    if (anchors & 4)
        add(p, "^");
    while (atoms-- > 0) {
        int before = p->groups;
        add_atom(p, in);
        add_repeat(p, in, p->groups != before);
    }
    if (anchors & 8)
        add(p, "$");
}

static void add_alternatives(struct pattern *p, struct input *in)
{
    add_branch(p, in);
    for (unsigned n = p->extended ? input_byte(in) : 0; n % 4 == 3 && p->length < 200;
         n = input_byte(in)) {
        p->ambiguous = true;
        add(p, "|");
        add_branch(p, in);
    }
}

/* ---- running ---- */

static char *add_text(struct input *in)
{
    static const char *const pieces[] = {"a", "b", "c", "A", "B", "é",  "É",  "\n",
                                         "1", "_", ".", "*", " ", "aa", "ab", "ba"};
    char *text = calloc(1, TEXT_ROOM);
    for (size_t n = 0; in->at < in->end && n + 3 < TEXT_ROOM; n = strlen(text))
        strcat(text, pieces[input_below(in, 16)]);
    return realloc(text, strlen(text) + 1);
}

static const char *shown(const regmatch_t *m, int count)
{
    static char rooms[2][MATCHES * 12 + 1];
    static int next;
    char *at = rooms[next ^= 1], *begin = at;
    for (int i = 0; i < count; i++)
        at += sprintf(at, "(%d,%d)", (int)m[i].rm_so, (int)m[i].rm_eo);
    *at = 0;
    return begin;
}

static void compare(const struct pattern *p, const char *text, int flags, int exec_flags)
{
    struct our_regex ours;
    regex_t theirs;
    struct our_match m[MATCHES];
    regmatch_t a[MATCHES], b[MATCHES];
    int error = dy_regcomp(&ours, p->text, flags), host_error = regcomp(&theirs, p->text, flags);
    if (error || host_error)
        FAIL("%s flags %d: ours %d, the host's %d", fuzz_quoted(p->text, p->length), flags, error,
             host_error);
    EXPECT(flags & REG_NOSUB || ours.subexpressions == theirs.re_nsub);
    memset(m, 0xff, sizeof m);
    memset(b, 0xff, sizeof b);
    /* The host takes exponential time for the subexpressions of repeated groups in groups, so it is not asked for them. */
    int count = p->ambiguous ? 1 : MATCHES;
    int result = dy_regexec(&ours, text, MATCHES, m, exec_flags),
        host = regexec(&theirs, text, (size_t)count, b, exec_flags);
    bool same = result == host;
    for (int i = 0; i < MATCHES; i++) {
        a[i] = (regmatch_t){(regoff_t)m[i].so, (regoff_t)m[i].eo};
        EXPECT(m[i].so <= m[i].eo && m[i].so >= -1 && m[i].eo <= (long)strlen(text) &&
               (m[i].so < 0) == (m[i].eo < 0));
    }
    for (int i = 0; same && result == 0 && !(flags & REG_NOSUB) && i < count; i++)
        same = a[i].rm_so == b[i].rm_so && a[i].rm_eo == b[i].rm_eo;
    if (!same)
        FAIL("%s flags %d/%d on %s: ours %d %s, the host's %d %s", fuzz_quoted(p->text, p->length),
             flags, exec_flags, fuzz_quoted(text, strlen(text)), result, shown(a, count), host,
             shown(b, count));
    dy_regfree(&ours);
    regfree(&theirs);
}

static void run_grammar(struct input *in, unsigned mode)
{
    struct pattern p = {.extended = mode & REG_EXTENDED};
    if (mode & 0x40)
        add(&p, p.extended ? "^(" : "^");
    add_alternatives(&p, in);
    if (p.extended && mode & 0x40)
        add(&p, ")");
    if (!p.extended && mode & 0x20)
        add(&p, "$");
    char *text = add_text(in);
    compare(&p, text, (int)(mode & 15),
            (int)(mode >> 4 & 1 ? REG_NOTBOL : 0) | (mode & 0x40 ? REG_NOTEOL : 0));
    free(text);
}

static void run_raw(struct input *in, unsigned mode)
{
    struct our_regex regex;
    struct our_match m[MATCHES];
    char message[64];
    char *pattern = input_string(in, PATTERN_ROOM), *text = input_string(in, TEXT_ROOM);
    int error = dy_regcomp(&regex, pattern, (int)(mode & 15));
    EXPECT(error >= 0 && error <= REG_BADRPT);
    if (error) {
        EXPECT(dy_regerror(error, &regex, message, sizeof message) > 1);
    } else {
        size_t length = strlen(text);
        int exec_flags = (int)(mode >> 4 & 3);
        memset(m, 0xff, sizeof m);
        if (mode &
            0x40) { /* a string without a null byte, of which nothing beyond the end may be read */
            exec_flags |= OUR_STARTEND;
            m[0] = (struct our_match){0, (long)length};
            text = realloc(text, length ? length : 1);
        }
        int result = dy_regexec(&regex, text, MATCHES, m, exec_flags);
        EXPECT(result == 0 || result == REG_NOMATCH || result == REG_ESPACE);
        for (int i = 0; result == 0 && !(mode & REG_NOSUB) && i < MATCHES; i++)
            EXPECT((m[i].so == -1 && m[i].eo == -1) ||
                   (m[i].so >= 0 && m[i].so <= m[i].eo && m[i].eo <= (long)length));
        dy_regfree(&regex);
    }
    free(pattern);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    fuzz_locale();
    unsigned mode = input_byte(&in);
    if (mode & 0x80)
        run_raw(&in, mode);
    else
        run_grammar(&in, mode);
    return 0;
}
