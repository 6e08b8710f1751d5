/*
 * wctype.c: classes of wide characters. ASCII exactly; beyond it, what a small table knows: the cases of Latin-1, Latin
 * Extended-A, Greek and Cyrillic, the controls, the spaces, and general punctuation; everything else assigned is a letter.
 */
#include <ctype.h>
#include <string.h>
#include <wctype.h>
#include "internal/libc.h"

enum { NONE, ALNUM, ALPHA, BLANK, CNTRL, DIGIT, GRAPH, LOWER, PRINT, PUNCT, SPACE, UPPER, XDIGIT };

static const struct {
    unsigned first, last;
    int delta;
} upper_ranges[] = {
    {0xc0, 0xd6, 32},   {0xd8, 0xde, 32},   {0x391, 0x3a1, 32}, {0x3a3, 0x3ab, 32},
    {0x410, 0x42f, 32}, {0x400, 0x40f, 80}, {0x531, 0x556, 48},
};

/* Where upper and lower case alternate: the first of each pair is the upper one. */
static const struct {
    unsigned first, last;
} pair_ranges[] = {
    {0x100, 0x12f}, {0x132, 0x137}, {0x14a, 0x177}, {0x370, 0x373},   {0x3d8, 0x3ef},
    {0x460, 0x481}, {0x48a, 0x4bf}, {0x4d0, 0x52f}, {0x1e00, 0x1e95}, {0x1ea0, 0x1eff},
};

/* The same with the upper one odd. */
static const struct {
    unsigned first, last;
} odd_pair_ranges[] = {{0x139, 0x148}, {0x179, 0x17e}, {0x4c1, 0x4ce}};

static int in_pairs(wint_t c)
{
    for (size_t i = 0; i < ARRAY_COUNT(pair_ranges); i++)
        if (c >= pair_ranges[i].first && c <= pair_ranges[i].last)
            return 1;
    return 0;
}

static int in_odd_pairs(wint_t c)
{
    for (size_t i = 0; i < ARRAY_COUNT(odd_pair_ranges); i++)
        if (c >= odd_pair_ranges[i].first && c <= odd_pair_ranges[i].last)
            return 1;
    return 0;
}

wint_t towlower(wint_t c)
{
    if (c < 128)
        return (wint_t)tolower((int)c);
    for (size_t i = 0; i < ARRAY_COUNT(upper_ranges); i++)
        if (c >= upper_ranges[i].first && c <= upper_ranges[i].last)
            return c + (wint_t)upper_ranges[i].delta;
    if (in_pairs(c))
        return c | 1;
    return in_odd_pairs(c) && c & 1 ? c + 1 : c;
}

wint_t towupper(wint_t c)
{
    if (c < 128)
        return (wint_t)toupper((int)c);
    for (size_t i = 0; i < ARRAY_COUNT(upper_ranges); i++) {
        wint_t up = c - (wint_t)upper_ranges[i].delta;
        if (up >= upper_ranges[i].first && up <= upper_ranges[i].last)
            return up;
    }
    if (in_pairs(c))
        return c & ~1u;
    return in_odd_pairs(c) && !(c & 1) ? c - 1 : c;
}

static int is_unicode_space(wint_t c)
{
    return c == 0x1680 || (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x2028 ||
           c == 0x2029 || c == 0x205f || c == 0x3000;
}

static int is_control(wint_t c)
{
    return (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static int is_character(wint_t c)
{
    return c <= 0x10ffff && c - 0xd800 >= 0x800 && (c & 0xfffe) != 0xfffe;
}

/* Signs rather than letters, coarsely by block. */
static int is_sign(wint_t c)
{
    return (c >= 0xa0 && c < 0xc0 && c != 0xaa && c != 0xb5 && c != 0xba) || c == 0xd7 ||
           c == 0xf7 ||
           (c >= 0x2000 && c < 0x2c00 && !(c >= 0x2071 && c <= 0x209c) &&
            !(c >= 0x2102 && c <= 0x2188)) ||
           (c >= 0x3000 && c < 0x3005) || (c >= 0x3008 && c < 0x3021) ||
           (c >= 0xfe10 && c < 0xfe70) || (c >= 0xff01 && c < 0xff10) ||
           (c >= 0xe000 && c < 0xf900) || (c >= 0xfff0 && c < 0x10000) ||
           (c >= 0x1f000 && c < 0x1fb00);
}

int iswcntrl(wint_t c)
{
    return c < 128 ? iscntrl((int)c) : is_control(c);
}
int iswspace(wint_t c)
{
    return c < 128 ? isspace((int)c) : is_unicode_space(c);
}
int iswblank(wint_t c)
{
    return c < 128 ? isblank((int)c) : is_unicode_space(c) && !is_control(c);
}
int iswdigit(wint_t c)
{
    return c - '0' < 10;
}
int iswxdigit(wint_t c)
{
    return c < 128 && isxdigit((int)c);
}
int iswprint(wint_t c)
{
    return c < 128 ? isprint((int)c) : is_character(c) && !is_control(c);
}
int iswgraph(wint_t c)
{
    return iswprint(c) && !iswspace(c) && c != ' ';
}
int iswupper(wint_t c)
{
    return towlower(c) != c;
}
int iswlower(wint_t c)
{
    return towupper(c) != c || c == 0xdf;
}
int iswpunct(wint_t c)
{
    return c < 128 ? ispunct((int)c) : iswgraph(c) && is_sign(c);
}
int iswalpha(wint_t c)
{
    return c < 128 ? isalpha((int)c) : iswgraph(c) && !is_sign(c);
}
int iswalnum(wint_t c)
{
    return iswalpha(c) || iswdigit(c);
}

static const char class_names[][8] = {
    [ALNUM] = "alnum", [ALPHA] = "alpha", [BLANK] = "blank", [CNTRL] = "cntrl",
    [DIGIT] = "digit", [GRAPH] = "graph", [LOWER] = "lower", [PRINT] = "print",
    [PUNCT] = "punct", [SPACE] = "space", [UPPER] = "upper", [XDIGIT] = "xdigit",
};

wctype_t wctype(const char *name)
{
    for (wctype_t i = ALNUM; i <= XDIGIT; i++)
        if (strcmp(name, class_names[i]) == 0)
            return i;
    return 0;
}

int iswctype(wint_t c, wctype_t type)
{
    switch (type) {
    case ALNUM: return iswalnum(c);
    case ALPHA: return iswalpha(c);
    case BLANK: return iswblank(c);
    case CNTRL: return iswcntrl(c);
    case DIGIT: return iswdigit(c);
    case GRAPH: return iswgraph(c);
    case LOWER: return iswlower(c);
    case PRINT: return iswprint(c);
    case PUNCT: return iswpunct(c);
    case SPACE: return iswspace(c);
    case UPPER: return iswupper(c);
    case XDIGIT: return iswxdigit(c);
    default: return 0;
    }
}

static const int to_lower = 1, to_upper = 2;

wctrans_t wctrans(const char *name)
{
    return strcmp(name, "tolower") == 0   ? &to_lower
           : strcmp(name, "toupper") == 0 ? &to_upper
                                          : NULL;
}

wint_t towctrans(wint_t c, wctrans_t trans)
{
    return trans == &to_lower ? towlower(c) : trans == &to_upper ? towupper(c) : c;
}
