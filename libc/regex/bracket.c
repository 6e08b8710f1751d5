/* regex/bracket.c: sets of characters, and bracket expressions, which make them. XBD 9.3.5. */
#include <stdlib.h>
#include <string.h>
#include "regex/regex_state.h"

uint32_t __regex_char(const char *p, const char *end, size_t *length)
{
    mbstate_t state = {0};
    wchar_t c;
    if ((unsigned char)*p < 0x80) {
        *length = 1;
        return (unsigned char)*p;
    }
    size_t room = end && end - p < MB_LEN_MAX ? (size_t)(end - p) : MB_LEN_MAX;
    size_t n = mbrtowc(&c, p, strnlen(p, room), &state);
    *length = n > MB_LEN_MAX ? 0 : n;
    return *length ? (uint32_t)c : REGEX_INVALID;
}

struct regex_set *__regex_set_new(struct regex_arena *arena)
{
    return __regex_alloc(arena, sizeof(struct regex_set));
}

/* A list with room for one more: twice as long, when it is full. */
static void *grown(struct regex_arena *arena, void *list, uint32_t count, uint32_t *room,
                   size_t size)
{
    if (count < *room)
        return list;
    uint32_t larger = *room ? *room * 2 : 2;
    void *new = __regex_alloc(arena, larger * size);
    if (!new)
        return NULL;
    if (count)
        memcpy(new, list, count * size);
    *room = larger;
    return new;
}

bool __regex_set_add(struct regex_arena *arena, struct regex_set *set, uint32_t first,
                     uint32_t last)
{
    struct regex_range *ranges =
        grown(arena, set->ranges, set->range_count, &set->range_room, sizeof *ranges);
    if (!ranges)
        return false;
    set->ranges = ranges;
    ranges[set->range_count++] = (struct regex_range){first, last};
    return true;
}

bool __regex_set_add_type(struct regex_arena *arena, struct regex_set *set, wctype_t type)
{
    wctype_t *types = grown(arena, set->types, set->type_count, &set->type_room, sizeof *types);
    if (!types)
        return false;
    set->types = types;
    types[set->type_count++] = type;
    return true;
}

static bool is_listed(const struct regex_set *set, uint32_t c)
{
    for (uint32_t i = 0; i < set->range_count; i++)
        if (c >= set->ranges[i].first && c <= set->ranges[i].last)
            return true;
    for (uint32_t i = 0; i < set->type_count; i++)
        if (iswctype((wint_t)c, set->types[i]))
            return true;
    return false;
}

bool __regex_set_has(const struct regex_set *set, uint32_t c)
{
    if (c == REGEX_INVALID)
        return false;
    bool in = is_listed(set, c);
    if (!in && set->any_case)
        in = is_listed(set, (uint32_t)towlower((wint_t)c)) ||
             is_listed(set, (uint32_t)towupper((wint_t)c));
    return set->negated ? !in && !(set->not_newline && c == '\n') : in;
}

/* ---- bracket expressions ---- */

/* The names that collating symbols of the POSIX locale have beside the characters themselves. */
static const struct {
    const char *name;
    char c;
} names[] = {
    {"NUL", 0},
    {"alert", '\a'},
    {"backspace", '\b'},
    {"tab", '\t'},
    {"newline", '\n'},
    {"vertical-tab", '\v'},
    {"form-feed", '\f'},
    {"carriage-return", '\r'},
    {"space", ' '},
    {"exclamation-mark", '!'},
    {"quotation-mark", '"'},
    {"number-sign", '#'},
    {"dollar-sign", '$'},
    {"percent-sign", '%'},
    {"ampersand", '&'},
    {"apostrophe", '\''},
    {"left-parenthesis", '('},
    {"right-parenthesis", ')'},
    {"asterisk", '*'},
    {"plus-sign", '+'},
    {"comma", ','},
    {"hyphen", '-'},
    {"hyphen-minus", '-'},
    {"period", '.'},
    {"full-stop", '.'},
    {"slash", '/'},
    {"solidus", '/'},
    {"zero", '0'},
    {"one", '1'},
    {"two", '2'},
    {"three", '3'},
    {"four", '4'},
    {"five", '5'},
    {"six", '6'},
    {"seven", '7'},
    {"eight", '8'},
    {"nine", '9'},
    {"colon", ':'},
    {"semicolon", ';'},
    {"less-than-sign", '<'},
    {"equals-sign", '='},
    {"greater-than-sign", '>'},
    {"question-mark", '?'},
    {"commercial-at", '@'},
    {"left-square-bracket", '['},
    {"backslash", '\\'},
    {"reverse-solidus", '\\'},
    {"right-square-bracket", ']'},
    {"circumflex", '^'},
    {"circumflex-accent", '^'},
    {"underscore", '_'},
    {"low-line", '_'},
    {"grave-accent", '`'},
    {"left-brace", '{'},
    {"left-curly-bracket", '{'},
    {"vertical-line", '|'},
    {"right-brace", '}'},
    {"right-curly-bracket", '}'},
    {"tilde", '~'},
    {"DEL", 0x7f},
};

