/*
 * trig.c: sine and its kin. The processor reduces by a pi of 66 bits, which is too short beyond the first quadrant, so
 * the argument is reduced here by a pi/2 of 130 bits; beyond 2^31 quadrants the result loses accuracy gradually.
 */
#include <math.h>
#include "x87.h"

/* pi/2 as a sum; the first two have 31 zeros at their end, so that a product by a quadrant number below 2^31 is exact. */
static const long double pi_2_a = 0x1.921fb544p0L;
static const long double pi_2_b = 0x1.0b4611a6p-34L;
static const long double pi_2_c = 0x1.3198a2e03707344ap-69L;

/* x = quadrant * pi/2 + rest, |rest| <= pi/4 or so. */
static long double reduce(long double x, int *quadrant)
{
    if (__builtin_fabsl(x) <= 0.785398163397448309616L) {
        *quadrant = 0;
        return x;
    }
    if (__builtin_fabsl(x) >= 0x1p62L)
        x = x87_fmod(x, 4 * (pi_2_a + pi_2_b));
    long double n = x87_round(x * 0.636619772367581343076L);
    *quadrant = (int)((long long)n & 3);
    return ((x - n * pi_2_a) - n * pi_2_b) - n * pi_2_c;
}

static long double sine(long double x, int quadrant_offset)
{
    int quadrant;
    if (!__builtin_isfinite(x))
        return x - x;
    long double rest = reduce(x, &quadrant);
    quadrant += quadrant_offset;
    long double value = quadrant & 1 ? x87_cos(rest) : x87_sin(rest);
    return quadrant & 2 ? -value : value;
}

long double sinl(long double x)
{
    return x == 0 ? x : sine(x, 0);
}
long double cosl(long double x)
{
    return sine(x, 1);
}
long double tanl(long double x)
{
    return x == 0 ? x : sine(x, 0) / sine(x, 1);
}
double sin(double x)
{
    return (double)sinl(x);
}
double cos(double x)
{
    return (double)cosl(x);
}
double tan(double x)
{
    return (double)tanl(x);
}
float sinf(float x)
{
    return (float)sinl(x);
}
float cosf(float x)
{
    return (float)cosl(x);
}
float tanf(float x)
{
    return (float)tanl(x);
}

void sincos(double x, double *s, double *c)
{
    *s = sin(x);
    *c = cos(x);
}

long double atan2l(long double y, long double x)
{
    return x87_atan2(y, x);
}
long double atanl(long double x)
{
    return x87_atan2(x, 1);
}
long double asinl(long double x)
{
    return x == 0 ? x : x87_atan2(x, x87_sqrt((1 - x) * (1 + x)));
}
long double acosl(long double x)
{
    return x == 1 ? 0 : x87_atan2(x87_sqrt((1 - x) * (1 + x)), x);
}
double atan2(double y, double x)
{
    return (double)atan2l(y, x);
}
double atan(double x)
{
    return (double)atanl(x);
}
double asin(double x)
{
    return (double)asinl(x);
}
double acos(double x)
{
    return (double)acosl(x);
}
float atan2f(float y, float x)
{
    return (float)atan2l(y, x);
}
float atanf(float x)
{
    return (float)atanl(x);
}
float asinf(float x)
{
    return (float)asinl(x);
}
float acosf(float x)
{
    return (float)acosl(x);
}
