/*
 * internal/bignum.h: just enough exact arithmetic for decimal and binary floating point to meet.
 * The number is in words of 32 bits, the least significant first, in memory of the caller's, which knows how much the
 * largest value needs. No leading zero words: count is 0 for zero.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct bignum {
    uint32_t *words;
    unsigned count, capacity;
};

static inline void bignum_trim(struct bignum *b)
{
    while (b->count && b->words[b->count - 1] == 0)
        b->count--;
}

static inline void bignum_set(struct bignum *b, uint64_t value)
{
    b->words[0] = (uint32_t)value;
    b->words[1] = (uint32_t)(value >> 32);
    b->count = 2;
    bignum_trim(b);
}

/* b = b * factor + addend */
static inline void bignum_mul_add(struct bignum *b, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (unsigned i = 0; i < b->count; i++) {
        carry += (uint64_t)b->words[i] * factor;
        b->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        b->words[b->count++] = (uint32_t)carry;
}

/* b = b / divisor; returns the remainder. */
static inline uint32_t bignum_div(struct bignum *b, uint32_t divisor)
{
    uint64_t rem = 0;
    for (unsigned i = b->count; i-- > 0;) {
        rem = rem << 32 | b->words[i];
        b->words[i] = (uint32_t)(rem / divisor);
        rem %= divisor;
    }
    bignum_trim(b);
    return (uint32_t)rem;
}

static inline void bignum_shift_left(struct bignum *b, unsigned bits)
{
    unsigned whole = bits / 32, part = bits % 32;
    if (b->count == 0)
        return;
    memmove(b->words + whole, b->words, b->count * sizeof b->words[0]);
    memset(b->words, 0, whole * sizeof b->words[0]);
    b->count += whole;
    if (part)
        bignum_mul_add(b, UINT32_C(1) << part, 0);
}

static inline unsigned bignum_bits(const struct bignum *b)
{
    return b->count ? b->count * 32 - (unsigned)__builtin_clz(b->words[b->count - 1]) : 0;
}

static inline bool bignum_bit(const struct bignum *b, unsigned i)
{
    return i / 32 < b->count && b->words[i / 32] >> i % 32 & 1;
}
