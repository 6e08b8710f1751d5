/* values.h: old names of limits. */
#pragma once
#include <float.h>
#include <limits.h>

#define CHARBITS  8
#define SHORTBITS 16
#define INTBITS   32
#define LONGBITS  64
#define MAXSHORT  SHRT_MAX
#define MAXINT    INT_MAX
#define MAXLONG   LONG_MAX
#define MINSHORT  SHRT_MIN
#define MININT    INT_MIN
#define MINLONG   LONG_MIN
#define MAXDOUBLE DBL_MAX
#define MINDOUBLE DBL_MIN
#define MAXFLOAT  3.40282346638528859812e+38F
#define MINFLOAT  FLT_MIN
