/* fenv.h: floating-point exceptions and rounding, of the x87 unit and of SSE alike. */
#pragma once
#include <features.h>

#define FE_INVALID    0x01
#define FE_DIVBYZERO  0x04
#define FE_OVERFLOW   0x08
#define FE_UNDERFLOW  0x10
#define FE_INEXACT    0x20
#define FE_ALL_EXCEPT 0x3f /* with the processor's own "denormal operand", 0x02 */

#define FE_TONEAREST  0x000
#define FE_DOWNWARD   0x400
#define FE_UPWARD     0x800
#define FE_TOWARDZERO 0xc00

typedef unsigned short fexcept_t;

/* What fnstenv stores, followed by SSE's control and status register. */
typedef struct {
    unsigned __x87[7];
    unsigned __mxcsr;
} fenv_t;

#define FE_DFL_ENV ((const fenv_t *)-1)

__BEGIN_DECLS
int feclearexcept(int __exceptions);
int fegetexceptflag(fexcept_t *__flags, int __exceptions);
int feraiseexcept(int __exceptions);
int fesetexceptflag(const fexcept_t *__flags, int __exceptions);
int fetestexcept(int __exceptions);
int fegetround(void);
int fesetround(int __rounding);
int fegetenv(fenv_t *__environment);
int feholdexcept(fenv_t *__environment);
int fesetenv(const fenv_t *__environment);
int feupdateenv(const fenv_t *__environment);
__END_DECLS
