/* math_flags.c: the exceptions that C's Annex F wants of <math.h>, and none beside them; inexact is not looked at. */
#include "posix_test.h"
#include <fenv.h>
#include <float.h>
#include <math.h>

#define LOOKED_AT (FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW)
#define NONE      0
#define INVALID   FE_INVALID
#define ZERO      FE_DIVBYZERO
#define OVERFLOW  FE_OVERFLOW
#define UNDERFLOW FE_UNDERFLOW

/* Through a pointer, so that the compiler neither computes nor replaces the call. */
static void check_one(const char *name, double (*volatile call)(double), double x, int flags)
{
    static const int directions[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    for (int i = 0; i < 4; i++) {
        fesetround(directions[i]);
        feclearexcept(FE_ALL_EXCEPT);
        volatile double result = call(x);
        int raised = fetestexcept(LOOKED_AT);
        fesetround(FE_TONEAREST);
        posix_checks++;
        if (raised != flags) {
            posix_failures++;
            printf("FAIL %s(%a), direction %d: %a raises %#x, expected %#x\n", name, x, i, result,
                   raised, flags);
        }
    }
}

static void check_two(const char *name, double (*volatile call)(double, double), double x, double y,
                      int flags)
{
    feclearexcept(FE_ALL_EXCEPT);
    volatile double result = call(x, y);
    int raised = fetestexcept(LOOKED_AT);
    posix_checks++;
    if (raised != flags) {
        posix_failures++;
        printf("FAIL %s(%a, %a): %a raises %#x, expected %#x\n", name, x, y, result, raised, flags);
    }
}

static void check_long(const char *name, long double (*volatile call)(long double), long double x,
                       int flags)
{
    feclearexcept(FE_ALL_EXCEPT);
    volatile long double result = call(x);
    int raised = fetestexcept(LOOKED_AT);
    posix_checks++;
    if (raised != flags) {
        posix_failures++;
        printf("FAIL %s(%La): %La raises %#x, expected %#x\n", name, x, result, raised, flags);
    }
}

static void check_float(const char *name, float (*volatile call)(float), float x, int flags)
{
    feclearexcept(FE_ALL_EXCEPT);
    volatile float result = call(x);
    int raised = fetestexcept(LOOKED_AT);
    posix_checks++;
    if (raised != flags) {
        posix_failures++;
        printf("FAIL %s(%a): %a raises %#x, expected %#x\n", name, (double)x, (double)result,
               raised, flags);
    }
}

#define ONE(function, x, flags) check_one(#function, function, x, flags)
/* The same of all three types. */
#define ALL(function, x, flags)                                     \
    do {                                                            \
        check_one(#function, function, x, flags);                   \
        check_float(#function "f", function##f, (float)(x), flags); \
        check_long(#function "l", function##l, x, flags);           \
    } while (0)

static void test_poles_divide_by_zero(void)
{
    ALL(log, 0, ZERO);
    ALL(log2, 0, ZERO);
    ALL(log10, -0., ZERO);
    ALL(log1p, -1, ZERO);
    ALL(logb, 0, ZERO);
    ALL(tgamma, 0, ZERO);
    ALL(lgamma, 0, ZERO);
    ALL(lgamma, -2, ZERO);
    ALL(atanh, 1, ZERO);
    ALL(atanh, -1, ZERO);
    check_two("pow", pow, 0, -1, ZERO);
    check_two("pow", pow, -0., -3, ZERO);
    ONE(y0, 0, ZERO);
    ONE(y1, 0, ZERO);
}

static void test_outside_the_domain_is_invalid(void)
{
    ALL(sqrt, -1, INVALID);
    ALL(log, -1, INVALID);
    ALL(log1p, -2, INVALID);
    ALL(acos, 2, INVALID);
    ALL(asin, -2, INVALID);
    ALL(acosh, 0.5, INVALID);
    ALL(atanh, 2, INVALID);
    ALL(sin, INFINITY, INVALID);
    ALL(cos, -INFINITY, INVALID);
    ALL(tan, INFINITY, INVALID);
    ALL(tgamma, -1, INVALID);
    ALL(tgamma, -INFINITY, INVALID);
    check_two("pow", pow, -2, 0.5, INVALID);
    check_two("fmod", fmod, 1, 0, INVALID);
    check_two("fmod", fmod, INFINITY, 1, INVALID);
    check_two("remainder", remainder, 1, 0, INVALID);
    ONE(y0, -1, INVALID);
    ONE(y1, -1, INVALID);
}

static void test_too_big_and_too_small(void)
{
    ALL(exp, 20000, OVERFLOW);
    ALL(exp, -20000, UNDERFLOW);
    ALL(exp2, 20000, OVERFLOW);
    ALL(exp2, -20000, UNDERFLOW);
    ALL(expm1, 20000, OVERFLOW);
    ALL(cosh, -20000, OVERFLOW);
    ALL(sinh, 20000, OVERFLOW);
    ALL(erfc, 200, UNDERFLOW);
    ALL(tgamma, 2000, OVERFLOW);
    check_two("pow", pow, 10, 400, OVERFLOW);
    check_two("pow", pow, 10, -400, UNDERFLOW);
    check_two("hypot", hypot, DBL_MAX, DBL_MAX, OVERFLOW);
    check_two("nextafter", nextafter, DBL_MAX, INFINITY, OVERFLOW);
    check_two("nextafter", nextafter, DBL_MIN, 0, UNDERFLOW);
}

static void test_exact_and_ordinary_results_raise_nothing(void)
{
    static const double values[] = {0, 1, 2, 0.5, 3.25, 1e10, INFINITY, NAN};
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        double x = values[i];
        ONE(sqrt, x, NONE);
        ONE(fabs, x, NONE);
        ONE(rint, x, NONE);
        ONE(nearbyint, -x, NONE);
        ONE(floor, x, NONE);
        ONE(ceil, -x, NONE);
        ONE(trunc, x, NONE);
        ONE(round, x, NONE);
        ONE(cbrt, x, NONE);
        ONE(atan, x, NONE);
        ONE(tanh, x, NONE);
        ONE(erf, x, NONE);
        ONE(expm1, -x, NONE);
        check_two("fmax", fmax, x, NAN, NONE);
        check_two("fmin", fmin, NAN, x, NONE);
        check_two("copysign", copysign, x, -1, NONE);
        check_two("fdim", fdim, x, x, NONE);
        check_two("fdim", fdim, -x, x, NONE);
        check_two("atan2", atan2, x, 1, NONE);
    }
    ALL(erfc, -200, NONE);
    check_two("fdim", fdim, -DBL_MAX, DBL_MAX, NONE);
    check_two("remainder", remainder, DBL_MAX, INFINITY, NONE);
    check_two("fdim", fdim, DBL_MAX, -DBL_MAX, OVERFLOW);
    check_two("pow", pow, NAN, 0, NONE);
    check_two("pow", pow, 1, NAN, NONE);
    check_two("hypot", hypot, INFINITY, NAN, NONE);
}

/* The largest numbers are numbers. */
static void test_powl_of_the_largest(void)
{
    static const struct {
        long double x, y, result;
        int flags;
    } cases[] = {{-1, LDBL_MAX, 1, NONE},
                 {-1, -LDBL_MAX, 1, NONE},
                 {-1, INFINITY, 1, NONE},
                 {2, LDBL_MAX, INFINITY, OVERFLOW},
                 {2, -LDBL_MAX, 0, UNDERFLOW},
                 {0.5L, LDBL_MAX, 0, UNDERFLOW},
                 {0.5L, -LDBL_MAX, INFINITY, OVERFLOW},
                 {2, INFINITY, INFINITY, NONE},
                 {2, -INFINITY, 0, NONE},
                 {0, -INFINITY, INFINITY, NONE},
                 {INFINITY, LDBL_MAX, INFINITY, NONE},
                 {INFINITY, -LDBL_MAX, 0, NONE},
                 {-INFINITY, 3, -INFINITY, NONE},
                 {-INFINITY, -3, -0.L, NONE},
                 {LDBL_MAX, 2, INFINITY, OVERFLOW},
                 {-4, 0x1.fffffffffffffffep63L, -INFINITY, OVERFLOW}, /* odd */
                 {0, -1, INFINITY, ZERO}};
    long double (*volatile call)(long double, long double) = powl;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        feclearexcept(FE_ALL_EXCEPT);
        volatile long double result = call(cases[i].x, cases[i].y);
        int raised = fetestexcept(LOOKED_AT);
        posix_checks++;
        if (result != cases[i].result || raised != cases[i].flags) {
            posix_failures++;
            printf("FAIL powl(%La, %La): %La raises %#x, expected %La and %#x\n", cases[i].x,
                   cases[i].y, result, raised, cases[i].result, cases[i].flags);
        }
    }
    long double half = call(LDBL_MAX, 0.5L); /* 2^8192 */
    CHECK(half > 0x1.ffffp8191L && half < 0x1.0001p8192L);
}

int main(void)
{
    test_powl_of_the_largest();
    test_poles_divide_by_zero();
    test_outside_the_domain_is_invalid();
    test_too_big_and_too_small();
    test_exact_and_ordinary_results_raise_nothing();
    return posix_end();
}
