/* special.c: error function and gamma function, from series that converge in a few dozen steps. */
#include <math.h>

#define LN_SQRT_2PI      0.918938533204672741780329736406L
#define TWO_OVER_SQRT_PI 1.128379167095512573896158903122L
#define PI               3.141592653589793238462643383280L

int signgam;

/* 2/sqrt(pi) e^-x^2 (x + 2x^3/3 + 4x^5/(3*5) + ...): all terms of one sign, so nothing cancels. */
static long double erf_series(long double x)
{
    long double term = x, sum = x;
    for (int n = 1; n < 200 && __builtin_fabsl(term) > 1e-21L * __builtin_fabsl(sum); n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
    }
    return TWO_OVER_SQRT_PI * expl(-x * x) * sum;
}

/* The continued fraction of erfc, for x >= 2, evaluated from its far end. */
static long double erfc_fraction(long double x)
{
    long double t = x;
    for (int k = 120; k > 0; k--)
        t = x + k / 2.0L / t;
    return expl(-x * x) / (t * 1.772453850905516027298167483341L);
}

long double erfl(long double x)
{
    if (x != x)
        return x;
    if (__builtin_fabsl(x) < 2.5L)
        return erf_series(x);
    return __builtin_copysignl(x < 7 && x > -7 ? 1 - erfc_fraction(__builtin_fabsl(x)) : 1, x);
}

long double erfcl(long double x)
{
    if (x != x)
        return x;
    if (x < 1)
        return 1 - erfl(x);
    if (x < 2) /* 1 - erf loses at most seven of the spare bits */
        return 1 - erf_series(x);
    return x < 120 ? erfc_fraction(x) : 0;
}

/* ln(gamma(x)) for x >= 24, by Stirling's series. */
static long double stirling(long double x)
{
    static const long double terms[] = {1 / 12.0L,   -1 / 360.0L,      1 / 1260.0L, -1 / 1680.0L,
                                        1 / 1188.0L, -691 / 360360.0L, 1 / 156.0L};
    long double power = 1 / x, sum = 0, step = power * power;
    for (unsigned i = 0; i < sizeof terms / sizeof *terms; i++, power *= step)
        sum += terms[i] * power;
    return (x - 0.5L) * logl(x) - x + LN_SQRT_2PI + sum;
}

/* gamma(x) = gamma(x + n) / (x (x+1) ... (x+n-1)): the divisor that brings x to where the series serves. */
static long double shift_up(long double *x)
{
    long double product = 1;
    for (; *x < 24; *x += 1)
        product *= *x;
    return product;
}

static long double lgamma_positive(long double x)
{
    if (x == 1 || x == 2)
        return 0;
    if (x >= 24)
        return stirling(x);
    long double product = shift_up(&x);
    return stirling(x) - logl(product);
}

static long double lgamma_signed(long double x, int *sign)
{
    *sign = 1;
    if (x != x || __builtin_isinf(x))
        return x * x;
    if (x > 0)
        return lgamma_positive(x);
    if (x == floorl(x)) {
        *sign = x == 0 && __builtin_signbit(x) ? -1 : 1;
        return HUGE_VALL;
    }
    /* gamma(x) gamma(1-x) = pi / sin(pi x) */
    long double near = roundl(x);
    long double s = sinl(PI * (x - near)) * (fmodl(near, 2) == 0 ? 1 : -1);
    *sign = s < 0 ? -1 : 1;
    return logl(PI / __builtin_fabsl(s)) - lgamma_positive(1 - x);
}

long double tgammal(long double x)
{
    if (x == 0)
        return 1 / x;
    if (x != x || (x < 0 && x == floorl(x)))
        return __builtin_nanl("");
    if (x > 0 && x < 24) {
        long double product = shift_up(&x);
        return expl(stirling(x)) / product;
    }
    int sign;
    long double l = lgamma_signed(x, &sign);
    return sign * expl(l);
}

long double lgammal(long double x)
{
    return lgamma_signed(x, &signgam);
}
double lgamma_r(double x, int *sign)
{
    return (double)lgamma_signed(x, sign);
}
double lgamma(double x)
{
    return (double)lgammal(x);
}
double tgamma(double x)
{
    return (double)tgammal(x);
}
double erf(double x)
{
    return (double)erfl(x);
}
double erfc(double x)
{
    return (double)erfcl(x);
}
float lgammaf(float x)
{
    return (float)lgammal(x);
}
float tgammaf(float x)
{
    return (float)tgammal(x);
}
float erff(float x)
{
    return (float)erfl(x);
}
float erfcf(float x)
{
    return (float)erfcl(x);
}
