/* math.h: the usual functions, for float, double and 80-bit long double. */
#pragma once
#include <features.h>

#if __ISO_C_VISIBLE >= 1999
typedef float float_t;
typedef double double_t;
#endif

#define HUGE_VAL __builtin_huge_val()
#if __ISO_C_VISIBLE >= 1999
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VALL __builtin_huge_vall()
#undef INFINITY /* which, as NAN, is in <float.h>, too */
#undef NAN
#define INFINITY __builtin_inff()
#define NAN      __builtin_nanf("")

#define FP_NAN       0
#define FP_INFINITE  1
#define FP_ZERO      2
#define FP_SUBNORMAL 3
#define FP_NORMAL    4
#define FP_ILOGB0    (-0x7fffffff - 1)
#define FP_ILOGBNAN  (-0x7fffffff - 1)

#define MATH_ERRNO       1
#define MATH_ERREXCEPT   2
#define math_errhandling MATH_ERREXCEPT

#define fpclassify(x)        __builtin_fpclassify(FP_NAN, FP_INFINITE, FP_NORMAL, FP_SUBNORMAL, FP_ZERO, x)
#define isfinite(x)          __builtin_isfinite(x)
#define isinf(x)             __builtin_isinf(x)
#define isnormal(x)          __builtin_isnormal(x)
#define signbit(x)           __builtin_signbit(x)
#define isgreater(x, y)      __builtin_isgreater(x, y)
#define isgreaterequal(x, y) __builtin_isgreaterequal(x, y)
#define isless(x, y)         __builtin_isless(x, y)
#define islessequal(x, y)    __builtin_islessequal(x, y)
#define islessgreater(x, y)  __builtin_islessgreater(x, y)
#define isunordered(x, y)    __builtin_isunordered(x, y)
#endif
#if __ISO_C_VISIBLE >= 1999 || __XSI_VISIBLE
#define isnan(x) __builtin_isnan(x)
#endif

#if __XSI_VISIBLE
#define M_E        2.7182818284590452354
#define M_LOG2E    1.4426950408889634074
#define M_LOG10E   0.43429448190325182765
#define M_LN2      0.69314718055994530942
#define M_LN10     2.30258509299404568402
#define M_PI       3.14159265358979323846
#define M_PI_2     1.57079632679489661923
#define M_PI_4     0.78539816339744830962
#define M_1_PI     0.31830988618379067154
#define M_2_PI     0.63661977236758134308
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2    1.41421356237309504880
#define M_SQRT1_2  0.70710678118654752440
#define MAXFLOAT   3.40282346638528859812e+38F
#endif
#if __XSI_VISIBLE >= 800
#define M_EGAMMA    0.5772156649015328606065
#define M_PHI       1.6180339887498948482045
#define M_SQRT3     1.7320508075688772935274
#define M_1_SQRT3   0.5773502691896257645091
#define M_SQRT1_3   0.5773502691896257645091
#define M_1_SQRTPI  0.5641895835477562869480
#define M_1_SQRT2   0.7071067811865475244008
#define M_El        2.718281828459045235360287471352662497L
#define M_LOG2El    1.442695040888963407359924681001892137L
#define M_LOG10El   0.434294481903251827651128918916605082L
#define M_LN2l      0.693147180559945309417232121458176568L
#define M_LN10l     2.302585092994045684017991454684364207L
#define M_PIl       3.141592653589793238462643383279502884L
#define M_PI_2l     1.570796326794896619231321691639751442L
#define M_PI_4l     0.785398163397448309615660845819875721L
#define M_1_PIl     0.318309886183790671537767526745028724L
#define M_2_PIl     0.636619772367581343075535053490057448L
#define M_2_SQRTPIl 1.128379167095512573896158903121545171L
#define M_SQRT2l    1.414213562373095048801688724209698078L
#define M_SQRT1_2l  0.707106781186547524400844362104849039L
#define M_EGAMMAl   0.577215664901532860606512090082402431L
#define M_PHIl      1.618033988749894848204586834365638117L
#define M_SQRT3l    1.732050807568877293527446341505872366L
#define M_1_SQRT3l  0.577350269189625764509148780501957455L
#define M_SQRT1_3l  0.577350269189625764509148780501957455L
#define M_1_SQRTPIl 0.564189583547756286948079451560772585L
#define M_1_SQRT2l  0.707106781186547524400844362104849039L
#endif

__BEGIN_DECLS
#if __XSI_VISIBLE
extern int signgam;
#endif

