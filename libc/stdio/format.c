/* format.c: the formatter behind printf: fetches arguments, and writes integers, characters and strings. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>
#include "internal/format.h"
#include "internal/locale.h"

/* Only programs with wprintf have it. */
#pragma weak __wide_measure

/* ---- arguments ---- */

enum arg_type { ARG_NONE, ARG_INT, ARG_LONG, ARG_POINTER, ARG_DOUBLE, ARG_LONG_DOUBLE };

union arg {
    int i;
    long l; /* also long long, size_t, ptrdiff_t, intmax_t: one size, one way of passing */
    void *p;
    long double f;
};

enum { POSITIONAL_MAX = NL_ARGMAX };

struct args {
    va_list ap;
    bool positional;
    union arg values[POSITIONAL_MAX];
};

static enum arg_type type_of(const struct format_spec *spec)
{
    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'b':
    case 'B':
    case 'x':
    case 'X': return spec->length >= LENGTH_L ? ARG_LONG : ARG_INT;
    case 'c':
    case 'C': return ARG_INT;
    case 's':
    case 'S':
    case 'p':
    case 'n': return ARG_POINTER;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': return spec->length == LENGTH_LD ? ARG_LONG_DOUBLE : ARG_DOUBLE;
    default: return ARG_NONE;
    }
}

static union arg fetch(struct args *args, enum arg_type type)
{
    union arg a = {.l = 0};
    switch (type) {
    case ARG_NONE: break;
    case ARG_INT: a.i = va_arg(args->ap, int); break;
    case ARG_LONG: a.l = va_arg(args->ap, long); break;
    case ARG_POINTER: a.p = va_arg(args->ap, void *); break;
    case ARG_DOUBLE: a.f = va_arg(args->ap, double); break;
    case ARG_LONG_DOUBLE: a.f = va_arg(args->ap, long double); break;
    }
    return a;
}

static union arg get_arg(struct args *args, int number, enum arg_type type)
{
    return args->positional && type != ARG_NONE ? args->values[number - 1] : fetch(args, type);
}

static bool note(enum arg_type types[], int number, enum arg_type type)
{
    if (number < 1 || number > POSITIONAL_MAX)
        return false;
    types[number - 1] = type;
    return true;
}

/* A format with numbered arguments: read it once for their types, then fetch them all in order. */
static bool fetch_positional(struct args *args, const char *fmt)
{
    enum arg_type types[POSITIONAL_MAX] = {ARG_NONE};
    while (*(fmt = strchrnul(fmt, '%'))) {
        fmt++;
        struct format_spec spec = __format_parse(&fmt);
        enum arg_type type = type_of(&spec);
        if ((spec.width_star && !note(types, spec.width_arg, ARG_INT)) ||
            (spec.precision_star && !note(types, spec.precision_arg, ARG_INT)) ||
            (type != ARG_NONE && !note(types, spec.arg, type)))
            return false;
    }
    int count = POSITIONAL_MAX;
    while (count > 0 && types[count - 1] == ARG_NONE)
        count--;
    for (int i = 0; i < count; i++) {
        if (types[i] == ARG_NONE)
            return false; /* a gap: nobody knows how large */
        args->values[i] = fetch(args, types[i]);
    }
    return true;
}

/* ---- output ---- */

/* What n bytes count for in widths and in the total: each character of UTF-8 has one byte that is no continuation. */
static size_t count_of(const struct format_sink *sink, const char *s, size_t n)
{
    size_t count = n;
    for (size_t i = 0; sink->wide && i < n; i++)
        count -= ((unsigned char)s[i] & 0xc0) == 0x80;
    return count;
}

void __format_put(struct format_sink *sink, const char *s, size_t n)
{
    sink->total += count_of(sink, s, n);
    if (n && sink->total <= INT_MAX)
        sink->put(sink, s, n);
}

/* Once the total is too large the call fails: gigabytes of blanks need not be written for that. */
void __format_pad(struct format_sink *sink, char c, long n)
{
    char block[128];
    if (n <= 0)
        return;
    sink->total += (size_t)n;
    if (sink->total > INT_MAX)
        return;
    memset(block, c, n < (long)sizeof block ? (size_t)n : sizeof block);
    for (; n > 0; n -= (long)sizeof block)
        sink->put(sink, block, n < (long)sizeof block ? (size_t)n : sizeof block);
}

static void put_padded(struct format_sink *sink, const struct format_spec *spec, const char *s,
                       size_t n)
{
    long count = (long)count_of(sink, s, n), pad = spec->width > count ? spec->width - count : 0;
    if (!(spec->flags & FORMAT_LEFT))
        __format_pad(sink, ' ', pad);
    __format_put(sink, s, n);
    if (spec->flags & FORMAT_LEFT)
        __format_pad(sink, ' ', pad);
}

