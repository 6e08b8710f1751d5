/* parts.c: sign, exponent and mantissa taken apart and put together. */
#include <limits.h>
#include <math.h>
#include <stdint.h>

double fabs(double x)
{
    return __builtin_fabs(x);
}
float fabsf(float x)
{
    return __builtin_fabsf(x);
}
long double fabsl(long double x)
{
    return __builtin_fabsl(x);
}
double copysign(double x, double y)
{
    return __builtin_copysign(x, y);
}
float copysignf(float x, float y)
{
    return __builtin_copysignf(x, y);
}
long double copysignl(long double x, long double y)
{
    return __builtin_copysignl(x, y);
}

double nan(const char *tag)
{
    (void)tag;
    return __builtin_nan("");
}
float nanf(const char *tag)
{
    (void)tag;
    return __builtin_nanf("");
}
long double nanl(const char *tag)
{
    (void)tag;
    return __builtin_nanl("");
}

/* x87 holds every value of the three types as a normal number, but for long double's own denormals. */
long double frexpl(long double x, int *exp)
{
    union {
        long double value;
        struct {
            uint64_t mantissa;
            uint16_t sign_exponent;
        } bits;
    } u = {.value = x};
    *exp = 0;
    if (x == 0 || !__builtin_isfinite(x))
        return x;
    int bias = 16382;
    if (!(u.bits.sign_exponent & 0x7fff)) {
        u.value *= 0x1p64L;
        bias += 64;
    }
    *exp = (u.bits.sign_exponent & 0x7fff) - bias;
    u.bits.sign_exponent = (uint16_t)((u.bits.sign_exponent & 0x8000) | 16382);
    return u.value;
}

double frexp(double x, int *exp)
{
    return (double)frexpl(x, exp);
}
float frexpf(float x, int *exp)
{
    return (float)frexpl(x, exp);
}

/*
 * x * 2^n. Large steps first, each exact, the last one the only that may round: a double or float is scaled exactly as
 * a long double, unless it is far out of its range, and rounded once by the conversion.
 */
long double scalbnl(long double x, int n)
{
    if (n > 40000)
        n = 40000;
    if (n < -40000)
        n = -40000;
    for (; n > 16000; n -= 16000)
        x *= 0x1p16000L;
    if (n < -16000) {
        /* Going down, the mantissa must not lose bits twice: stay normal until the last step. */
        int exp;
        x = frexpl(x, &exp);
        long total = (long)exp + n;
        if (total < -16500)
            return x * 0x1p-16000L * 0x1p-16000L;
        x *= 0x1p-8000L;
        n = (int)(total + 8000);
    }
    union {
        long double value;
        struct {
            uint64_t mantissa;
            uint16_t sign_exponent;
        } bits;
    } factor = {.bits = {UINT64_C(1) << 63, (uint16_t)(16383 + n)}};
    return x * factor.value;
}

double scalbn(double x, int n)
{
    return (double)scalbnl(x, n < -4000 ? -4000 : n);
}
float scalbnf(float x, int n)
{
    return (float)scalbnl(x, n < -4000 ? -4000 : n);
}

static int clamp(long n)
{
    return n > 100000 ? 100000 : n < -100000 ? -100000 : (int)n;
}

double scalbln(double x, long n)
{
    return scalbn(x, clamp(n));
}
float scalblnf(float x, long n)
{
    return scalbnf(x, clamp(n));
}
long double scalblnl(long double x, long n)
{
    return scalbnl(x, clamp(n));
}
double ldexp(double x, int n)
{
    return scalbn(x, n);
}
float ldexpf(float x, int n)
{
    return scalbnf(x, n);
}
long double ldexpl(long double x, int n)
{
    return scalbnl(x, n);
}

int ilogbl(long double x)
{
    int exp;
    if (x == 0)
        return FP_ILOGB0;
    if (!__builtin_isfinite(x))
        return __builtin_isnan(x) ? FP_ILOGBNAN : INT_MAX;
    frexpl(x, &exp);
    return exp - 1;
}

int ilogb(double x)
{
    return ilogbl(x);
}
int ilogbf(float x)
{
    return ilogbl(x);
}

long double logbl(long double x)
{
    if (x == 0)
        return -__builtin_infl();
    return __builtin_isfinite(x) ? ilogbl(x) : x * x;
}

double logb(double x)
{
    return (double)logbl(x);
}
float logbf(float x)
{
    return (float)logbl(x);
}