double acos(double __x);
double asin(double __x);
double atan(double __x);
double ceil(double __x);
double cos(double __x);
double cosh(double __x);
double exp(double __x);
double fabs(double __x);
double floor(double __x);
double log(double __x);
double log10(double __x);
double sin(double __x);
double sinh(double __x);
double sqrt(double __x);
double tan(double __x);
double tanh(double __x);
double atan2(double __x, double __y);
double fmod(double __x, double __y);
double pow(double __x, double __y);
double frexp(double __x, int *__exp);
double ldexp(double __x, int __exp);
double modf(double __x, double *__whole);
#if __ISO_C_VISIBLE >= 1999
float acosf(float __x);
long double acosl(long double __x);
float acoshf(float __x);
long double acoshl(long double __x);
float asinf(float __x);
long double asinl(long double __x);
float asinhf(float __x);
long double asinhl(long double __x);
float atanf(float __x);
long double atanl(long double __x);
float atanhf(float __x);
long double atanhl(long double __x);
float cbrtf(float __x);
long double cbrtl(long double __x);
float ceilf(float __x);
long double ceill(long double __x);
float cosf(float __x);
long double cosl(long double __x);
float coshf(float __x);
long double coshl(long double __x);
float erff(float __x);
long double erfl(long double __x);
float erfcf(float __x);
long double erfcl(long double __x);
float expf(float __x);
long double expl(long double __x);
double exp2(double __x);
float exp2f(float __x);
long double exp2l(long double __x);
float expm1f(float __x);
long double expm1l(long double __x);
float fabsf(float __x);
long double fabsl(long double __x);
float floorf(float __x);
long double floorl(long double __x);
float lgammaf(float __x);
long double lgammal(long double __x);
float logf(float __x);
long double logl(long double __x);
float log10f(float __x);
long double log10l(long double __x);
float log1pf(float __x);
long double log1pl(long double __x);
double log2(double __x);
float log2f(float __x);
long double log2l(long double __x);
float logbf(float __x);
long double logbl(long double __x);
double nearbyint(double __x);
float nearbyintf(float __x);
long double nearbyintl(long double __x);
float rintf(float __x);
long double rintl(long double __x);
double round(double __x);
float roundf(float __x);
long double roundl(long double __x);
float sinf(float __x);
long double sinl(long double __x);
float sinhf(float __x);
long double sinhl(long double __x);
float sqrtf(float __x);
long double sqrtl(long double __x);
float tanf(float __x);
long double tanl(long double __x);
float tanhf(float __x);
long double tanhl(long double __x);
double tgamma(double __x);
float tgammaf(float __x);
long double tgammal(long double __x);
double trunc(double __x);
float truncf(float __x);
long double truncl(long double __x);
float atan2f(float __x, float __y);
long double atan2l(long double __x, long double __y);
double copysign(double __x, double __y);
float copysignf(float __x, float __y);
long double copysignl(long double __x, long double __y);
double fdim(double __x, double __y);
float fdimf(float __x, float __y);
long double fdiml(long double __x, long double __y);
double fmax(double __x, double __y);
float fmaxf(float __x, float __y);
long double fmaxl(long double __x, long double __y);
double fmin(double __x, double __y);
float fminf(float __x, float __y);
long double fminl(long double __x, long double __y);
float fmodf(float __x, float __y);
long double fmodl(long double __x, long double __y);
float hypotf(float __x, float __y);
long double hypotl(long double __x, long double __y);
float nextafterf(float __x, float __y);
long double nextafterl(long double __x, long double __y);
float powf(float __x, float __y);
long double powl(long double __x, long double __y);
float remainderf(float __x, float __y);
long double remainderl(long double __x, long double __y);
long lrint(double __x);
long lrintf(float __x);
long lrintl(long double __x);
long lround(double __x);
long lroundf(float __x);
long lroundl(long double __x);
long long llrint(double __x);
long long llrintf(float __x);
long long llrintl(long double __x);
long long llround(double __x);
long long llroundf(float __x);
long long llroundl(long double __x);
int ilogbf(float __x);
int ilogbl(long double __x);
double fma(double __x, double __y, double __z);
float fmaf(float __x, float __y, float __z);
long double fmal(long double __x, long double __y, long double __z);
float frexpf(float __x, int *__exp);
long double frexpl(long double __x, int *__exp);
float ldexpf(float __x, int __exp);
long double ldexpl(long double __x, int __exp);
double scalbn(double __x, int __exp);
float scalbnf(float __x, int __exp);
long double scalbnl(long double __x, int __exp);
double scalbln(double __x, long __exp);
float scalblnf(float __x, long __exp);
long double scalblnl(long double __x, long __exp);
float modff(float __x, float *__whole);
long double modfl(long double __x, long double *__whole);
double nexttoward(double __x, long double __y);
float nexttowardf(float __x, long double __y);
long double nexttowardl(long double __x, long double __y);
double remquo(double __x, double __y, int *__quo);
float remquof(float __x, float __y, int *__quo);
long double remquol(long double __x, long double __y, int *__quo);
double nan(const char *__tag);
float nanf(const char *__tag);
long double nanl(const char *__tag);
#endif
#if __ISO_C_VISIBLE >= 1999 || __XSI_VISIBLE
double acosh(double __x);
double asinh(double __x);
double atanh(double __x);
double cbrt(double __x);
double erf(double __x);
double erfc(double __x);
double expm1(double __x);
double lgamma(double __x);
double log1p(double __x);
double logb(double __x);
double rint(double __x);
double hypot(double __x, double __y);
double nextafter(double __x, double __y);
double remainder(double __x, double __y);
int ilogb(double __x);
#endif
#if __GNU_VISIBLE
void sincos(double __x, double *__sin, double *__cos);
void sincosf(float __x, float *__sin, float *__cos);
void sincosl(long double __x, long double *__sin, long double *__cos);
#endif
#if __MISC_VISIBLE
double lgamma_r(double __x, int *__sign);
float lgammaf_r(float __x, int *__sign);
long double lgammal_r(long double __x, int *__sign);
#endif

