/*
 * fp_value.c: from digits to the representable value next to them in the rounding direction, exactly. The decimal number * 10^scale becomes an integer
 * of at least 66 bits times a power of two, plus "and a bit more" when a division left a rest; that rounds correctly.
 */
#include <errno.h>
#include <math.h>
#include "internal/fp_round.h"
#include "internal/fp_scan.h"

const struct fp_format __fp_float = {24, -149, 128, 130};
const struct fp_format __fp_double = {53, -1074, 1024, 800};
const struct fp_format __fp_long_double = {64, -16445, 16384, 11600};

enum { QUOTIENT_BITS = 66 }; /* mantissa, rounding bit, and one */

static long double make(uint64_t mantissa, int exponent)
{
    /* Multiply by exact powers of two: mantissa already has no more bits than the result can hold. */
    union {
        long double value;
        struct {
            uint64_t mantissa;
            uint16_t exponent;
        } bits;
    } u = {0};
    if (mantissa == 0)
        return 0;
    int shift = __builtin_clzll(mantissa);
    if (exponent - shift < -16445) { /* a denormal long double: its lowest bit is 2^-16445 */
        u.bits.mantissa = mantissa << (exponent + 16445);
        u.bits.exponent = u.bits.mantissa >> 63 ? 1 : 0;
        return u.value;
    }
    u.bits.mantissa = mantissa << shift;
    u.bits.exponent = (uint16_t)(exponent - shift + 63 + 16383);
    return u.value;
}

/* What is too large for the format: infinity, or the largest finite value when the direction is towards zero. */
static long double overflow(const struct fp_scan *s)
{
    const struct fp_format *f = s->format;
    errno = ERANGE;
    if (fp_direction(s->negative) != FP_TO_ZERO)
        return HUGE_VALL;
    return make(UINT64_MAX >> (64 - f->mantissa_bits), f->max_exponent - f->mantissa_bits);
}

/* What is below half of the smallest denormal, but not zero. */
static long double underflow(const struct fp_scan *s)
{
    errno = ERANGE;
    return fp_direction(s->negative) == FP_AWAY_FROM_ZERO ? make(1, s->format->min_exponent) : 0;
}

/* Round number * 2^exponent (+ sticky) to the format. */
static long double round_to_format(const struct fp_scan *s, int exponent, bool sticky)
{
    const struct fp_format *f = s->format;
    const struct bignum *n = &s->number;
    int bits = (int)bignum_bits(n);
    if (exponent + bits > f->max_exponent)
        return overflow(s);
    int drop = bits - f->mantissa_bits; /* low bits that do not fit */
    if (exponent + drop < f->min_exponent)
        drop = f->min_exponent - exponent;
    if (drop < 0)
        drop = 0;
    uint64_t mantissa = 0;
    for (int i = bits; i-- > drop;)
        mantissa = mantissa << 1 | bignum_bit(n, (unsigned)i);
    bool half = drop > 0 && bignum_bit(n, (unsigned)drop - 1);
    for (int i = 0; i < drop - 1 && !sticky; i++)
        sticky = bignum_bit(n, (unsigned)i);
    int result_exponent = exponent + drop;
    bool up = fp_rounds_up(fp_direction(s->negative), half, half && !sticky, half || sticky,
                           mantissa & 1);
    if (up && ++mantissa == 0) { /* 64 ones became 2^64 */
        mantissa = UINT64_C(1) << 63;
        result_exponent++;
    }
    bool tiny =
        mantissa < UINT64_C(1) << (f->mantissa_bits - 1) && result_exponent == f->min_exponent;
    if (tiny && (half || sticky))
        errno = ERANGE;
    if (mantissa && result_exponent + 64 - __builtin_clzll(mantissa) > f->max_exponent)
        return overflow(s);
    return make(mantissa, result_exponent);
}

static long double hex_value(struct fp_scan *s, long exponent)
{
    exponent += s->scale;
    long top = exponent + (long)bignum_bits(&s->number);
    if (top > s->format->max_exponent || top < s->format->min_exponent)
        return top > 0 ? overflow(s) : underflow(s);
    return round_to_format(s, (int)exponent, s->sticky);
}

/* number * 10^power = number * 5^power * 2^power */
static long double multiplied(struct fp_scan *s, int power)
{
    int left = power;
    for (; left >= 13; left -= 13)
        bignum_mul_add(&s->number, 1220703125, 0); /* 5^13 */
    for (; left > 0; left--)
        bignum_mul_add(&s->number, 5, 0);
    return round_to_format(s, power, s->sticky);
}

/*
 * number / 10^power = number / 5^power / 2^power. Dividing by small factors one after the other gives the same
 * quotient as dividing by their product, and a rest anywhere means the product leaves one.
 */
static long double divided(struct fp_scan *s, int power)
{
    bool sticky = s->sticky;
    int divisor_bits = (int)((long)power * 2322 / 1000) + 1; /* at least log2(5^power) */
    int shift = divisor_bits + QUOTIENT_BITS - (int)bignum_bits(&s->number);
    if (shift < 0)
        shift = 0;
    bignum_shift_left(&s->number, (unsigned)shift);
    int left = power;
    for (; left >= 13; left -= 13)
        sticky |= bignum_div(&s->number, 1220703125) != 0;
    for (; left > 0; left--)
        sticky |= bignum_div(&s->number, 5) != 0;
    return round_to_format(s, -power - shift, sticky);
}

static long double decimal_value(struct fp_scan *s, long exponent)
{
    exponent += s->scale;
    /* The value is in [10^(top-1), 10^top). 2^10 > 10^3, and one place to spare. */
    long top = exponent + s->kept;
    if (top > s->format->max_exponent * 302L / 1000 + 2)
        return overflow(s);
    if (top < s->format->min_exponent * 302L / 1000 - 2)
        return underflow(s);
    return exponent >= 0 ? multiplied(s, (int)exponent) : divided(s, (int)-exponent);
}

long double __fp_scan_value(struct fp_scan *s)
{
    long double value;
    long exponent = s->exponent_negative ? -s->exponent : s->exponent;
    __fp_scan_flush(s);
    if (s->state == FP_SCAN_INF)
        value = HUGE_VALL;
    else if (s->state == FP_SCAN_NAN || s->state == FP_SCAN_NAN_TAG || s->state == FP_SCAN_END)
        value = __builtin_nanl("");
    else if (s->number.count == 0)
        value = 0;
    else
        value = s->hex ? hex_value(s, exponent) : decimal_value(s, exponent);
    return s->negative ? -value : value;
}
