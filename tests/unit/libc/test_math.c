/* test_math.c: are the mathematical functions as near to the truth as the host's? */
#include "dy.h"
#include <math.h>

DY(floor);
DY(ceil);
DY(trunc);
DY(round);
DY(rint);
DY(lround);
DY(fmod);
DY(remainder);
DY(sqrt);
DY(ldexp);
DY(frexp);
DY(modf);
DY(sin);
DY(cos);
DY(tan);
DY(asin);
DY(acos);
DY(atan);
DY(atan2);
DY(exp);
DY(exp2);
DY(expm1);
DY(log);
DY(log2);
DY(log10);
DY(log1p);
DY(pow);
DY(hypot);
DY(cbrt);
DY(sinh);
DY(cosh);
DY(tanh);
DY(asinh);
DY(acosh);
DY(atanh);
DY(nextafter);
DY(floorf);
DY(ceilf);
DY(roundf);
DY(truncf);
DY(floorl);
DY(ceill);
DY(roundl);
DY(truncl);
DY(scalbnl);
DY(nextafterl);
DY(nextafterf);
DY(ilogb);
DY(fmax);
DY(fmin);
DY(powf);
DY(ldexpf);
DY(fma);
DY(fmaf);
DY(erf);
DY(erfc);
DY(tgamma);
DY(lgamma);

static double random_double(void)
{
    union {
        uint64_t bits;
        double value;
    } u = {.bits = test_random()};
    switch (test_random() % 4) {
    case 0: return isnan(u.value) ? NAN : u.value; /* a signalling one is a matter of its own */
    case 1: return (double)((int64_t)u.bits >> (test_random() % 60)) / 2;
    default: return (double)((int64_t)u.bits >> 11) * 0x1p-50;
    }
}

static int64_t ordinal(double x)
{
    union {
        double value;
        int64_t bits;
    } u = {.value = x};
    return u.bits < 0 ? INT64_MIN - u.bits : u.bits;
}

/* Steps between two doubles; NaNs are alike. */
static double steps(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) ? 0 : 1e300;
    __int128 d = (__int128)ordinal(a) - ordinal(b);
    return (double)(d < 0 ? -d : d);
}

