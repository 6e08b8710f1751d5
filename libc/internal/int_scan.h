/* internal/int_scan.h: what strtol and wcstol share: adding digits up, and clamping the result to a type. */
#pragma once
#include <errno.h>
#include <limits.h>
#include <stdbool.h>

struct int_scan {
    unsigned long long magnitude;
    bool negative, overflow;
};

/* The value of a digit of any base, ASCII; INT_MAX: it is none. */
static inline int int_digit(unsigned c)
{
    if (c - '0' < 10)
        return (int)(c - '0');
    return (c | 0x20) - 'a' < 26 ? (int)((c | 0x20) - 'a') + 10 : INT_MAX;
}

static inline bool int_base_ok(int base)
{
    if (base >= 0 && base != 1 && base <= 36)
        return true;
    errno = EINVAL;
    return false;
}

/*
 * The base that the first characters of a number decide on, and how many of them only stand for that: "0x", but only when a
 * hexadecimal digit follows; in "0xg" the number is the 0.
 */
static inline int int_prefix(int *base, unsigned first, unsigned second, unsigned third)
{
    if ((*base == 0 || *base == 16) && first == '0' && (second | 0x20) == 'x' &&
        int_digit(third) < 16) {
        *base = 16;
        return 2;
    }
    if (*base == 0)
        *base = first == '0' ? 8 : 10;
    return 0;
}

static inline void int_add_digit(struct int_scan *n, int base, int digit)
{
    n->overflow |= __builtin_mul_overflow(n->magnitude, (unsigned)base, &n->magnitude);
    n->overflow |= __builtin_add_overflow(n->magnitude, (unsigned)digit, &n->magnitude);
}

static inline long long int_clamp_signed(struct int_scan n)
{
    unsigned long long limit = n.negative ? (unsigned long long)LLONG_MAX + 1 : LLONG_MAX;
    if (n.overflow || n.magnitude > limit) {
        errno = ERANGE;
        n.magnitude = limit;
    }
    return (long long)(n.negative ? -n.magnitude : n.magnitude);
}

static inline unsigned long long int_clamp_unsigned(struct int_scan n)
{
    if (n.overflow) {
        errno = ERANGE;
        return ULLONG_MAX;
    }
    return n.negative ? -n.magnitude : n.magnitude;
}
