/* scan.c: the engine behind scanf: reads a character at a time and never needs to put back more than one. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#include "internal/fp_scan.h"
#include "internal/locale.h"
#include "internal/scan.h"

/* ---- input ---- */

static int peek(struct scan_source *in)
{
    if (!in->have_next) {
        in->next = in->get(in);
        in->have_next = true;
    }
    return in->next;
}

static void take(struct scan_source *in)
{
    in->have_next = false;
    in->total++;
}

static bool is_space(const struct scan_source *in, int c)
{
    return in->wide && c > 127 ? iswspace((wint_t)c) : isspace(c);
}

/* What numbers are made of is ASCII. */
static int peek_ascii(struct scan_source *in)
{
    int c = peek(in);
    return c > 127 ? 127 : c;
}

static void skip_space(struct scan_source *in)
{
    while (is_space(in, peek(in)))
        take(in);
}

/* ---- one conversion ---- */

struct scan_spec {
    bool suppress, allocate; /* '*' and 'm' */
    size_t width;            /* SIZE_MAX: none */
    int arg;                 /* n$, or 0 */
    enum { SIZE_INT, SIZE_HH, SIZE_H, SIZE_L, SIZE_LL, SIZE_LD } size;
    char conversion;
    bool set_exclude;
    const char *set_text, *set_end; /* what stands between the brackets */
    bool set[UCHAR_MAX + 1];        /* for %[ */
};

static const char *parse_set(struct scan_spec *spec, const char *p)
{
    bool wanted = *p != '^';
    p += !wanted;
    spec->set_text = p;
    spec->set_exclude = !wanted;
    memset(spec->set, !wanted, sizeof spec->set);
    for (const char *first = p; *p && (*p != ']' || p == first); p++) {
        unsigned from = (unsigned char)*p, to = from;
        if (p[1] == '-' && p[2] && p[2] != ']') {
            to = (unsigned char)p[2];
            p += 2;
        }
        for (unsigned c = from; c <= to; c++)
            spec->set[c] = wanted;
    }
    spec->set_end = p;
    return *p ? p + 1 : p;
}

/* After the w of C23: "8", "f16" and so on. What is no such width is left, and no conversion. */
static const char *parse_type_width(struct scan_spec *spec, const char *p)
{
    char *end;
    unsigned long width = strtoul(p + (*p == 'f'), &end, 10);
    spec->size = width == 8 ? SIZE_HH : width == 16 ? SIZE_H : width == 64 ? SIZE_LL : SIZE_INT;
    return width == 8 || width == 16 || width == 32 || width == 64 ? end : "";
}

static const char *parse_size(struct scan_spec *spec, const char *p)
{
    switch (*p) {
    case 'h': spec->size = p[1] == 'h' ? SIZE_HH : SIZE_H; return p + (p[1] == 'h' ? 2 : 1);
    case 'l': spec->size = p[1] == 'l' ? SIZE_LL : SIZE_L; return p + (p[1] == 'l' ? 2 : 1);
    case 'q':
    case 'j':
    case 'z':
    case 't': spec->size = SIZE_LL; return p + 1;
    case 'L': spec->size = SIZE_LD; return p + 1;
    case 'w': return parse_type_width(spec, p + 1);
    default: return p;
    }
}

static const char *parse_spec(struct scan_spec *spec, const char *p)
{
    char *end;
    memset(spec, 0, offsetof(struct scan_spec, set));
    spec->width = SIZE_MAX;
    if (isdigit((unsigned char)*p)) {
        unsigned long n = strtoul(p, &end, 10);
        p = end;
        if (*p == '$') {
            spec->arg = n <= INT_MAX ? (int)n : 0;
            p++;
        } else {
            spec->width = n;
        }
    }
    if (*p == '*') {
        spec->suppress = true;
        p++;
    }
    if (isdigit((unsigned char)*p)) {
        spec->width = strtoul(p, &end, 10);
        p = end;
    }
    if (*p == 'm') {
        spec->allocate = true;
        p++;
    }
    p = parse_size(spec, p);
    spec->conversion = *p;
    if (spec->conversion == 'C' || spec->conversion == 'S') {
        spec->conversion = (char)tolower(spec->conversion);
        spec->size = SIZE_L;
    }
    if (*p)
        p++;
    return spec->conversion == '[' ? parse_set(spec, p) : p;
}