/* prefix, zeros up to the precision, digits; the width is made up with spaces or zeros. */
static void put_number(struct format_sink *sink, const struct format_spec *spec, const char *prefix,
                       const char *digits, int count)
{
    int prefix_len = (int)strlen(prefix);
    long zeros = spec->precision > count ? spec->precision - count : 0;
    long pad = spec->width - (prefix_len + zeros + count);
    bool left = spec->flags & FORMAT_LEFT;
    if (pad > 0 && !left && spec->flags & FORMAT_ZERO && spec->precision < 0) {
        zeros += pad;
        pad = 0;
    }
    if (!left)
        __format_pad(sink, ' ', pad);
    __format_put(sink, prefix, (size_t)prefix_len);
    __format_pad(sink, '0', zeros);
    __format_put(sink, digits, (size_t)count);
    if (left)
        __format_pad(sink, ' ', pad);
}

static intmax_t signed_value(const struct format_spec *spec, union arg a)
{
    switch (spec->length) {
    case LENGTH_HH: return (signed char)a.i;
    case LENGTH_H: return (short)a.i;
    case LENGTH_NONE: return a.i;
    default: return a.l;
    }
}

static uintmax_t unsigned_value(const struct format_spec *spec, union arg a)
{
    switch (spec->length) {
    case LENGTH_HH: return (unsigned char)a.i;
    case LENGTH_H: return (unsigned short)a.i;
    case LENGTH_NONE: return (unsigned)a.i;
    default: return (uintmax_t)a.l;
    }
}

static void put_unsigned(struct format_sink *sink, const struct format_spec *spec, uintmax_t v,
                         unsigned base, const char *prefix)
{
    const char *letters = spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char buf[64];
    char *end = buf + sizeof buf, *p = end;
    for (uintmax_t rest = v; rest; rest /= base)
        *--p = letters[rest % base];
    int count = (int)(end - p);
    bool octal_zero = base == 8 && spec->flags & FORMAT_ALT && spec->precision <= count;
    if (octal_zero || (count == 0 && spec->precision != 0)) {
        *--p = '0';
        count++;
    }
    put_number(sink, spec, prefix, p, count);
}

static void put_signed(struct format_sink *sink, const struct format_spec *spec, intmax_t v)
{
    const char *prefix = v < 0                        ? "-"
                         : spec->flags & FORMAT_PLUS  ? "+"
                         : spec->flags & FORMAT_SPACE ? " "
                                                      : "";
    put_unsigned(sink, spec, v < 0 ? -(uintmax_t)v : (uintmax_t)v, 10, prefix);
}

static void put_hex(struct format_sink *sink, const struct format_spec *spec, uintmax_t v)
{
    const char *prefix = spec->conversion == 'X' ? "0X" : "0x";
    put_unsigned(sink, spec, v, 16, v && spec->flags & FORMAT_ALT ? prefix : "");
}

static void put_binary(struct format_sink *sink, const struct format_spec *spec, uintmax_t v)
{
    const char *prefix = spec->conversion == 'B' ? "0B" : "0b";
    put_unsigned(sink, spec, v, 2, v && spec->flags & FORMAT_ALT ? prefix : "");
}

static void put_pointer(struct format_sink *sink, struct format_spec *spec, void *p)
{
    if (!p) {
        put_padded(sink, spec, "(nil)", 5);
        return;
    }
    spec->flags |= FORMAT_ALT;
    put_hex(sink, spec, (uintptr_t)p);
}

/* false: for wprintf, no multibyte text. */
static bool put_string(struct format_sink *sink, const struct format_spec *spec, const char *s)
{
    if (!s)
        s = spec->precision < 0 || spec->precision >= 6 ? "(null)" : "";
    if (sink->wide) {
        size_t bytes, most = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;
        if (!__wide_measure || !__wide_measure(s, most, &bytes, NULL))
            return false;
        put_padded(sink, spec, s, bytes);
        return true;
    }
    put_padded(sink, spec, s,
               spec->precision < 0 ? strlen(s) : strnlen(s, (size_t)spec->precision));
    return true;
}

static size_t encode(const struct format_sink *sink, char *mb, wchar_t wc)
{
    return sink->wide ? __utf8_encode(mb, wc) : wcrtomb(mb, wc, NULL);
}

/* A wide string: whole characters only, up to precision bytes (of wprintf: characters). false: a character that UTF-8 does not have. */
static bool put_wide(struct format_sink *sink, struct format_spec *spec, const wchar_t *ws)
{
    char mb[MB_LEN_MAX];
    size_t most = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision, bytes = 0, n = 0;
    if (!ws)
        ws = L"(null)";
    for (; bytes < most && ws[n]; n++) {
        size_t len = encode(sink, mb, ws[n]);
        if (len == (size_t)-1)
            return false;
        if (sink->wide)
            len = 1; /* the precision is one of characters */
        if (len > most - bytes)
            break;
        bytes += len;
    }
    long pad = spec->width > (long)bytes ? spec->width - (long)bytes : 0;
    if (!(spec->flags & FORMAT_LEFT))
        __format_pad(sink, ' ', pad);
    for (size_t i = 0; i < n; i++)
        __format_put(sink, mb, encode(sink, mb, ws[i]));
    if (spec->flags & FORMAT_LEFT)
        __format_pad(sink, ' ', pad);
    return true;
}

