/* classify.c: the functions behind the names that math.h has as macros, and the GNU ones for each type. */
#include <math.h>
#undef isnan
#undef isinf

int isnan(double x)
{
    return __builtin_isnan(x);
}

int isnanf(float x)
{
    return __builtin_isnan(x);
}

int isnanl(long double x)
{
    return __builtin_isnan(x);
}

int isinf(double x)
{
    return __builtin_isinf_sign(x);
}

int isinff(float x)
{
    return __builtin_isinf_sign(x);
}

int isinfl(long double x)
{
    return __builtin_isinf_sign(x);
}

int finitel(long double x)
{
    return __builtin_isfinite(x);
}
