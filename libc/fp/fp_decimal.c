/*
 * fp_decimal.c: from binary to exact decimal. The integer part is divided by 10^9 until nothing is left, the fraction
 * multiplied by 10^9 as long as digits are wanted. That is quadratic and exact, for any format and any precision.
 */
#include <limits.h>
#include "internal/bignum.h"
#include "internal/fp_decimal.h"
#include "internal/fp_round.h"

enum {
    BLOCK = 1000000000,
    /* 2^16384 is the largest integer part; 2^-16445 the smallest fraction, shifted left by up to 30 bits as it goes */
    WORDS = 16448 / 32 + 4,
    INTEGER_BLOCKS = 4933 / 9 + 2,
};

struct fp_parts __fp_split(long double x)
{
    union {
        long double value;
        struct {
            uint64_t mantissa;
            uint16_t sign_exponent;
        } bits;
    } u = {.value = x};
    int exponent = u.bits.sign_exponent & 0x7fff;
    struct fp_parts p = {.kind = FP_PARTS_FINITE, .negative = u.bits.sign_exponent >> 15};
    if (exponent == 0x7fff) {
        p.kind = u.bits.mantissa << 1 ? FP_PARTS_NAN : FP_PARTS_INF;
        return p;
    }
    p.mantissa = u.bits.mantissa;
    p.exponent = (exponent ? exponent : 1) - 16383 - 63;
    return p;
}

/* Digits arrive from the most significant one. Those after the rounding digit matter only as zero or not. */
struct collector {
    struct fp_decimal *out;
    enum fp_rounding rounding;
    int places;
    int limit;   /* digits to keep, once the first is known */
    bool sticky; /* a digit after the rounding digit is not zero */
};

static bool have_enough(const struct collector *c)
{
    return c->out->count > 0 && c->out->count > c->limit;
}

/* One digit, of weight 10^position. */
static void collect(struct collector *c, int digit, int position)
{
    struct fp_decimal *d = c->out;
    if (d->count == 0) {
        if (digit == 0)
            return;
        d->point = position + 1;
        c->limit = c->rounding == FP_ROUND_SIGNIFICANT ? c->places : d->point + c->places;
        d->digits[d->count++] = (char)('0' + digit);
    } else if (have_enough(c)) {
        c->sticky |= digit != 0;
    } else {
        d->digits[d->count++] = (char)('0' + digit);
    }
}

/* Nine digits, the first of weight 10^position. */
static void collect_block(struct collector *c, uint32_t block, int position)
{
    if (block == 0 && c->out->count == 0)
        return;
    if (have_enough(c)) {
        c->sticky |= block != 0;
        return;
    }
    for (uint32_t unit = BLOCK / 10; unit; unit /= 10, position--)
        collect(c, (int)(block / unit % 10), position);
}

static void collect_integer(struct collector *c, struct bignum *n)
{
    uint32_t blocks[INTEGER_BLOCKS];
    int count = 0;
    while (n->count)
        blocks[count++] = bignum_div(n, BLOCK);
    while (count-- > 0)
        collect_block(c, blocks[count], count * 9 + 8);
}

/* The fraction is n / 2^bits. Each product by 10^9 has 9 more digits above the binary point, and 9 fewer bits below. */
static void collect_fraction(struct collector *c, struct bignum *n, unsigned bits)
{
    for (int position = -1; n->count && !have_enough(c); position -= 9) {
        bignum_mul_add(n, BLOCK / 512, 0); /* 10^9 = 5^9 * 2^9 */
        if (bits < 9)
            bignum_shift_left(n, 9 - bits);
        bits = bits < 9 ? 0 : bits - 9;
        uint32_t block = 0;
        for (unsigned i = 30; i-- > 0;)
            block = block << 1 | bignum_bit(n, bits + i);
        collect_block(c, block, position);
        unsigned keep = (bits + 31) / 32;
        if (n->count > keep)
            n->count = keep;
        if (bits % 32 && n->count == keep)
            n->words[keep - 1] &= (UINT32_C(1) << bits % 32) - 1;
        bignum_trim(n);
    }
    c->sticky |= n->count != 0;
}

static void round_digits(struct collector *c, enum fp_direction direction)
{
    struct fp_decimal *d = c->out;
    if (d->count == 0)
        return;
    if (c->limit < 0) { /* less than half a unit of the last place wanted */
        d->count = 0;
        if (direction != FP_AWAY_FROM_ZERO)
            return;
        d->digits[d->count++] = '1';
        d->point = 1 - c->places;
        return;
    }
    if (d->count > c->limit) {
        int keep = c->limit;
        char digit = d->digits[keep];
        bool odd = keep > 0 && (d->digits[keep - 1] & 1);
        bool up = fp_rounds_up(direction, digit >= '5', digit == '5' && !c->sticky,
                               digit > '0' || c->sticky, odd);
        d->count = keep;
        while (up && d->count > 0 && d->digits[d->count - 1] == '9')
            d->count--;
        if (up && d->count > 0) {
            d->digits[d->count - 1]++;
        } else if (up) {
            d->digits[d->count++] = '1';
            d->point++;
        }
    }
    while (d->count > 0 && d->digits[d->count - 1] == '0')
        d->count--;
}

void __fp_decimal(struct fp_decimal *d, struct fp_parts x, enum fp_rounding rounding, int places)
{
    uint32_t words[WORDS];
    struct bignum n = {words, 0, WORDS};
    struct collector c = {.out = d, .rounding = rounding, .places = places, .limit = INT_MAX};
    d->count = 0;
    d->point = 0;
    if (x.mantissa == 0)
        return;
    int zeros = __builtin_ctzll(x.mantissa);
    uint64_t m = x.mantissa >> zeros;
    int e = x.exponent + zeros;
    if (places > INT_MAX / 2) /* the sum with point must not overflow */
        c.places = INT_MAX / 2;
    if (e >= 0) {
        bignum_set(&n, m);
        bignum_shift_left(&n, (unsigned)e);
        collect_integer(&c, &n);
    } else {
        unsigned bits = (unsigned)-e;
        bignum_set(&n, bits < 64 ? m >> bits : 0);
        collect_integer(&c, &n);
        bignum_set(&n, bits < 64 ? m & ((UINT64_C(1) << bits) - 1) : m);
        collect_fraction(&c, &n, bits);
    }
    round_digits(&c, fp_direction(x.negative));
}
