/*
 * stdint.h: integers of given widths. The compiler's own header gives the limits of narrow unsigned types as unsigned
 * expressions; C wants the type that the integer promotions make of them, which is int.
 */
#pragma once
#include <features.h>
#include <bits/int_types.h>

typedef int8_t int_least8_t;
typedef int16_t int_least16_t;
typedef int32_t int_least32_t;
typedef int64_t int_least64_t;
typedef int8_t int_fast8_t;
typedef int16_t int_fast16_t;
typedef int32_t int_fast32_t;
typedef int64_t int_fast64_t;
typedef uint8_t uint_least8_t;
typedef uint16_t uint_least16_t;
typedef uint32_t uint_least32_t;
typedef uint64_t uint_least64_t;
typedef uint8_t uint_fast8_t;
typedef uint16_t uint_fast16_t;
typedef uint32_t uint_fast32_t;
typedef uint64_t uint_fast64_t;
typedef unsigned long uintptr_t;
typedef long intmax_t;
typedef unsigned long uintmax_t;

#define INT8_MAX         0x7f
#define INT8_MIN         (-INT8_MAX - 1)
#define UINT8_MAX        0xff
#define INT16_MAX        0x7fff
#define INT16_MIN        (-INT16_MAX - 1)
#define UINT16_MAX       0xffff
#define INT32_MAX        0x7fffffff
#define INT32_MIN        (-INT32_MAX - 1)
#define UINT32_MAX       0xffffffffU
#define INT64_MAX        0x7fffffffffffffffL
#define INT64_MIN        (-INT64_MAX - 1)
#define UINT64_MAX       0xffffffffffffffffUL
#define INT_LEAST8_MAX   INT8_MAX
#define INT_LEAST8_MIN   INT8_MIN
#define UINT_LEAST8_MAX  UINT8_MAX
#define INT_LEAST16_MAX  INT16_MAX
#define INT_LEAST16_MIN  INT16_MIN
#define UINT_LEAST16_MAX UINT16_MAX
#define INT_LEAST32_MAX  INT32_MAX
#define INT_LEAST32_MIN  INT32_MIN
#define UINT_LEAST32_MAX UINT32_MAX
#define INT_LEAST64_MAX  INT64_MAX
#define INT_LEAST64_MIN  INT64_MIN
#define UINT_LEAST64_MAX UINT64_MAX
#define INT_FAST8_MAX    INT8_MAX
#define INT_FAST8_MIN    INT8_MIN
#define UINT_FAST8_MAX   UINT8_MAX
#define INT_FAST16_MAX   INT16_MAX
#define INT_FAST16_MIN   INT16_MIN
#define UINT_FAST16_MAX  UINT16_MAX
#define INT_FAST32_MAX   INT32_MAX
#define INT_FAST32_MIN   INT32_MIN
#define UINT_FAST32_MAX  UINT32_MAX
#define INT_FAST64_MAX   INT64_MAX
#define INT_FAST64_MIN   INT64_MIN
#define UINT_FAST64_MAX  UINT64_MAX
#define INTPTR_MAX       INT64_MAX
#define INTPTR_MIN       INT64_MIN
#define UINTPTR_MAX      UINT64_MAX
#define INTMAX_MAX       INT64_MAX
#define INTMAX_MIN       INT64_MIN
#define UINTMAX_MAX      UINT64_MAX
#define PTRDIFF_MAX      INT64_MAX
#define PTRDIFF_MIN      INT64_MIN
#define SIZE_MAX         UINT64_MAX
#define SIG_ATOMIC_MAX   INT32_MAX
#define SIG_ATOMIC_MIN   INT32_MIN
#ifndef WCHAR_MIN
#define WCHAR_MIN (-WCHAR_MAX - 1)
#define WCHAR_MAX 0x7fffffff
#endif
#define WINT_MIN 0U
#define WINT_MAX 0xffffffffU

#if __ISO_C_VISIBLE >= 2023
#define INT8_WIDTH         8
#define UINT8_WIDTH        8
#define INT16_WIDTH        16
#define UINT16_WIDTH       16
#define INT32_WIDTH        32
#define UINT32_WIDTH       32
#define INT64_WIDTH        64
#define UINT64_WIDTH       64
#define INT_LEAST8_WIDTH   8
#define UINT_LEAST8_WIDTH  8
#define INT_LEAST16_WIDTH  16
#define UINT_LEAST16_WIDTH 16
#define INT_LEAST32_WIDTH  32
#define UINT_LEAST32_WIDTH 32
#define INT_LEAST64_WIDTH  64
#define UINT_LEAST64_WIDTH 64
#define INT_FAST8_WIDTH    8
#define UINT_FAST8_WIDTH   8
#define INT_FAST16_WIDTH   16
#define UINT_FAST16_WIDTH  16
#define INT_FAST32_WIDTH   32
#define UINT_FAST32_WIDTH  32
#define INT_FAST64_WIDTH   64
#define UINT_FAST64_WIDTH  64
#define INTPTR_WIDTH       64
#define UINTPTR_WIDTH      64
#define INTMAX_WIDTH       64
#define UINTMAX_WIDTH      64
#define PTRDIFF_WIDTH      64
#define SIZE_WIDTH         64
#define SIG_ATOMIC_WIDTH   32
#define WCHAR_WIDTH        32
#define WINT_WIDTH         32
#endif

#define INT8_C(n)    n
#define INT16_C(n)   n
#define INT32_C(n)   n
#define INT64_C(n)   n##L
#define UINT8_C(n)   n
#define UINT16_C(n)  n
#define UINT32_C(n)  n##U
#define UINT64_C(n)  n##UL
#define INTMAX_C(n)  n##L
#define UINTMAX_C(n) n##UL