#define EXACT(name, x, ...)                                                             \
    do {                                                                                \
        double ours = dy_##name(x, ##__VA_ARGS__), host = name(x, ##__VA_ARGS__);       \
        if (steps(ours, host) != 0 || (!isnan(host) && signbit(ours) != signbit(host))) \
            fail_msg("%s(%a): ours %a, host %a", #name, (double)(x), ours, host);       \
    } while (0)

static void test_exact_functions_equal_host(void **state)
{
    static const double specials[] = {0.0,
                                      -0.0,
                                      0.5,
                                      -0.5,
                                      1.5,
                                      2.5,
                                      -2.5,
                                      0.49999999999999994,
                                      4503599627370495.5,
                                      4503599627370496.5,
                                      1e300,
                                      5e-324,
                                      INFINITY,
                                      -INFINITY,
                                      NAN};
    for (int i = 0; i < 200000; i++) {
        double x = i < 15 ? specials[i] : random_double(), y = random_double();
        EXACT(floor, x);
        EXACT(ceil, x);
        EXACT(trunc, x);
        EXACT(round, x);
        EXACT(rint, x);
        EXACT(sqrt, x);
        EXACT(floorf, (float)x);
        EXACT(ceilf, (float)x);
        EXACT(roundf, (float)x);
        EXACT(truncf, (float)x);
        EXACT(fmod, x, y);
        EXACT(remainder, x, y);
        EXACT(nextafter, x, y);
        EXACT(nextafterf, (float)x, (float)y);
        EXACT(fmax, x, y);
        EXACT(fmin, x, y);
        EXACT(ldexp, x, (int)(i % 4400) - 2200);
        EXACT(ldexpf, (float)x, (int)(i % 600) - 300);
        double z = i % 2 ? random_double() : -x * y;
        EXACT(fma, x, y, z);
        EXACT(fmaf, (float)x, (float)y, (float)z);
        int a = 0, b = 0;
        double m = dy_frexp(x, &a), h = frexp(x, &b);
        assert_true(steps(m, h) == 0 && (a == b || !isfinite(x)));
        double w1, w2;
        m = dy_modf(x, &w1);
        h = modf(x, &w2);
        assert_true(steps(m, h) == 0 && steps(w1, w2) == 0);
        long double l = (long double)x * 1.0000000001L;
        assert_true(dy_floorl(l) == floorl(l) || isnan(l));
        assert_true(dy_ceill(l) == ceill(l) || isnan(l));
        assert_true(dy_roundl(l) == roundl(l) || isnan(l));
        assert_true(dy_truncl(l) == truncl(l) || isnan(l));
        int n = (int)(i * 7 % 70000) - 35000;
        assert_true(dy_scalbnl(l, n) == scalbnl(l, n) || isnan(l));
        assert_true(dy_nextafterl(l, y) == nextafterl(l, y) || isnan(l) || isnan(y));
    }
    assert_int_equal(dy_lround(-2.5), -3);
}

/* The host's are within one step of the truth, so ours must be within two of the host's. */
#define NEAR(name, x, ...)                                                        \
    do {                                                                          \
        double ours = dy_##name(x, ##__VA_ARGS__), host = name(x, ##__VA_ARGS__); \
        if (steps(ours, host) > 4) /* each up to 2 from the truth */              \
            fail_msg("%s(%a): ours %a, host %a", #name, (double)(x), ours, host); \
    } while (0)

static void test_transcendental_functions_are_near(void **state)
{
    static const double specials[] = {0.0,       -0.0, 1,   -1,    INFINITY,
                                      -INFINITY, NAN,  0.5, 1e300, 5e-324};
    for (int i = 0; i < 60000; i++) {
        double x = i < 10 ? specials[i] : random_double(),
               y = i < 100 ? specials[i / 10] : random_double();
        double angle = fabs(x) < 1e9 || i < 10 ? x : fmod(x, 1e9), unit = i < 10 ? x : fmod(x, 1),
               small = fmod(y, 30);
        if (i < 10 && fabs(x) > 1e9 && isfinite(x))
            angle = 1;
        NEAR(sin, angle);
        NEAR(cos, angle);
        NEAR(tan, angle);
        NEAR(asin, unit);
        NEAR(acos, unit);
        NEAR(atan, x);
        NEAR(atan2, x, y);
        NEAR(exp, i < 10 ? x : fmod(x, 750));
        NEAR(exp2, i < 10 ? x : fmod(x, 1100));
        NEAR(expm1, unit);
        NEAR(expm1, i < 10 ? x : fmod(x, 750));
        NEAR(log, x);
        NEAR(log, 1 + unit / 1000);
        NEAR(log2, x);
        NEAR(log10, x);
        NEAR(log1p, unit);
        NEAR(pow, x, y);
        NEAR(pow, fabs(x), small);
        NEAR(pow, x, (double)(i % 41 - 20));
        NEAR(hypot, x, y);
        assert_true(steps(dy_cbrt(x), (double)cbrtl(x)) <
                    2); /* the host's cbrt is four steps off at times */
        NEAR(sinh, i < 10 ? x : fmod(x, 720));
        NEAR(cosh, i < 10 ? x : fmod(x, 720));
        NEAR(tanh, i < 10 ? x : fmod(x, 30));
        NEAR(asinh, x);
        NEAR(acosh, fabs(x) + 1);
        NEAR(atanh, unit);
        NEAR(erf, i < 10 ? x : fmod(x, 7));
        assert_true(fabs(dy_erfc(unit * 20) - erfc(unit * 20)) <= 8e-16 * erfc(unit * 20) ||
                    !isfinite(unit));
        double g = fmod(x, 170), gamma = tgamma(g);
        if (fabs(dy_tgamma(g) - gamma) > 3e-15 * fabs(gamma) + 1e-320 && isfinite(gamma))
            fail_msg("tgamma(%a): %a, host %a", g, dy_tgamma(g), gamma);
        double l = lgamma(g);
        if (fabs(dy_lgamma(g) - l) > 2e-15 * fmax(fabs(l), 1) && isfinite(l))
            fail_msg("lgamma(%a): %a, host %a", g, dy_lgamma(g), l);
    }
    assert_true(dy_pow(10, 5) == 1e5 && dy_pow(2, -3) == 0.125 && dy_pow(2, 0.5) == sqrt(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_functions_equal_host),
        cmocka_unit_test(test_transcendental_functions_are_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