static bool find_name(const char *s, size_t length, uint32_t *c)
{
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (strlen(names[i].name) == length && memcmp(names[i].name, s, length) == 0) {
            *c = (unsigned char)names[i].c;
            return true;
        }
    return false;
}

/* [.c.] or [=c=], `mark` its dot or sign, at *p: each is one character, which is equivalent to itself alone. */
static int parse_symbol(const char **p, char mark, uint32_t *c)
{
    const char *s = *p + 2;
    size_t length;
    uint32_t first = __regex_char(s, NULL, &length);
    if (*s && length && s[length] == mark && s[length + 1] == ']') {
        *c = first;
        *p = s + length + 2;
        return 0;
    }
    const char close[3] = {mark, ']', 0}, *end = strstr(s, close);
    if (!end)
        return REG_EBRACK;
    if (mark != '.' || !find_name(s, (size_t)(end - s), c))
        return REG_ECOLLATE;
    *p = end + 2;
    return 0;
}

/* [:name:] at *p. */
static int parse_type(struct regex_arena *arena, const char **p, struct regex_set *set)
{
    char name[CHARCLASS_NAME_MAX + 1];
    const char *s = *p + 2, *end = strstr(s, ":]");
    if (!end)
        return REG_EBRACK;
    size_t length = (size_t)(end - s);
    if (length > CHARCLASS_NAME_MAX)
        return REG_ECTYPE;
    memcpy(name, s, length);
    name[length] = 0;
    wctype_t type = wctype(name);
    if (!type)
        return REG_ECTYPE;
    *p = end + 2;
    return __regex_set_add_type(arena, set, type) ? 0 : REG_ESPACE;
}

/* A character or [.c.] at *p. */
static int parse_end_point(const char **p, uint32_t *c)
{
    size_t length;
    if (**p == '[' && (*p)[1] == '.')
        return parse_symbol(p, '.', c);
    if (**p == '[' && ((*p)[1] == '=' || (*p)[1] == ':'))
        return REG_ERANGE;
    if (!**p)
        return REG_EBRACK;
    *c = __regex_char(*p, NULL, &length);
    *p += length;
    return length ? 0 : REG_ECOLLATE;
}

static bool begins_range(const char *p)
{
    return p[0] == '-' && p[1] && p[1] != ']';
}

/* What stands between the brackets once: a class, an equivalence class, a character, or a range of them. */
static int parse_element(struct regex_arena *arena, const char **p, struct regex_set *set,
                         bool first)
{
    uint32_t from, to;
    int error;
    if (**p == '[' && (*p)[1] == ':') {
        error = parse_type(arena, p, set);
        return error ? error : begins_range(*p) ? REG_ERANGE : 0;
    }
    if (**p == '[' && (*p)[1] == '=') {
        error = parse_symbol(p, '=', &from);
        if (error || begins_range(*p))
            return error ? error : REG_ERANGE;
        return __regex_set_add(arena, set, from, from) ? 0 : REG_ESPACE;
    }
    /* A hyphen is itself when it is first or last, or begins a range. */
    if (!first && begins_range(*p) && !begins_range(*p + 1))
        return REG_ERANGE;
    error = parse_end_point(p, &from);
    if (error)
        return error;
    to = from;
    if (begins_range(*p)) {
        ++*p;
        error = parse_end_point(p, &to);
        if (error)
            return error;
        if (from > to)
            return REG_ERANGE;
    }
    return __regex_set_add(arena, set, from, to) ? 0 : REG_ESPACE;
}

int __regex_parse_bracket(struct regex_arena *arena, const char **p, int flags,
                          struct regex_set **out)
{
    struct regex_set *set = __regex_set_new(arena);
    if (!set)
        return REG_ESPACE;
    set->any_case = flags & REG_ICASE;
    if (**p == '^') {
        ++*p;
        set->negated = true;
        set->not_newline = flags & REG_NEWLINE;
    }
    for (bool first = true; first || **p != ']'; first = false) {
        if (!**p)
            return REG_EBRACK;
        int error = parse_element(arena, p, set, first);
        if (error)
            return error;
    }
    ++*p;
    *out = set;
    return 0;
}
