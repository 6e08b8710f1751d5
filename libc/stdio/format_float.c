/* format_float.c: %e %f %g and %a, from exact digits. */
#include <limits.h>
#include <string.h>
#include "internal/format.h"
#include "internal/fp_decimal.h"
#include "internal/fp_round.h"

/* A number laid out: sign or 0x prefix, digits before and after the point, exponent. */
struct layout {
    char prefix[4]; /* sign, 0x */
    const struct fp_decimal *digits;
    int first;          /* index in digits of the first one printed; negative ones are zeros */
    long before, after; /* how many on each side of the point */
    bool point;
    char tail[8]; /* e+100 */
};

static bool is_upper(const struct format_spec *spec)
{
    return spec->conversion >= 'A' && spec->conversion <= 'Z';
}

static void append(char *s, const char *more)
{
    strcpy(s + strlen(s), more);
}

static void set_sign(char *prefix, const struct format_spec *spec, bool negative)
{
    strcpy(prefix, negative                     ? "-"
                   : spec->flags & FORMAT_PLUS  ? "+"
                   : spec->flags & FORMAT_SPACE ? " "
                                                : "");
}

static void set_exponent(char *tail, char letter, int exponent, int min_digits)
{
    char buf[8];
    int n = 0;
    unsigned e = exponent < 0 ? -(unsigned)exponent : (unsigned)exponent;
    for (; e || n < min_digits; e /= 10)
        buf[n++] = (char)('0' + e % 10);
    *tail++ = letter;
    *tail++ = exponent < 0 ? '-' : '+';
    while (n > 0)
        *tail++ = buf[--n];
    *tail = 0;
}

/* Digits [from, from + n) of the decimal; those it does not have are zeros. */
static void put_digits(struct format_sink *sink, const struct fp_decimal *d, long from, long n)
{
    long zeros = from < 0 ? (-from < n ? -from : n) : 0;
    __format_pad(sink, '0', zeros);
    from += zeros;
    n -= zeros;
    long have = from < d->count ? d->count - from : 0;
    if (have > n)
        have = n;
    if (have > 0)
        __format_put(sink, d->digits + from, (size_t)have);
    __format_pad(sink, '0', n - have);
}

static void put_layout(struct format_sink *sink, const struct format_spec *spec,
                       const struct layout *l)
{
    size_t prefix = strlen(l->prefix), tail = strlen(l->tail);
    long pad = spec->width - ((long)prefix + l->before + l->point + l->after + (long)tail);
    bool left = spec->flags & FORMAT_LEFT, zero = spec->flags & FORMAT_ZERO && !left;
    if (!left && !zero)
        __format_pad(sink, ' ', pad);
    __format_put(sink, l->prefix, prefix);
    if (zero)
        __format_pad(sink, '0', pad);
    put_digits(sink, l->digits, l->first, l->before);
    if (l->point)
        __format_put(sink, ".", 1);
    put_digits(sink, l->digits, l->first + l->before, l->after);
    __format_put(sink, l->tail, tail);
    if (left)
        __format_pad(sink, ' ', pad);
}

static void put_special(struct format_sink *sink, const struct format_spec *spec, struct fp_parts x)
{
    char text[8];
    set_sign(text, spec, x.negative);
    append(text, x.kind == FP_PARTS_INF ? (is_upper(spec) ? "INF" : "inf")
                 : is_upper(spec)       ? "NAN"
                                        : "nan");
    long len = (long)strlen(text), pad = spec->width - len;
    if (!(spec->flags & FORMAT_LEFT))
        __format_pad(sink, ' ', pad);
    __format_put(sink, text, (size_t)len);
    if (spec->flags & FORMAT_LEFT)
        __format_pad(sink, ' ', pad);
}

static void layout_fixed(struct layout *l, const struct fp_decimal *d, long places, bool point)
{
    l->first = d->point > 0 ? 0 : d->point - 1; /* one zero before the point at least */
    l->before = d->point > 0 ? d->point : 1;
    if (d->count == 0) {
        l->first = 0;
        l->before = 1;
    }
    l->after = places;
    l->point = places > 0 || point;
}

static void layout_exponent(struct layout *l, const struct format_spec *spec,
                            const struct fp_decimal *d, long places)
{
    l->first = 0;
    l->before = 1;
    l->after = places;
    l->point = places > 0 || spec->flags & FORMAT_ALT;
    set_exponent(l->tail, is_upper(spec) ? 'E' : 'e', d->count ? d->point - 1 : 0, 2);
}

