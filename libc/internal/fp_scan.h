/*
 * internal/fp_scan.h: floating-point numbers from text, one character at a time, so that strtod, wcstod and scanf (which
 * cannot look ahead) share one scanner.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "internal/bignum.h"
#include "internal/libc.h"

/* What to round to: the significant bits, the exponent of the lowest bit of a denormal, the top of the range. */
struct fp_format {
    int mantissa_bits;
    int min_exponent; /* the smallest denormal is 2^min_exponent */
    int max_exponent; /* finite values are below 2^max_exponent */
    int max_digits;   /* digits after these cannot change the result except as zero or not */
};

LIBC_HIDDEN extern const struct fp_format __fp_float, __fp_double, __fp_long_double;

/* The words of a number under way: the longest decimal, or 66 bits of quotient and the divisor. */
enum { FP_SCAN_WORDS = 1232 };

struct fp_scan {
    const struct fp_format *format;
    enum {
        FP_SCAN_START,
        FP_SCAN_SIGNED,
        FP_SCAN_ZERO,
        FP_SCAN_DIGITS,
        FP_SCAN_FRACTION,
        FP_SCAN_EXPONENT,
        FP_SCAN_EXPONENT_SIGNED,
        FP_SCAN_EXPONENT_DIGITS,
        FP_SCAN_INF,
        FP_SCAN_NAN,
        FP_SCAN_NAN_TAG,
        FP_SCAN_END
    } state;
    bool negative, hex, any_digit, exponent_negative;
    bool sticky;                /* a digit beyond those kept is not zero */
    int word_at;                /* in "infinity" or "nan" */
    int kept;                   /* significant digits in number */
    long scale;                 /* number's last digit has the weight base^scale (hex: 2^scale) */
    long exponent;              /* as written */
    uint32_t chunk, chunk_unit; /* digits gathered before they go into number at once */
    struct bignum number;
    uint32_t words[FP_SCAN_WORDS];
};

enum fp_taken { FP_REJECTED, FP_PARTIAL, FP_COMPLETE };

LIBC_HIDDEN void __fp_scan_start(struct fp_scan *s, const struct fp_format *format);
/* Offer the next character: not part of the number; part, but what is there is not yet a number; or a number so far. */
LIBC_HIDDEN enum fp_taken __fp_scan_next(struct fp_scan *s, int c);
/* Move the digits gathered so far into number. */
LIBC_HIDDEN void __fp_scan_flush(struct fp_scan *s);
/* The value of the longest complete number seen, rounded to the format; ERANGE as the standard says. */
LIBC_HIDDEN long double __fp_scan_value(struct fp_scan *s);