enum outcome { MATCHED, NO_MATCH, NO_INPUT, NO_MEMORY };

static void store_integer(const struct scan_spec *spec, void *p, unsigned long long v)
{
    switch (spec->size) {
    case SIZE_HH: *(unsigned char *)p = (unsigned char)v; break;
    case SIZE_H: *(unsigned short *)p = (unsigned short)v; break;
    case SIZE_INT: *(unsigned *)p = (unsigned)v; break;
    default: *(unsigned long long *)p = v; break;
    }
}

static int digit_of(int c)
{
    if (isdigit(c))
        return c - '0';
    return isalpha(c) ? tolower(c) - 'a' + 10 : INT_MAX;
}

struct integer {
    unsigned long long value;
    bool negative, overflow, any;
};

/* Sign, prefix and digits; the prefix 0x (0b) commits: "0xg" does not match. */
static struct integer read_integer(struct scan_source *in, size_t width, int base)
{
    struct integer n = {0};
    if (width && (peek_ascii(in) == '-' || peek_ascii(in) == '+')) {
        n.negative = peek_ascii(in) == '-';
        take(in);
        width--;
    }
    if (width && peek_ascii(in) == '0' && (base == 0 || base == 16 || base == 2)) {
        int letter = base == 2 ? 'b' : 'x';
        n.any = true;
        take(in);
        width--;
        if (width && tolower(peek_ascii(in)) == letter) {
            n.any = false;
            take(in);
            width--;
            base = base ? base : 16;
        }
        base = base ? base : 8;
    }
    base = base ? base : 10;
    for (; width && digit_of(peek_ascii(in)) < base; width--) {
        n.any = true;
        n.overflow |= __builtin_mul_overflow(n.value, (unsigned)base, &n.value);
        n.overflow |= __builtin_add_overflow(n.value, (unsigned)digit_of(peek_ascii(in)), &n.value);
        take(in);
    }
    return n;
}

static enum outcome scan_integer(struct scan_source *in, const struct scan_spec *spec, void *out,
                                 int base)
{
    bool is_signed = spec->conversion == 'd' || spec->conversion == 'i';
    struct integer n = read_integer(in, spec->width, base);
    if (!n.any)
        return NO_MATCH;
    unsigned long long limit = is_signed ? (unsigned long long)LLONG_MAX + n.negative : ULLONG_MAX;
    if (n.overflow || n.value > limit) {
        errno = ERANGE;
        n.value = limit;
        n.negative &= is_signed;
    }
    if (out)
        store_integer(spec, out, n.negative ? -n.value : n.value);
    return MATCHED;
}

static enum outcome scan_float(struct scan_source *in, const struct scan_spec *spec, void *out)
{
    const struct fp_format *format = spec->size == SIZE_LD  ? &__fp_long_double
                                     : spec->size == SIZE_L ? &__fp_double
                                                            : &__fp_float;
    struct fp_scan scan;
    __fp_scan_start(&scan, format);
    enum fp_taken last = FP_PARTIAL, now;
    for (size_t n = 0; n < spec->width && peek(in) != EOF; n++) {
        now = __fp_scan_next(&scan, peek_ascii(in));
        if (now == FP_REJECTED)
            break;
        last = now;
        take(in);
    }
    if (last != FP_COMPLETE)
        return NO_MATCH;
    long double value = __fp_scan_value(&scan);
    if (out && spec->size == SIZE_LD)
        *(long double *)out = value;
    else if (out && spec->size == SIZE_L)
        *(double *)out = (double)value;
    else if (out)
        *(float *)out = (float)value;
    return MATCHED;
}

/* ---- strings: %s %[ %c, into the caller's memory or, with 'm', into our own ---- */

struct text {
    char *bytes;            /* null: suppressed */
    wchar_t *wide;          /* the same, for %ls */
    size_t count, capacity; /* capacity 0: the caller's memory, of a size unknown to us */
    mbstate_t state;
};