/* %g: the shorter of the two styles, without trailing zeros unless '#' asks for them. */
static void layout_general(struct layout *l, const struct format_spec *spec,
                           const struct fp_decimal *d, long significant)
{
    long exponent = d->count ? d->point - 1 : 0;
    bool keep_zeros = spec->flags & FORMAT_ALT;
    long shown = keep_zeros ? significant : d->count ? d->count : 1;
    if (exponent < -4 || exponent >= significant) {
        layout_exponent(l, spec, d, shown - 1);
        return;
    }
    long places = shown - 1 - exponent;
    layout_fixed(l, d, places > 0 ? places : 0, keep_zeros);
}

static void put_decimal(struct format_sink *sink, const struct format_spec *spec, struct fp_parts x,
                        char *digits)
{
    struct fp_decimal d = {.digits = digits};
    struct layout l = {.digits = &d};
    int precision = spec->precision < 0 ? 6 : spec->precision;
    set_sign(l.prefix, spec, x.negative);
    switch (spec->conversion | 0x20) {
    case 'f':
        __fp_decimal(&d, x, FP_ROUND_FRACTION, precision);
        layout_fixed(&l, &d, precision, spec->flags & FORMAT_ALT);
        break;
    case 'e':
        __fp_decimal(&d, x, FP_ROUND_SIGNIFICANT, precision < INT_MAX ? precision + 1 : precision);
        layout_exponent(&l, spec, &d, precision);
        break;
    default:
        precision = precision ? precision : 1;
        __fp_decimal(&d, x, FP_ROUND_SIGNIFICANT, precision);
        layout_general(&l, spec, &d, precision);
        break;
    }
    put_layout(sink, spec, &l);
}

/* Only long double needs room for eleven thousand digits on the stack. */
static __attribute__((noinline)) void put_double(struct format_sink *sink,
                                                 const struct format_spec *spec, struct fp_parts x)
{
    char digits[FP_DIGITS_DOUBLE];
    put_decimal(sink, spec, x, digits);
}

static __attribute__((noinline)) void
put_long_double(struct format_sink *sink, const struct format_spec *spec, struct fp_parts x)
{
    char digits[FP_DIGITS_LONG_DOUBLE];
    put_decimal(sink, spec, x, digits);
}

/* Round the 63 fraction bits below the leading one to `places` hexadecimal digits, in the current direction. The digit before the point. */
static char round_hex(struct fp_parts *x, int places)
{
    int drop = 63 - 4 * places;
    uint64_t unit = UINT64_C(1) << drop, rest = x->mantissa & (unit - 1), half = unit >> 1;
    x->mantissa -= rest;
    if (fp_rounds_up(fp_direction(x->negative), rest >= half, rest == half, rest != 0,
                     (x->mantissa & unit) != 0))
        x->mantissa += unit;
    return x->mantissa < unit
               ? '2'
               : '1'; /* all ones became 2^64; other libcs do not write that as 1p+1 either */
}

/* %a: one digit 1 before the point, then the fraction's bits by four. */
static void put_hex_float(struct format_sink *sink, const struct format_spec *spec,
                          struct fp_parts x)
{
    const char *letters = is_upper(spec) ? "0123456789ABCDEF" : "0123456789abcdef";
    char digits[1 + 16];
    struct fp_decimal d = {.digits = digits};
    struct layout l = {.digits = &d, .before = 1};
    set_sign(l.prefix, spec, x.negative);
    append(l.prefix, is_upper(spec) ? "0X" : "0x");
    bool zero = x.mantissa == 0;
    digits[d.count++] = zero ? '0' : '1';
    if (!zero) {
        int shift = __builtin_clzll(x.mantissa);
        x.mantissa <<= shift;
        x.exponent -= shift;
        if (spec->precision >= 0 && spec->precision < 16)
            digits[0] = round_hex(&x, spec->precision);
    }
    for (uint64_t rest = x.mantissa << 1; rest; rest <<= 4)
        digits[d.count++] = letters[rest >> 60];
    l.after = spec->precision < 0 ? d.count - 1 : spec->precision;
    l.point = l.after > 0 || spec->flags & FORMAT_ALT;
    set_exponent(l.tail, is_upper(spec) ? 'P' : 'p', zero ? 0 : x.exponent + 63, 1);
    put_layout(sink, spec, &l);
}

void __format_float(struct format_sink *sink, const struct format_spec *spec, long double value,
                    bool is_long_double)
{
    struct fp_parts x = __fp_split(value);
    if (x.kind != FP_PARTS_FINITE)
        put_special(sink, spec, x);
    else if ((spec->conversion | 0x20) == 'a')
        put_hex_float(sink, spec, x);
    else if (is_long_double)
        put_long_double(sink, spec, x);
    else
        put_double(sink, spec, x);
}
