/* fnmatch.c: shell patterns: * ? [...] with classes, and backslash. Characters are those of UTF-8. */
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

/* Bytes that are no UTF-8 count as characters of their own, outside Unicode. */
static wchar_t next_char(const char **s)
{
    mbstate_t st = {0};
    wchar_t c;
    if ((unsigned char)**s < 128)
        return (unsigned char)*(*s)++;
    size_t n = mbrtowc(&c, *s, strnlen(*s, 4), &st);
    if (n > 4) {
        c = 0x110000 + (unsigned char)**s;
        n = 1;
    }
    *s += n;
    return c;
}

static wchar_t fold(wchar_t c, int flags)
{
    return flags & FNM_CASEFOLD ? (wchar_t)towlower((wint_t)c) : c;
}

/* [:alpha:] and its kin; p stands after "[:". */
static bool match_class(const char **p, wchar_t c, int flags, bool *hit)
{
    const char *end = strstr(*p, ":]");
    char name[16];
    size_t n = end ? (size_t)(end - *p) : sizeof name;
    if (n >= sizeof name)
        return false;
    memcpy(name, *p, n);
    name[n] = 0;
    *p = end + 2;
    wctype_t type = wctype(name);
    *hit |= iswctype((wint_t)c, type) != 0;
    if (flags & FNM_CASEFOLD)
        *hit |= iswctype(towlower((wint_t)c), type) || iswctype(towupper((wint_t)c), type);
    return true;
}

/* One end of a range: a character, [.c.] or [=c=], or an escaped one. */
static bool range_char(const char **p, int flags, wchar_t *out)
{
    char kind = (*p)[0] == '[' ? (*p)[1] : 0;
    if (kind == '.' || kind == '=') {
        *p += 2;
        if (!**p)
            return false;
        *out = next_char(p);
        if ((*p)[0] != kind || (*p)[1] != ']')
            return false;
        *p += 2;
        return true;
    }
    if (**p == '\\' && !(flags & FNM_NOESCAPE))
        ++*p;
    if (!**p || (flags & FNM_PATHNAME && **p == '/'))
        return false;
    *out = next_char(p);
    return true;
}

/* p stands after '['. -1: there is no closing bracket, so it is an ordinary character. */
static int match_bracket(const char **p, wchar_t c, int flags)
{
    const char *at = *p;
    bool negated = *at == '!' || *at == '^', hit = false;
    at += negated;
    for (bool first = true; first || *at != ']'; first = false) {
        if (at[0] == '[' && at[1] == ':') {
            at += 2;
            if (!match_class(&at, c, flags, &hit))
                return -1;
            continue;
        }
        wchar_t from, to;
        if (!range_char(&at, flags, &from))
            return -1;
        to = from;
        if (at[0] == '-' && at[1] && at[1] != ']') {
            at++;
            if (!range_char(&at, flags, &to))
                return -1;
        }
        hit |= from <= c && c <= to;
        hit |= flags & FNM_CASEFOLD && fold(from, flags) <= fold(c, flags) &&
               fold(c, flags) <= fold(to, flags);
    }
    *p = at + 1;
    return hit != negated;
}

/* Whether the next pattern element, which is not '*', takes the next character. Both move on. */
static bool match_one(const char **p, const char **s, int flags)
{
    if (!**s ||
        (**s == '/' && flags & FNM_PATHNAME && **p != '/' && !(**p == '\\' && (*p)[1] == '/')))
        return false;
    wchar_t c = next_char(s), want = next_char(p);
    if (want == '?')
        return true;
    if (want == '[') {
        int result = match_bracket(p, c, flags);
        if (result >= 0)
            return result;
    }
    if (want == '\\' && !(flags & FNM_NOESCAPE)) {
        if (!**p)
            return false;
        want = next_char(p);
    }
    return fold(want, flags) == fold(c, flags);
}

static bool is_hidden(const char *s, const char *start, int flags)
{
    return *s == '.' && flags & FNM_PERIOD &&
           (s == start || (flags & FNM_PATHNAME && s[-1] == '/'));
}

/* A leading period matches only a period that the pattern spells out. */
static bool is_literal_period(const char *p, int flags)
{
    return *p == '.' || (p[0] == '\\' && p[1] == '.' && !(flags & FNM_NOESCAPE));
}

int fnmatch(const char *pattern, const char *string, int flags)
{
    const char *p = pattern, *s = string;
    const char *star = NULL,
               *star_s = NULL; /* the last '*', and where the string goes on after what it takes */
    for (;;) {
        if (!*p && (!*s || (flags & FNM_LEADING_DIR && *s == '/')))
            return 0;
        if (*p == '*' && !is_hidden(s, string, flags)) {
            star = ++p;
            star_s = s;
            continue;
        }
        if (*p && *p != '*' && (!is_hidden(s, string, flags) || is_literal_period(p, flags)) &&
            match_one(&p, &s, flags))
            continue;
        /* Mismatch: let the last star take one more character; it cannot take a slash of a path. */
        if (!star || !*star_s || (*star_s == '/' && flags & FNM_PATHNAME))
            return FNM_NOMATCH;
        next_char(&star_s);
        p = star;
        s = star_s;
    }
}