static bool make_room(struct text *t, bool wide)
{
    if (!t->capacity || t->count + 1 < t->capacity)
        return true;
    size_t unit = wide ? sizeof(wchar_t) : 1;
    void *grown = realloc(wide ? (void *)t->wide : t->bytes, t->capacity * 2 * unit);
    if (!grown)
        return false;
    t->capacity *= 2;
    if (wide)
        t->wide = grown;
    else
        t->bytes = grown;
    return true;
}

/* The next character of a set's text; bytes that are none stand for themselves. */
static wint_t set_character(const char **p)
{
    wchar_t wc;
    mbstate_t state = {0};
    size_t n = __utf8_decode(&wc, *p, MB_LEN_MAX, &state);
    if (n == 0 || n > MB_LEN_MAX)
        return (unsigned char)*(*p)++;
    *p += n;
    return (wint_t)wc;
}

static bool in_wide_set(const struct scan_spec *spec, wint_t c)
{
    for (const char *p = spec->set_text; p < spec->set_end;) {
        wint_t from = set_character(&p), to = from;
        if (p + 1 < spec->set_end && *p == '-') {
            p++;
            to = set_character(&p);
        }
        if (c >= from && c <= to)
            return !spec->set_exclude;
    }
    return spec->set_exclude;
}

static bool belongs(const struct scan_source *in, const struct scan_spec *spec, int c)
{
    switch (spec->conversion) {
    case 'c': return true;
    case 's': return !is_space(in, c);
    default: return in->wide ? in_wide_set(spec, (wint_t)c) : spec->set[c];
    }
}

/* Add a character that was read whole: as it is, or as bytes. */
static enum outcome add_character(struct text *t, bool wide, int c)
{
    char mb[MB_LEN_MAX];
    size_t n = wide ? 1 : wcrtomb(mb, (wchar_t)c, NULL);
    if (n == (size_t)-1)
        return NO_INPUT; /* an encoding error is an input failure */
    for (size_t i = 0; i < n; i++) {
        if (!make_room(t, wide))
            return NO_MEMORY;
        if (wide && t->wide)
            t->wide[t->count] = (wchar_t)c;
        else if (!wide && t->bytes)
            t->bytes[t->count] = mb[i];
        t->count++;
    }
    return MATCHED;
}

/* Add one byte; for a wide string, one that may complete a character. */
static enum outcome add(struct text *t, bool wide, int c)
{
    if (!make_room(t, wide))
        return NO_MEMORY;
    char byte = (char)c;
    if (!wide) {
        if (t->bytes)
            t->bytes[t->count] = byte;
        t->count++;
        return MATCHED;
    }
    wchar_t wc;
    size_t n = mbrtowc(&wc, &byte, 1, &t->state);
    if (n == (size_t)-2)
        return MATCHED;
    if (n == (size_t)-1)
        return NO_INPUT; /* an encoding error is an input failure */
    if (t->wide)
        t->wide[t->count] = wc;
    t->count++;
    return MATCHED;
}

static enum outcome read_text(struct scan_source *in, const struct scan_spec *spec, struct text *t)
{
    bool wide = spec->size == SIZE_L;
    size_t width = spec->width == SIZE_MAX && spec->conversion == 'c' ? 1 : spec->width, n = 0;
    /* Wide: width counts characters, so it is held against what is complete. */
    bool by_character = wide && !in->wide;
    for (; (by_character ? t->count : n) < width && peek(in) != EOF; n++) {
        int c = peek(in);
        if (!belongs(in, spec, c))
            break;
        enum outcome got = in->wide ? add_character(t, wide, c) : add(t, wide, c);
        if (got != MATCHED)
            return got;
        take(in);
    }
    if (spec->conversion == 'c' && (by_character ? t->count : n) < width)
        return n == 0 ? NO_INPUT : NO_MATCH;
    if (!mbsinit(&t->state)) {
        errno = EILSEQ; /* the end of the field cuts a character */
        return NO_INPUT;
    }
    if (n == 0)
        return NO_MATCH;
    if (spec->conversion != 'c' && wide && t->wide)
        t->wide[t->count] = 0;
    else if (spec->conversion != 'c' && t->bytes)
        t->bytes[t->count] = 0;
    return MATCHED;
}

