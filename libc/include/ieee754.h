/* ieee754.h: the bits of floating-point numbers, as the GNU library names them. Little-endian. */
#pragma once
#include <features.h>

union ieee754_float {
    float f;
    struct {
        unsigned mantissa : 23, exponent : 8, negative : 1;
    } ieee;
    struct {
        unsigned mantissa : 22, quiet_nan : 1, exponent : 8, negative : 1;
    } ieee_nan;
};
#define IEEE754_FLOAT_BIAS 0x7f

union ieee754_double {
    double d;
    struct {
        unsigned mantissa1 : 32;
        unsigned mantissa0 : 20, exponent : 11, negative : 1;
    } ieee;
    struct {
        unsigned mantissa1 : 32;
        unsigned mantissa0 : 19, quiet_nan : 1, exponent : 11, negative : 1;
    } ieee_nan;
};
#define IEEE754_DOUBLE_BIAS 0x3ff

union ieee854_long_double {
    long double d;
    struct {
        unsigned mantissa1 : 32, mantissa0 : 32;
        unsigned exponent : 15, negative : 1, empty : 16;
    } ieee;
    struct {
        unsigned mantissa1 : 32;
        unsigned mantissa0 : 30, quiet_nan : 1, one : 1;
        unsigned exponent : 15, negative : 1, empty : 16;
    } ieee_nan;
};
#define IEEE854_LONG_DOUBLE_BIAS 0x3fff