static bool put_char(struct format_sink *sink, struct format_spec *spec, union arg a)
{
    if (spec->conversion == 'C' || spec->length == LENGTH_L) {
        char mb[MB_LEN_MAX];
        size_t len = encode(sink, mb, (wchar_t)a.i);
        if (len == (size_t)-1)
            return false;
        put_padded(sink, spec, mb, len);
        return true;
    }
    char c = (char)a.i;
    if (sink->wide && c < 0)
        return false; /* no character by itself */
    put_padded(sink, spec, &c, 1);
    return true;
}

static void store_total(const struct format_sink *sink, const struct format_spec *spec, void *p)
{
    switch (spec->length) {
    case LENGTH_HH: *(signed char *)p = (signed char)sink->total; break;
    case LENGTH_H: *(short *)p = (short)sink->total; break;
    case LENGTH_NONE: *(int *)p = (int)sink->total; break;
    default: *(long *)p = (long)sink->total; break;
    }
}

/* ---- the formatter ---- */

static void resolve_stars(struct args *args, struct format_spec *spec)
{
    if (spec->width_star) {
        int width = get_arg(args, spec->width_arg, ARG_INT).i;
        if (width < 0)
            spec->flags |= FORMAT_LEFT;
        spec->too_large |= width == INT_MIN;
        spec->width = width == INT_MIN ? 0 : width < 0 ? -width : width;
    }
    if (spec->precision_star) {
        int precision = get_arg(args, spec->precision_arg, ARG_INT).i;
        spec->precision = precision < 0 ? -1 : precision;
    }
}

/* Returns 0 or an error number. */
static int convert(struct format_sink *sink, struct format_spec *spec, union arg a)
{
    bool ok = true;
    switch (spec->conversion) {
    case 'd':
    case 'i': put_signed(sink, spec, signed_value(spec, a)); break;
    case 'u': put_unsigned(sink, spec, unsigned_value(spec, a), 10, ""); break;
    case 'o': put_unsigned(sink, spec, unsigned_value(spec, a), 8, ""); break;
    case 'b':
    case 'B': put_binary(sink, spec, unsigned_value(spec, a)); break;
    case 'x':
    case 'X': put_hex(sink, spec, unsigned_value(spec, a)); break;
    case 'p': put_pointer(sink, spec, a.p); break;
    case 'c':
    case 'C': ok = put_char(sink, spec, a); break;
    case 'S': ok = put_wide(sink, spec, a.p); break;
    case 's':
        if (spec->length == LENGTH_L)
            ok = put_wide(sink, spec, a.p);
        else
            ok = put_string(sink, spec, a.p);
        break;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': __format_float(sink, spec, a.f, spec->length == LENGTH_LD); break;
    case 'n': store_total(sink, spec, a.p); break;
    case 'm': ok = put_string(sink, spec, strerror(errno)); break;
    case '%': __format_put(sink, "%", 1); break;
    default: return EINVAL;
    }
    return ok ? 0 : EILSEQ;
}

/* The first conversion that takes an argument decides. */
static bool uses_positions(const char *fmt)
{
    while (*(fmt = strchrnul(fmt, '%'))) {
        fmt++;
        struct format_spec spec = __format_parse(&fmt);
        if (spec.arg > 0 || type_of(&spec) != ARG_NONE || spec.width_star || spec.precision_star)
            return spec.arg > 0;
    }
    return false;
}

static int format_all(struct format_sink *sink, const char *fmt, struct args *args)
{
    int entry_errno = errno; /* what %m means */
    args->positional = uses_positions(fmt);
    if (args->positional && !fetch_positional(args, fmt))
        return EINVAL;
    while (*fmt) {
        const char *percent = strchrnul(fmt, '%');
        __format_put(sink, fmt, (size_t)(percent - fmt));
        if (!*percent)
            break;
        fmt = percent + 1;
        struct format_spec spec = __format_parse(&fmt);
        resolve_stars(args, &spec);
        if (spec.too_large)
            return EOVERFLOW;
        errno = entry_errno;
        int error = convert(sink, &spec, get_arg(args, spec.arg, type_of(&spec)));
        if (error)
            return error;
        if (sink->total > INT_MAX)
            return EOVERFLOW;
    }
    return sink->total > INT_MAX ? EOVERFLOW : 0;
}

int __format(struct format_sink *sink, const char *fmt, va_list ap)
{
    struct args args;
    va_copy(args.ap, ap);
    int error = format_all(sink, fmt, &args);
    va_end(args.ap);
    if (error) {
        errno = error;
        return -1;
    }
    return (int)sink->total;
}
