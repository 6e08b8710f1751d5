/*
 * x87.h: the transcendental instructions of the x87 unit, 64 bits of mantissa each. They give the double functions 11
 * spare bits; the long double ones are good to a unit or two in the last place.
 */
#pragma once

static inline long double x87_sqrt(long double x)
{
    __asm__("fsqrt" : "+t"(x));
    return x;
}

/* y * log2(x) */
static inline long double x87_ylog2x(long double y, long double x)
{
    long double r;
    __asm__("fyl2x" : "=t"(r) : "0"(x), "u"(y) : "st(1)");
    return r;
}

/* y * log2(x + 1), for |x| < 0.29 */
static inline long double x87_ylog2x1(long double y, long double x)
{
    long double r;
    __asm__("fyl2xp1" : "=t"(r) : "0"(x), "u"(y) : "st(1)");
    return r;
}

/* 2^x - 1, for |x| <= 1 */
static inline long double x87_exp2m1(long double x)
{
    __asm__("f2xm1" : "+t"(x));
    return x;
}

/* x * 2^n, n truncated to an integer */
static inline long double x87_scale(long double x, long double n)
{
    __asm__("fscale" : "+t"(x) : "u"(n));
    return x;
}

static inline long double x87_round(long double x)
{
    __asm__("frndint" : "+t"(x));
    return x;
}

static inline long double x87_atan2(long double y, long double x)
{
    long double r;
    __asm__("fpatan" : "=t"(r) : "0"(x), "u"(y) : "st(1)");
    return r;
}

/* The exact remainder of truncating (fprem) or nearest-even (fprem1) division; C2 says that more steps are needed. */
static inline long double x87_fmod(long double x, long double y)
{
    unsigned short status;
    do
        __asm__("fprem\n\tfnstsw %1" : "+t"(x), "=a"(status) : "u"(y) : "cc");
    while (status & 0x400);
    return x;
}

static inline long double x87_remainder(long double x, long double y, unsigned short *status)
{
    do
        __asm__("fprem1\n\tfnstsw %1" : "+t"(x), "=a"(*status) : "u"(y) : "cc");
    while (*status & 0x400);
    return x;
}

/* For |x| < 2^63. */
static inline long double x87_sin(long double x)
{
    __asm__("fsin" : "+t"(x));
    return x;
}

static inline long double x87_cos(long double x)
{
    __asm__("fcos" : "+t"(x));
    return x;
}
