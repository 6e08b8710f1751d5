/* misc.c: square and cube roots, remainders, hyperbolic functions, minima. */
#include <math.h>
#include "x87.h"

double sqrt(double x)
{
    return __builtin_elementwise_sqrt(x);
}
float sqrtf(float x)
{
    return __builtin_elementwise_sqrt(x);
}
long double sqrtl(long double x)
{
    return x87_sqrt(x);
}

long double fmodl(long double x, long double y)
{
    return x87_fmod(x, y);
}
double fmod(double x, double y)
{
    return (double)x87_fmod(x, y);
}
float fmodf(float x, float y)
{
    return (float)x87_fmod(x, y);
}

/* The status word has the quotient's low bits scattered: C0 is bit 2, C3 bit 1, C1 bit 0. */
long double remquol(long double x, long double y, int *quo)
{
    unsigned short status;
    long double r = x87_remainder(x, y, &status);
    int low = (status >> 8 & 1) << 2 | (status >> 14 & 1) << 1 | (status >> 9 & 1);
    *quo = __builtin_signbit(x) != __builtin_signbit(y) ? -low : low;
    return r;
}

double remquo(double x, double y, int *quo)
{
    return (double)remquol(x, y, quo);
}
float remquof(float x, float y, int *quo)
{
    return (float)remquol(x, y, quo);
}
long double remainderl(long double x, long double y)
{
    int q;
    return remquol(x, y, &q);
}
double remainder(double x, double y)
{
    return (double)remainderl(x, y);
}
float remainderf(float x, float y)
{
    return (float)remainderl(x, y);
}

/* A double's square always fits a long double, so only hypotl must scale. */
long double hypotl(long double x, long double y)
{
    x = __builtin_fabsl(x);
    y = __builtin_fabsl(y);
    if (__builtin_isinf(x) || __builtin_isinf(y))
        return HUGE_VALL;
    long double big = x > y ? x : y, small = x > y ? y : x;
    if (big == 0 || big != big || small != small)
        return big + small;
    if (big < 0x1p8000L && small > 0x1p-8000L)
        return x87_sqrt(big * big + small * small);
    small /= big;
    return big * x87_sqrt(1 + small * small);
}

double hypot(double x, double y)
{
    return (double)hypotl(x, y);
}
float hypotf(float x, float y)
{
    return (float)hypotl(x, y);
}

long double cbrtl(long double x)
{
    int exp;
    if (x == 0 || !__builtin_isfinite(x))
        return x;
    long double a = frexpl(__builtin_fabsl(x), &exp);
    while (exp % 3) {
        a /= 2;
        exp++;
    }
    long double r = powl(a, 1 / 3.0L);
    r -= (r * r * r - a) / (3 * r * r); /* one step of Newton's */
    return __builtin_copysignl(scalbnl(r, exp / 3), x);
}

double cbrt(double x)
{
    return (double)cbrtl(x);
}
float cbrtf(float x)
{
    return (float)cbrtl(x);
}

long double sinhl(long double x)
{
    long double a = __builtin_fabsl(x), e = expm1l(a);
    long double r = a < 11000 ? (e + e / (e + 1)) / 2 : expl(a / 2) / 2 * expl(a / 2);
    return __builtin_copysignl(r, x);
}

long double coshl(long double x)
{
    long double a = __builtin_fabsl(x), e = expl(a / 2);
    return a < 40 ? (expl(a) + 1 / expl(a)) / 2 : e / 2 * e;
}

long double tanhl(long double x)
{
    long double a = __builtin_fabsl(x);
    long double e = expm1l(2 * a);
    return __builtin_copysignl(a > 40 ? 1 : e / (e + 2), x);
}

long double asinhl(long double x)
{
    long double a = __builtin_fabsl(x);
    long double r = a > 0x1p40L ? logl(a) + 0.693147180559945309417L
                                : log1pl(a + a * a / (1 + x87_sqrt(1 + a * a)));
    return __builtin_copysignl(r, x);
}

long double acoshl(long double x)
{
    return x > 0x1p40L ? logl(x) + 0.693147180559945309417L
                       : log1pl(x - 1 + x87_sqrt((x - 1) * (x + 1)));
}

long double atanhl(long double x)
{
    long double a = __builtin_fabsl(x);
    return __builtin_copysignl(log1pl(2 * a / (1 - a)) / 2, x);
}

double sinh(double x)
{
    return (double)sinhl(x);
}
double cosh(double x)
{
    return (double)coshl(x);
}
double tanh(double x)
{
    return (double)tanhl(x);
}
double asinh(double x)
{
    return (double)asinhl(x);
}
double acosh(double x)
{
    return (double)acoshl(x);
}
double atanh(double x)
{
    return (double)atanhl(x);
}
float sinhf(float x)
{
    return (float)sinhl(x);
}
float coshf(float x)
{
    return (float)coshl(x);
}
float tanhf(float x)
{
    return (float)tanhl(x);
}
float asinhf(float x)
{
    return (float)asinhl(x);
}
float acoshf(float x)
{
    return (float)acoshl(x);
}
float atanhf(float x)
{
    return (float)atanhl(x);
}

#define DEFINE(type, suffix)            \
    type fmax##suffix(type x, type y)   \
    {                                   \
        return x != x || y > x ? y : x; \
    }                                   \
    type fmin##suffix(type x, type y)   \
    {                                   \
        return x != x || y < x ? y : x; \
    }                                   \
    type fdim##suffix(type x, type y)   \
    {                                   \
        return x <= y ? 0 : x - y;      \
    }

DEFINE(double, )
DEFINE(float, f)
DEFINE(long double, l)