#if __XSI_VISIBLE
/* XSI, and what older programs use. */
double j0(double __x);
double j1(double __x);
double jn(int __n, double __x);
double y0(double __x);
double y1(double __x);
double yn(int __n, double __x);
#endif
#if __MISC_VISIBLE
float j0f(float __x);
float j1f(float __x);
float jnf(int __n, float __x);
float y0f(float __x);
float y1f(float __x);
float ynf(int __n, float __x);
double drem(double __x, double __y);
float dremf(float __x, float __y);
#endif
#if __GNU_VISIBLE
double exp10(double __x);
float exp10f(float __x);
long double exp10l(long double __x);
double pow10(double __x);
float pow10f(float __x);
long double pow10l(long double __x);
#endif
#ifndef __cplusplus /* which has functions of these names itself */
#if __XSI_UNTIL_5
int(isnan)(double __x);
#endif
#if __MISC_VISIBLE
int(isinf)(double __x);
#endif
#endif
#if __MISC_VISIBLE
int isnanf(float __x);
int isnanl(long double __x);
int isinff(float __x);
int isinfl(long double __x);
int finitel(long double __x);
int finite(double __x);
int finitef(float __x);
float scalbf(float __x, float __exp);
double significand(double __x);
float significandf(float __x);
#endif
#if __XSI_UNTIL_6
double scalb(double __x, double __exp);
#endif
__END_DECLS

#if __ISO_C_VISIBLE >= 2023
#define FP_LLOGB0   (-__LONG_MAX__ - 1)
#define FP_LLOGBNAN __LONG_MAX__

#define iszero(x)      __builtin_iszero(x)
#define issubnormal(x) __builtin_issubnormal(x)
#define issignaling(x) __builtin_issignaling(x)
#define iseqsig(x, y)                \
    __extension__({                  \
        __typeof__(x) __x = (x);     \
        __typeof__(y) __y = (y);     \
        (__x <= __y) & (__x >= __y); \
    })
#define iscanonical(x) (sizeof(x) <= sizeof(double) || __iscanonicall(x))

__BEGIN_DECLS
int __iscanonicall(long double __x);
double roundeven(double __x);
double nextup(double __x);
double nextdown(double __x);
long llogb(double __x);
int canonicalize(double *__to, const double *__from);
double fmaximum(double __x, double __y);
double fmaximum_mag(double __x, double __y);
double fmaximum_num(double __x, double __y);
double fmaximum_mag_num(double __x, double __y);
double fminimum(double __x, double __y);
double fminimum_mag(double __x, double __y);
double fminimum_num(double __x, double __y);
double fminimum_mag_num(double __x, double __y);
float roundevenf(float __x);
float nextupf(float __x);
float nextdownf(float __x);
long llogbf(float __x);
int canonicalizef(float *__to, const float *__from);
float fmaximumf(float __x, float __y);
float fmaximum_magf(float __x, float __y);
float fmaximum_numf(float __x, float __y);
float fmaximum_mag_numf(float __x, float __y);
float fminimumf(float __x, float __y);
float fminimum_magf(float __x, float __y);
float fminimum_numf(float __x, float __y);
float fminimum_mag_numf(float __x, float __y);
long double roundevenl(long double __x);
long double nextupl(long double __x);
long double nextdownl(long double __x);
long llogbl(long double __x);
int canonicalizel(long double *__to, const long double *__from);
long double fmaximuml(long double __x, long double __y);
long double fmaximum_magl(long double __x, long double __y);
long double fmaximum_numl(long double __x, long double __y);
long double fmaximum_mag_numl(long double __x, long double __y);
long double fminimuml(long double __x, long double __y);
long double fminimum_magl(long double __x, long double __y);
long double fminimum_numl(long double __x, long double __y);
long double fminimum_mag_numl(long double __x, long double __y);
__END_DECLS
#endif
