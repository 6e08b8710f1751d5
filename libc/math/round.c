/* round.c: to a whole number, in the five manners, for the three types. */
#include <math.h>
#include <stdint.h>

/* From here on a value of the type has no fraction. */
#define WHOLE_double      0x1p52
#define WHOLE_float       0x1p23f
#define WHOLE_long_double 0x1p63L

/* The compiler must not reason about x + WHOLE - WHOLE: it rounds to a whole number in the current mode. */
#define DEFINE(type, tag, suffix)                                                     \
    type rint##suffix(type x)                                                         \
    {                                                                                 \
        type a = __builtin_fabs##suffix(x);                                           \
        if (!(a < WHOLE_##tag))                                                       \
            return x;                                                                 \
        volatile type sum = a + WHOLE_##tag;                                          \
        return __builtin_copysign##suffix(sum - WHOLE_##tag, x);                      \
    }                                                                                 \
    type nearbyint##suffix(type x)                                                    \
    {                                                                                 \
        return rint##suffix(x);                                                       \
    }                                                                                 \
    type trunc##suffix(type x)                                                        \
    {                                                                                 \
        type a = __builtin_fabs##suffix(x);                                           \
        return a < WHOLE_##tag ? __builtin_copysign##suffix((type)(int64_t)a, x) : x; \
    }                                                                                 \
    type floor##suffix(type x)                                                        \
    {                                                                                 \
        type t = trunc##suffix(x);                                                    \
        return t > x ? t - 1 : t;                                                     \
    }                                                                                 \
    type ceil##suffix(type x)                                                         \
    {                                                                                 \
        type t = trunc##suffix(x);                                                    \
        return t < x ? __builtin_copysign##suffix(t + 1, x) : t;                      \
    }                                                                                 \
    type round##suffix(type x)                                                        \
    {                                                                                 \
        type t = trunc##suffix(x);                                                    \
        type rest = __builtin_fabs##suffix(x - t);                                    \
        return rest >= (type)0.5 ? t + __builtin_copysign##suffix((type)1, x) : t;    \
    }                                                                                 \
    long lrint##suffix(type x)                                                        \
    {                                                                                 \
        return (long)rint##suffix(x);                                                 \
    }                                                                                 \
    long long llrint##suffix(type x)                                                  \
    {                                                                                 \
        return (long long)rint##suffix(x);                                            \
    }                                                                                 \
    long lround##suffix(type x)                                                       \
    {                                                                                 \
        return (long)round##suffix(x);                                                \
    }                                                                                 \
    long long llround##suffix(type x)                                                 \
    {                                                                                 \
        return (long long)round##suffix(x);                                           \
    }                                                                                 \
    type modf##suffix(type x, type *whole)                                            \
    {                                                                                 \
        *whole = trunc##suffix(x);                                                    \
        return __builtin_copysign##suffix(__builtin_isinf(x) ? 0 : x - *whole, x);    \
    }

DEFINE(double, double, )
DEFINE(float, float, f)
DEFINE(long double, long_double, l)
