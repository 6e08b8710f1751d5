/* exp.c: exponentials, logarithms and powers, of base 2 underneath. */
#include <math.h>
#include "x87.h"

#define LN2     0.693147180559945309417232121458L
#define LOG2E   1.442695040888963407359924681002L
#define LOG10_2 0.301029995663981195213738894724L

/* 2^(x + low), low being what did not fit into x. */
static long double exp2_split(long double x, long double low)
{
    if (x != x)
        return x;
    if (x > 17000)
        return HUGE_VALL * 1;
    if (x < -17000)
        return 0;
    long double whole = x87_round(x);
    long double part = (x - whole) + low;
    return x87_scale(x87_exp2m1(part) + 1, whole);
}

/*
 * e^x needs x * log2(e) to an absolute error of 2^-64, and the product has 14 bits before the point: so the product is
 * made of an exact high part and a small low one.
 */
long double expl(long double x)
{
    const long double log2e_high = 0x1.71547652p0L; /* 32 bits */
    const long double log2e_low = 0x1.705fc2eefa1ffb42p-33L;
    if (!(x > -12000 && x < 12000))
        return x != x ? x : x > 0 ? HUGE_VALL : 0;
    volatile long double shifted = x * 0x1.0p32L; /* x = x_high + x_low, x_high of 32 bits */
    volatile long double x_high = (x + shifted) - shifted;
    long double x_low = x - x_high;
    long double product = x_high * log2e_high;
    return exp2_split(product, x_low * log2e_high + x * log2e_low);
}

long double exp2l(long double x)
{
    return exp2_split(x, 0);
}

long double expm1l(long double x)
{
    if (__builtin_fabsl(x) < 0.5L)
        return x == 0 ? x : x87_exp2m1(x * LOG2E);
    return expl(x) - 1;
}

long double logl(long double x)
{
    return __builtin_fabsl(x - 1) < 0.25L ? x87_ylog2x1(LN2, x - 1) : x87_ylog2x(LN2, x);
}

long double log2l(long double x)
{
    return x87_ylog2x(1, x);
}
long double log10l(long double x)
{
    return x87_ylog2x(LOG10_2, x);
}

long double log1pl(long double x)
{
    return __builtin_fabsl(x) < 0.25L ? (x == 0 ? x : x87_ylog2x1(LN2, x)) : logl(1 + x);
}

static int is_odd_integer(long double y)
{
    return __builtin_fabsl(y) < 0x1p64L && x87_fmod(y, 2) != 0 && x87_fmod(y, 1) == 0;
}

/* A whole power by squaring is exact where the result is, as in 10^5. */
static long double power_of_whole(long double x, long n)
{
    long double r = 1;
    for (unsigned long k = (unsigned long)(n < 0 ? -n : n); k; k >>= 1, x *= x)
        if (k & 1)
            r *= x;
    return n < 0 ? 1 / r : r;
}

long double powl(long double x, long double y)
{
    if (y == 0 || x == 1)
        return 1;
    if (x != x || y != y)
        return x + y;
    long double a = __builtin_fabsl(x);
    if (__builtin_isinf(y))
        return a == 1 ? 1 : (a > 1) == (y > 0) ? HUGE_VALL : 0;
    int negative = __builtin_signbit(x) && is_odd_integer(y);
    long double r;
    if (a == 0 || __builtin_isinf(a))
        r = (a == 0) == (y > 0) ? 0 : HUGE_VALL;
    else if (x < 0 && x87_fmod(y, 1) != 0)
        return __builtin_nanl("");
    else if (__builtin_fabsl(y) <= 64 && x87_fmod(y, 1) == 0)
        r = power_of_whole(a, (long)y);
    else
        r = exp2_split(x87_ylog2x(y, a), 0);
    return negative ? -r : r;
}

double exp(double x)
{
    return (double)expl(x);
}
double exp2(double x)
{
    return (double)exp2l(x);
}
double expm1(double x)
{
    return (double)expm1l(x);
}
double log(double x)
{
    return (double)logl(x);
}
double log2(double x)
{
    return (double)log2l(x);
}
double log10(double x)
{
    return (double)log10l(x);
}
double log1p(double x)
{
    return (double)log1pl(x);
}
double pow(double x, double y)
{
    return (double)powl(x, y);
}
float expf(float x)
{
    return (float)expl(x);
}
float exp2f(float x)
{
    return (float)exp2l(x);
}
float expm1f(float x)
{
    return (float)expm1l(x);
}
float logf(float x)
{
    return (float)logl(x);
}
float log2f(float x)
{
    return (float)log2l(x);
}
float log10f(float x)
{
    return (float)log10l(x);
}
float log1pf(float x)
{
    return (float)log1pl(x);
}
float powf(float x, float y)
{
    return (float)powl(x, y);
}
