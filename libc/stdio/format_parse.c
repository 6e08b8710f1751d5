/* format_parse.c: the syntax of a conversion: %[n$][flags][width][.precision][length]conversion. */
#include <limits.h>
#include "internal/format.h"

static unsigned flag_of(char c)
{
    switch (c) {
    case '-': return FORMAT_LEFT;
    case '+': return FORMAT_PLUS;
    case ' ': return FORMAT_SPACE;
    case '#': return FORMAT_ALT;
    case '0': return FORMAT_ZERO;
    case '\'': return FORMAT_GROUP;
    default: return 0;
    }
}

/* -1: too large for an int. */
static int parse_number(const char **p)
{
    int n = 0;
    for (; (unsigned)**p - '0' < 10; ++*p)
        if (n < 0 || __builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, **p - '0', &n))
            n = -1;
    return n;
}

/* "*" or "*n$" after the star; returns n, or 0. */
static int parse_star(const char **p)
{
    const char *at = *p;
    int n = parse_number(&at);
    if (*at != '$')
        return 0;
    *p = at + 1;
    return n;
}

/* After the w of C23: "8", "f16" and so on; LENGTH_BAD: there is no such type. The fast types are as wide as their names. */
static enum format_length parse_width_of_type(const char **p)
{
    if (**p == 'f')
        ++*p;
    switch (parse_number(p)) {
    case 8: return LENGTH_HH;
    case 16: return LENGTH_H;
    case 32: return LENGTH_NONE;
    case 64: return LENGTH_L;
    default: return LENGTH_BAD;
    }
}

static enum format_length parse_length(const char **p)
{
    char c = **p, next = c ? (*p)[1] : 0;
    int taken = 1;
    enum format_length length = LENGTH_NONE;
    switch (c) {
    case 'h': length = next == 'h' ? LENGTH_HH : LENGTH_H; break;
    case 'l': length = next == 'l' ? LENGTH_LL : LENGTH_L; break;
    case 'q': length = LENGTH_LL; break;
    case 'j': length = LENGTH_J; break;
    case 'z': length = LENGTH_Z; break;
    case 't': length = LENGTH_T; break;
    case 'L': length = LENGTH_LD; break;
    case 'w': ++*p; return parse_width_of_type(p);
    default: taken = 0;
    }
    if (length == LENGTH_HH || (length == LENGTH_LL && c == 'l'))
        taken = 2;
    *p += taken;
    return length;
}

static void parse_width(struct format_spec *spec, const char **p)
{
    if (**p != '*') {
        spec->width = parse_number(p);
        spec->too_large = spec->width < 0;
        return;
    }
    ++*p;
    spec->width_star = true;
    spec->width_arg = parse_star(p);
}

static void parse_precision(struct format_spec *spec, const char **p)
{
    if (**p != '.')
        return;
    ++*p;
    spec->precision = 0;
    if (**p == '*') {
        ++*p;
        spec->precision_star = true;
        spec->precision_arg = parse_star(p);
    } else if (**p == '-') { /* as a negative argument: as if there were none */
        ++*p;
        parse_number(p);
        spec->precision = -1;
    } else {
        spec->precision = parse_number(p);
        spec->too_large |= spec->precision < 0;
    }
}

struct format_spec __format_parse(const char **fmt)
{
    struct format_spec spec = {.precision = -1};
    const char *p = *fmt, *at = p;
    int n = *p == '0' ? 0 : parse_number(&at);
    if (n > 0 && *at == '$') {
        spec.arg = n;
        p = at + 1;
    }
    for (unsigned flag; (flag = flag_of(*p)) != 0; p++)
        spec.flags |= flag;
    parse_width(&spec, &p);
    parse_precision(&spec, &p);
    spec.length = parse_length(&p);
    spec.conversion = spec.length == LENGTH_BAD ? 0 : *p;
    *fmt = *p ? p + 1 : p;
    return spec;
}
