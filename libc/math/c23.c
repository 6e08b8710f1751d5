/*
 * c23.c: what C23 has added to the mathematics and needs no approximation: rounding to even, the next numbers, the exponent as a long, and
 * maximum and minimum by IEC 60559:2020, where -0 is less than +0. Compiled as the rest of the mathematics is: exceptions are results, too.
 */
#include <fenv.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A signalling NaN becomes a quiet one, and raises "invalid". */
#define QUIET(x, y) ((x) + (y))

/* One of the two is the larger (by `above`); of numbers that are equal the positive one. */
#define LARGER(x, y, above) ((above) || ((x) == (y) && !signbit(x)) ? (x) : (y))
#define LESSER(x, y, below) ((below) || ((x) == (y) && signbit(x)) ? (x) : (y))

#define DEFINE_CHOICE(type, suffix, fabs_, name, CHOOSE, OP)                                     \
    type f##name##suffix(type x, type y)                                                         \
    {                                                                                            \
        return isnan(x) || isnan(y) ? QUIET(x, y) : CHOOSE(x, y, x OP y);                        \
    }                                                                                            \
    type f##name##_mag##suffix(type x, type y)                                                   \
    {                                                                                            \
        if (isnan(x) || isnan(y) || fabs_(x) == fabs_(y))                                        \
            return f##name##suffix(x, y);                                                        \
        return fabs_(x) OP fabs_(y) ? x : y;                                                     \
    }                                                                                            \
    type f##name##_num##suffix(type x, type y)                                                   \
    {                                                                                            \
        type quiet = isnan(x) || isnan(y) ? QUIET(x, y) : 0;                                     \
        if (isnan(x) || isnan(y))                                                                \
            return !isnan(x) ? x : !isnan(y) ? y : quiet;                                        \
        return f##name##suffix(x, y);                                                            \
    }                                                                                            \
    type f##name##_mag_num##suffix(type x, type y)                                               \
    {                                                                                            \
        return isnan(x) || isnan(y) ? f##name##_num##suffix(x, y) : f##name##_mag##suffix(x, y); \
    }

#define DEFINE(type, suffix)                                                                \
    type roundeven##suffix(type x)                                                          \
    {                                                                                       \
        if (!isfinite(x))                                                                   \
            return QUIET(x, x);                                                             \
        type whole = trunc##suffix(x), rest = fabs##suffix(x - whole);                      \
        bool away = rest > (type)0.5 || (rest == (type)0.5 && fmod##suffix(whole, 2) != 0); \
        return copysign##suffix(away ? fabs##suffix(whole) + 1 : whole, x);                 \
    }                                                                                       \
    type nextup##suffix(type x)                                                             \
    {                                                                                       \
        fenv_t environment;                                                                 \
        if (isnan(x))                                                                       \
            return QUIET(x, x);                                                             \
        feholdexcept(&environment); /* no other number raises anything */                   \
        type next = nextafter##suffix(x, (type)INFINITY);                                   \
        fesetenv(&environment);                                                             \
        return next;                                                                        \
    }                                                                                       \
    type nextdown##suffix(type x)                                                           \
    {                                                                                       \
        return -nextup##suffix(-x);                                                         \
    }                                                                                       \
    long llogb##suffix(type x)                                                              \
    {                                                                                       \
        int exponent = ilogb##suffix(x);                                                    \
        if (x == 0)                                                                         \
            return FP_LLOGB0;                                                               \
        return isnan(x) ? FP_LLOGBNAN : isinf(x) ? LONG_MAX : exponent;                     \
    }                                                                                       \
    int canonicalize##suffix(type *to, const type *from)                                    \
    {                                                                                       \
        *to = isnan(*from) ? QUIET(*from, *from) : *from;                                   \
        return 0;                                                                           \
    }                                                                                       \
    DEFINE_CHOICE(type, suffix, fabs##suffix, maximum, LARGER, >)                           \
    DEFINE_CHOICE(type, suffix, fabs##suffix, minimum, LESSER, <)

DEFINE(float, f)
DEFINE(double, )
DEFINE(long double, l)

/* An x87 number is canonical when its leading bit is 0 for the smallest exponent alone. */
int __iscanonicall(long double x)
{
    struct {
        uint64_t mantissa;
        uint16_t sign_exponent;
    } bits;
    memcpy(&bits, &x, 10);
    return (bits.sign_exponent & 0x7fff) == 0 ? bits.mantissa >> 63 == 0 : bits.mantissa >> 63 == 1;
}
