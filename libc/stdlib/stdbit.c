/* stdbit.c: bits of unsigned numbers (C23), each for the five types. */
#include <limits.h>
#include <stdbit.h>

/* The bits of a type, and of a number in 64 of them; leading ones are below those that the type does not have. */
#define BITS(x) ((unsigned)sizeof(x) * CHAR_BIT)

static unsigned width_of(unsigned long long x)
{
    return x ? 64 - (unsigned)__builtin_clzll(x) : 0;
}

static unsigned lowest_of(unsigned long long x, unsigned none)
{
    return x ? (unsigned)__builtin_ctzll(x) : none;
}

/* 2^n; 0 when the type has no such bit, which C leaves open. */
static unsigned long long power(unsigned n)
{
    return n < 64 ? 1ull << n : 0;
}

#define DEFINE(suffix, type)                                     \
    unsigned stdc_leading_zeros_##suffix(type x)                 \
    {                                                            \
        return BITS(x) - width_of(x);                            \
    }                                                            \
    unsigned stdc_leading_ones_##suffix(type x)                  \
    {                                                            \
        return BITS(x) - width_of((type)~x);                     \
    }                                                            \
    unsigned stdc_trailing_zeros_##suffix(type x)                \
    {                                                            \
        return lowest_of(x, BITS(x));                            \
    }                                                            \
    unsigned stdc_trailing_ones_##suffix(type x)                 \
    {                                                            \
        return lowest_of((type)~x, BITS(x));                     \
    }                                                            \
    unsigned stdc_first_leading_zero_##suffix(type x)            \
    {                                                            \
        return (type)~x ? BITS(x) - width_of((type)~x) + 1 : 0;  \
    }                                                            \
    unsigned stdc_first_leading_one_##suffix(type x)             \
    {                                                            \
        return x ? BITS(x) - width_of(x) + 1 : 0;                \
    }                                                            \
    unsigned stdc_first_trailing_zero_##suffix(type x)           \
    {                                                            \
        return (type)~x ? lowest_of((type)~x, 0) + 1 : 0;        \
    }                                                            \
    unsigned stdc_first_trailing_one_##suffix(type x)            \
    {                                                            \
        return x ? lowest_of(x, 0) + 1 : 0;                      \
    }                                                            \
    unsigned stdc_count_zeros_##suffix(type x)                   \
    {                                                            \
        return BITS(x) - (unsigned)__builtin_popcountll(x);      \
    }                                                            \
    unsigned stdc_count_ones_##suffix(type x)                    \
    {                                                            \
        return (unsigned)__builtin_popcountll(x);                \
    }                                                            \
    bool stdc_has_single_bit_##suffix(type x)                    \
    {                                                            \
        return x != 0 && (x & (x - 1)) == 0;                     \
    }                                                            \
    unsigned stdc_bit_width_##suffix(type x)                     \
    {                                                            \
        return width_of(x);                                      \
    }                                                            \
    type stdc_bit_floor_##suffix(type x)                         \
    {                                                            \
        return x ? (type)power(width_of(x) - 1) : 0;             \
    }                                                            \
    type stdc_bit_ceil_##suffix(type x)                          \
    {                                                            \
        return x > 1 ? (type)power(width_of((type)(x - 1))) : 1; \
    }

DEFINE(uc, unsigned char)
DEFINE(us, unsigned short)
DEFINE(ui, unsigned)
DEFINE(ul, unsigned long)
DEFINE(ull, unsigned long long)
