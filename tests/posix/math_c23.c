/* math_c23.c: what C23 has added to the mathematics, with its exceptions (F.10). */
#define _GNU_SOURCE 1
#include <fenv.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include "tests/posix/posix_test.h"

#pragma STDC FENV_ACCESS ON

#define FLAGS (FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT)

static volatile double zero, nan_value, signalling;

/* The same number, with its sign; a NaN for a NaN. */
static int same(long double got, long double wanted)
{
    if (isnan(wanted) ? isnan(got) : got == wanted && !signbit(got) == !signbit(wanted))
        return 1;
    printf("got %La, wanted %La\n", got, wanted);
    return 0;
}

#define RAISES(expression, flags)                    \
    do {                                             \
        feclearexcept(FE_ALL_EXCEPT);                \
        volatile long double ignored = (expression); \
        (void)ignored;                               \
        CHECK_IS(fetestexcept(FLAGS), (flags));      \
    } while (0)

static void test_roundeven(void)
{
    static const double cases[][2] = {
        {0.5, 0},     {1.5, 2},   {2.5, 2},       {-0.5, -0.0},
        {-1.5, -2},   {-2.5, -2}, {0.4999999, 0}, {0.75, 1},
        {-0.2, -0.0}, {3.0, 3.0}, {1e300, 1e300}, {4503599627370495.5, 4503599627370496.0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK(same(roundeven(cases[i][0]), cases[i][1]));
        if (i < 11 && i != 10)
            CHECK(same(roundevenf((float)cases[i][0]), (float)cases[i][1]));
        CHECK(same(roundevenl(cases[i][0]), cases[i][1]));
    }
    CHECK(same(roundeven(-INFINITY), -INFINITY));
    CHECK(same(roundeven(nan_value), nan_value));
    fesetround(FE_UPWARD);
    CHECK(same(roundeven(2.5), 2) && same(roundeven(-1.25), -1));
    fesetround(FE_TONEAREST);
    RAISES(roundeven(signalling), FE_INVALID);
    RAISES(roundeven(INFINITY + zero), 0);
}

static void test_next(void)
{
    CHECK(same(nextup(1.0), 1.0 + DBL_EPSILON) && same(nextdown(1.0), 1.0 - DBL_EPSILON / 2));
    CHECK(same(nextupf(1.0f), 1.0f + FLT_EPSILON));
    CHECK(same(nextupl(1.0L), 1.0L + LDBL_EPSILON));
    CHECK(same(nextup(-zero), 0x1p-1074) && same(nextdown(zero), -0x1p-1074));
    CHECK(same(nextup(-0x1p-1074), -0.0) && same(nextdown(0x1p-1074), 0.0));
    CHECK(same(nextup(DBL_MAX), INFINITY) && same(nextup(INFINITY), INFINITY));
    CHECK(same(nextup(-INFINITY), -DBL_MAX) && same(nextdown(INFINITY), DBL_MAX));
    CHECK(isnan(nextup(nan_value)));
    RAISES(nextup(zero), 0);
    RAISES(nextup(DBL_MAX + zero), 0);
    RAISES(nextup(signalling), FE_INVALID);
}

static void test_llogb(void)
{
    CHECK_IS(llogb(1.0), 0);
    CHECK_IS(llogb(0x1p-1074), -1074);
    CHECK_IS(llogbf(8.5f), 3);
    CHECK_IS(llogbl(0x1p16000L), 16000);
    CHECK_IS(llogb(zero), FP_LLOGB0);
    CHECK_IS(llogb(nan_value), FP_LLOGBNAN);
    CHECK_IS(llogb(-INFINITY), LONG_MAX);
    RAISES(llogb(zero), FE_INVALID);
    RAISES(llogb(INFINITY + zero), FE_INVALID);
    RAISES(llogb(3.0 + zero), 0);
}

static void test_canonicalize(void)
{
    double in = -0.0, out = 5;
    CHECK_IS(canonicalize(&out, &in), 0);
    CHECK(same(out, -0.0));
    in = signalling;
    feclearexcept(FE_ALL_EXCEPT);
    CHECK_IS(canonicalize(&out, &in), 0);
    CHECK(isnan(out));
    CHECK_IS(fetestexcept(FLAGS), FE_INVALID);
    float small = 3, to;
    CHECK(canonicalizef(&to, &small) == 0 && to == 3);
}

static void test_choices(void)
{
    CHECK(same(fmaximum(-0.0, 0.0), 0.0) && same(fmaximum(0.0, -0.0), 0.0));
    CHECK(same(fminimum(-0.0, 0.0), -0.0) && same(fminimum(0.0, -0.0), -0.0));
    CHECK(same(fmaximum(1, 2), 2) && same(fminimum(1, 2), 1) && same(fmaximum(-1, -2), -1));
    CHECK(isnan(fmaximum(1, nan_value)) && isnan(fminimum(nan_value, -INFINITY)));
    CHECK(same(fmaximum_num(1, nan_value), 1) && same(fminimum_num(nan_value, 2), 2));
    CHECK(isnan(fmaximum_num(nan_value, nan_value)));
    CHECK(same(fmaximum_mag(-3, 2), -3) && same(fminimum_mag(-3, 2), 2));
    CHECK(same(fmaximum_mag(-2, 2), 2) && same(fminimum_mag(2, -2), -2));
    CHECK(isnan(fmaximum_mag(-3, nan_value)) && same(fmaximum_mag_num(-3, nan_value), -3));
    CHECK(same(fminimum_mag_num(nan_value, -0.0), -0.0) && same(fminimum_mag_num(1, -4), 1));
    CHECK(same(fmaximumf(1, 2), 2) && same(fminimuml(1, 2), 1) &&
          same(fmaximum_mag_numl(-5, 4), -5));
    CHECK(same(fminimum_numf(1, (float)nan_value), 1));
    RAISES(fmaximum(1, nan_value), 0);
    RAISES(fmaximum_num(1, signalling), FE_INVALID);
    RAISES(fminimum(signalling, 1), FE_INVALID);
    RAISES(fminimum_mag(1, 2), 0);
    CHECK(same(fmaximum_num(1, signalling), 1));
}

/* C23 7.12.3: what kind of a number it is; only iseqsig raises, for any NaN (7.12.17.7). */
static void test_kinds(void)
{
    volatile double tiny = 0x1p-1074;
    CHECK(iszero(zero) && iszero(-zero) && !iszero(tiny) && !iszero(nan_value));
    CHECK(issubnormal(tiny) && issubnormal(0x1p-149f) && issubnormal(0x1p-16445L));
    CHECK(!issubnormal(zero) && !issubnormal(DBL_MIN) && !issubnormal(nan_value));
    CHECK(issignaling(signalling) && !issignaling(nan_value) && !issignaling(zero));
    CHECK(issignaling(__builtin_nansf("")) && issignaling(__builtin_nansl("")));
    CHECK(!issignaling(NAN) && !issignaling((long double)INFINITY));
    CHECK(iscanonical(tiny) && iscanonical(1.0f) && iscanonical(nan_value));
    CHECK(iscanonical(-1.5L) && iscanonical(0x1p-16445L) && iscanonical(0.0L));
    union {
        unsigned long long mantissa;
        long double value;
    } odd = {.value = 1.0L};
    odd.mantissa >>= 1;
    CHECK(!iscanonical(odd.value));
    CHECK(iseqsig(zero, -zero) && !iseqsig(zero, 1) && iseqsig(2.0f, 2.0L));
    RAISES(iseqsig(zero, 1.0), 0);
    RAISES(iseqsig(nan_value, 1.0), FE_INVALID);
    RAISES(issignaling(signalling) + iszero(nan_value), 0);
}

int main(void)
{
    nan_value = __builtin_nan("");
    signalling = __builtin_nans("");
    test_roundeven();
    test_next();
    test_llogb();
    test_canonicalize();
    test_choices();
    test_kinds();
    return posix_end();
}
