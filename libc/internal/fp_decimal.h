/* internal/fp_decimal.h: the exact decimal digits of a floating-point number. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "internal/libc.h"

/* value = (-1)^negative * mantissa * 2^exponent, when finite */
struct fp_parts {
    enum { FP_PARTS_FINITE, FP_PARTS_INF, FP_PARTS_NAN } kind;
    bool negative;
    uint64_t mantissa;
    int exponent;
};

LIBC_HIDDEN struct fp_parts __fp_split(long double x);

/* The most significant decimal digits that a value of the type can have, and one to spare for rounding. */
enum { FP_DIGITS_DOUBLE = 800, FP_DIGITS_LONG_DOUBLE = 11600 };

/* value = 0.d1d2d3... * 10^point; zero has no digits. Digits after the last are zeros. */
struct fp_decimal {
    int point;
    int count;
    char *digits; /* '0'..'9'; the caller's memory, of FP_DIGITS_* bytes */
};

enum fp_rounding { FP_ROUND_SIGNIFICANT, FP_ROUND_FRACTION };

/*
 * The digits of a finite value, rounded in the current direction to `places` significant digits, or to `places` digits after the
 * point. No trailing zeros.
 */
LIBC_HIDDEN void __fp_decimal(struct fp_decimal *d, struct fp_parts x, enum fp_rounding rounding,
                              int places);
