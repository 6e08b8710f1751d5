/*
 * internal/wide.h: 16 bytes at a time for the memory and string functions.
 * Unaligned accesses are exact in length; aligned ones may read past the end of a string, but never past the 16 bytes
 * (and so the page) that its last byte lies in.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <emmintrin.h>

typedef __m128i wide16;

/* From here on the processor's string instructions win on anything made after 2013. */
#define WIDE_REP_MIN 1024

static inline wide16 wide_load(const void *p)
{
    return _mm_loadu_si128(p);
}
static inline wide16 wide_load_aligned(const void *p)
{
    return _mm_load_si128(p);
}
static inline void wide_store(void *p, wide16 v)
{
    _mm_storeu_si128(p, v);
}
static inline wide16 wide_fill(int c)
{
    return _mm_set1_epi8((char)c);
}

/* One bit for every byte of a that equals the byte of b. */
static inline unsigned wide_equal(wide16 a, wide16 b)
{
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b));
}

static inline size_t wide_misalignment(const void *p)
{
    return (uintptr_t)p & 15;
}

static inline void wide_rep_movsb(void *dst, const void *src, size_t n)
{
    __asm__ volatile("rep movsb" : "+D"(dst), "+S"(src), "+c"(n) : : "memory");
}

static inline void wide_rep_stosb(void *dst, int c, size_t n)
{
    __asm__ volatile("rep stosb" : "+D"(dst), "+c"(n) : "a"(c) : "memory");
}

struct wide_u64 {
    uint64_t v;
} __attribute__((packed, may_alias));
struct wide_u32 {
    uint32_t v;
} __attribute__((packed, may_alias));
struct wide_u16 {
    uint16_t v;
} __attribute__((packed, may_alias));

/* Copy up to 16 bytes. Everything is read before anything is written, so the objects may overlap. */
static inline void wide_copy_small(unsigned char *d, const unsigned char *s, size_t n)
{
    if (n >= 8) {
        uint64_t first = ((const struct wide_u64 *)s)->v,
                 last = ((const struct wide_u64 *)(s + n - 8))->v;
        ((struct wide_u64 *)d)->v = first;
        ((struct wide_u64 *)(d + n - 8))->v = last;
    } else if (n >= 4) {
        uint32_t first = ((const struct wide_u32 *)s)->v,
                 last = ((const struct wide_u32 *)(s + n - 4))->v;
        ((struct wide_u32 *)d)->v = first;
        ((struct wide_u32 *)(d + n - 4))->v = last;
    } else if (n >= 2) {
        uint16_t first = ((const struct wide_u16 *)s)->v,
                 last = ((const struct wide_u16 *)(s + n - 2))->v;
        ((struct wide_u16 *)d)->v = first;
        ((struct wide_u16 *)(d + n - 2))->v = last;
    } else if (n) {
        *d = *s;
    }
}
