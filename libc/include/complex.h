/* complex.h: complex arithmetic, for float, double and 80-bit long double. */
#pragma once
#include <features.h>

#define complex    _Complex
#define _Complex_I (__extension__(0.0f + 1.0fi))
#define I          _Complex_I

#if __ISO_C_VISIBLE >= 2011
#define CMPLX(x, y)  ((double _Complex){(double)(x), (double)(y)})
#define CMPLXF(x, y) ((float _Complex){(float)(x), (float)(y)})
#define CMPLXL(x, y) ((long double _Complex){(long double)(x), (long double)(y)})
#endif

/* Each function exists in three precisions: name, namef, namel. */
#define __COMPLEX_TO_COMPLEX(name)              \
    double _Complex name(double _Complex __z);  \
    float _Complex name##f(float _Complex __z); \
    long double _Complex name##l(long double _Complex __z)
#define __COMPLEX_TO_REAL(name)        \
    double name(double _Complex __z);  \
    float name##f(float _Complex __z); \
    long double name##l(long double _Complex __z)

__BEGIN_DECLS
__COMPLEX_TO_COMPLEX(cacos);
__COMPLEX_TO_COMPLEX(cacosh);
__COMPLEX_TO_COMPLEX(casin);
__COMPLEX_TO_COMPLEX(casinh);
__COMPLEX_TO_COMPLEX(catan);
__COMPLEX_TO_COMPLEX(catanh);
__COMPLEX_TO_COMPLEX(ccos);
__COMPLEX_TO_COMPLEX(ccosh);
__COMPLEX_TO_COMPLEX(cexp);
__COMPLEX_TO_COMPLEX(clog);
__COMPLEX_TO_COMPLEX(conj);
__COMPLEX_TO_COMPLEX(cproj);
__COMPLEX_TO_COMPLEX(csin);
__COMPLEX_TO_COMPLEX(csinh);
__COMPLEX_TO_COMPLEX(csqrt);
__COMPLEX_TO_COMPLEX(ctan);
__COMPLEX_TO_COMPLEX(ctanh);
__COMPLEX_TO_REAL(cabs);
__COMPLEX_TO_REAL(carg);
__COMPLEX_TO_REAL(cimag);
__COMPLEX_TO_REAL(creal);
double _Complex cpow(double _Complex __base, double _Complex __exponent);
float _Complex cpowf(float _Complex __base, float _Complex __exponent);
long double _Complex cpowl(long double _Complex __base, long double _Complex __exponent);
__END_DECLS

/* As macros they are a move at most; the functions are for those who take their addresses. */
#define creal(z)  ((double)(z))
#define crealf(z) ((float)(z))
#define creall(z) ((long double)(z))
#define cimag(z)  (__imag__(double _Complex)(z))
#define cimagf(z) (__imag__(float _Complex)(z))
#define cimagl(z) (__imag__(long double _Complex)(z))

#undef __COMPLEX_TO_COMPLEX
#undef __COMPLEX_TO_REAL