static enum outcome scan_text(struct scan_source *in, const struct scan_spec *spec, void *out)
{
    bool wide = spec->size == SIZE_L;
    struct text t = {0};
    void *memory = out;
    if (spec->allocate && out) {
        t.capacity = 32;
        memory = malloc(t.capacity * (wide ? sizeof(wchar_t) : 1));
        if (!memory)
            return NO_MEMORY;
    }
    t.bytes = wide ? NULL : memory;
    t.wide = wide ? memory : NULL;
    enum outcome result = read_text(in, spec, &t);
    if (spec->allocate && out) {
        memory = wide ? (void *)t.wide : t.bytes;
        if (result != MATCHED) {
            free(memory);
            memory = NULL;
        }
        *(void **)out = memory;
    }
    return result;
}

/* What printf's %p writes: "(nil)" as well. */
static enum outcome scan_pointer(struct scan_source *in, const struct scan_spec *spec, void *out)
{
    struct scan_spec pointer = *spec;
    const char *nil = "(nil)";
    pointer.size = SIZE_LL;
    if (peek(in) != *nil)
        return scan_integer(in, &pointer, out, 16);
    for (size_t n = 0; *nil; nil++, n++) {
        if (n == spec->width || tolower(peek_ascii(in)) != *nil)
            return NO_MATCH;
        take(in);
    }
    if (out)
        *(void **)out = NULL;
    return MATCHED;
}

/* ---- the loop ---- */

static enum outcome scan_one(struct scan_source *in, const struct scan_spec *spec, void *out)
{
    bool skips = !strchr("c[n", spec->conversion);
    if (skips)
        skip_space(in);
    if (spec->conversion != 'n' && peek(in) == EOF)
        return NO_INPUT;
    switch (spec->conversion) {
    case 'd':
    case 'u': return scan_integer(in, spec, out, 10);
    case 'i': return scan_integer(in, spec, out, 0);
    case 'b': return scan_integer(in, spec, out, 2);
    case 'o': return scan_integer(in, spec, out, 8);
    case 'x':
    case 'X': return scan_integer(in, spec, out, 16);
    case 'p': return scan_pointer(in, spec, out);
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': return scan_float(in, spec, out);
    case 's':
    case 'c':
    case '[': return scan_text(in, spec, out);
    case 'n':
        if (out)
            store_integer(spec, out, in->total);
        return MATCHED;
    default: return NO_MATCH;
    }
}

/* The n-th pointer argument, without disturbing the list. */
static void *positional(va_list ap, int n)
{
    va_list copy;
    void *p = NULL;
    va_copy(copy, ap);
    while (n-- > 0)
        p = va_arg(copy, void *);
    va_end(copy);
    return p;
}

/* White space and ordinary characters of the format; false when the input differs. */
static bool match_literal(struct scan_source *in, int c, bool *ended)
{
    if (is_space(in, c)) {
        skip_space(in);
        return true;
    }
    *ended = peek(in) == EOF;
    if (peek(in) != c)
        return false;
    take(in);
    return true;
}

int __scan(struct scan_source *in, const char *fmt, va_list ap)
{
    int stored = 0;
    struct scan_spec spec;
    while (*fmt) {
        bool ended = false;
        if (*fmt != '%' || fmt[1] == '%') {
            int c = in->wide ? (int)set_character(&fmt) : (unsigned char)*fmt++;
            fmt += c == '%';
            if (c == '%')
                skip_space(in);
            if (!match_literal(in, c, &ended))
                return ended && !stored ? EOF : stored;
            continue;
        }
        fmt = parse_spec(&spec, fmt + 1);
        void *out = spec.suppress ? NULL : spec.arg ? positional(ap, spec.arg) : va_arg(ap, void *);
        enum outcome result = scan_one(in, &spec, out);
        if (result == NO_INPUT || result == NO_MEMORY)
            return stored ? stored : EOF;
        if (result == NO_MATCH)
            return stored;
        stored += !spec.suppress && spec.conversion != 'n';
    }
    return stored;
}
