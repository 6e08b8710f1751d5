/* stdbit.h: bits of unsigned numbers (C23). */
#pragma once
#include <features.h>
#include <bits/int_types.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif
#define __need_size_t
#include <stddef.h>

#define __STDC_VERSION_STDBIT_H__ 202311L

#define __STDC_ENDIAN_LITTLE__ 1234
#define __STDC_ENDIAN_BIG__    4321
#define __STDC_ENDIAN_NATIVE__ __STDC_ENDIAN_LITTLE__

__BEGIN_DECLS
unsigned stdc_leading_zeros_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_leading_zeros_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_leading_zeros_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_leading_zeros_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_leading_zeros_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_leading_ones_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_leading_ones_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_leading_ones_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_leading_ones_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_leading_ones_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_trailing_zeros_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_trailing_zeros_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_trailing_zeros_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_trailing_zeros_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_trailing_zeros_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_trailing_ones_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_trailing_ones_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_trailing_ones_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_trailing_ones_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_trailing_ones_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_first_leading_zero_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_first_leading_zero_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_first_leading_zero_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_first_leading_zero_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_first_leading_zero_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_first_leading_one_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_first_leading_one_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_first_leading_one_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_first_leading_one_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_first_leading_one_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_first_trailing_zero_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_first_trailing_zero_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_first_trailing_zero_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_first_trailing_zero_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_first_trailing_zero_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_first_trailing_one_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_first_trailing_one_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_first_trailing_one_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_first_trailing_one_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_first_trailing_one_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_count_zeros_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_count_zeros_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_count_zeros_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_count_zeros_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_count_zeros_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_count_ones_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_count_ones_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_count_ones_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_count_ones_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_count_ones_ull(unsigned long long __x) __attribute__((__const__));
bool stdc_has_single_bit_uc(unsigned char __x) __attribute__((__const__));
bool stdc_has_single_bit_us(unsigned short __x) __attribute__((__const__));
bool stdc_has_single_bit_ui(unsigned __x) __attribute__((__const__));
bool stdc_has_single_bit_ul(unsigned long __x) __attribute__((__const__));
bool stdc_has_single_bit_ull(unsigned long long __x) __attribute__((__const__));
unsigned stdc_bit_width_uc(unsigned char __x) __attribute__((__const__));
unsigned stdc_bit_width_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_bit_width_ui(unsigned __x) __attribute__((__const__));
unsigned stdc_bit_width_ul(unsigned long __x) __attribute__((__const__));
unsigned stdc_bit_width_ull(unsigned long long __x) __attribute__((__const__));
unsigned char stdc_bit_floor_uc(unsigned char __x) __attribute__((__const__));
unsigned short stdc_bit_floor_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_bit_floor_ui(unsigned __x) __attribute__((__const__));
unsigned long stdc_bit_floor_ul(unsigned long __x) __attribute__((__const__));
unsigned long long stdc_bit_floor_ull(unsigned long long __x) __attribute__((__const__));
unsigned char stdc_bit_ceil_uc(unsigned char __x) __attribute__((__const__));
unsigned short stdc_bit_ceil_us(unsigned short __x) __attribute__((__const__));
unsigned stdc_bit_ceil_ui(unsigned __x) __attribute__((__const__));
unsigned long stdc_bit_ceil_ul(unsigned long __x) __attribute__((__const__));
unsigned long long stdc_bit_ceil_ull(unsigned long long __x) __attribute__((__const__));
__END_DECLS

/* By type: a number narrower than unsigned keeps its own width. */
#ifndef __cplusplus
#define __stdbit_choose(name, x)               \
    _Generic((x),                              \
        unsigned char: stdc_##name##_uc,       \
        unsigned short: stdc_##name##_us,      \
        unsigned: stdc_##name##_ui,            \
        unsigned long: stdc_##name##_ul,       \
        unsigned long long: stdc_##name##_ull, \
        bool: stdc_##name##_uc)(x)
#define stdc_leading_zeros(x)       __stdbit_choose(leading_zeros, x)
#define stdc_leading_ones(x)        __stdbit_choose(leading_ones, x)
#define stdc_trailing_zeros(x)      __stdbit_choose(trailing_zeros, x)
#define stdc_trailing_ones(x)       __stdbit_choose(trailing_ones, x)
#define stdc_first_leading_zero(x)  __stdbit_choose(first_leading_zero, x)
#define stdc_first_leading_one(x)   __stdbit_choose(first_leading_one, x)
#define stdc_first_trailing_zero(x) __stdbit_choose(first_trailing_zero, x)
#define stdc_first_trailing_one(x)  __stdbit_choose(first_trailing_one, x)
#define stdc_count_zeros(x)         __stdbit_choose(count_zeros, x)
#define stdc_count_ones(x)          __stdbit_choose(count_ones, x)
#define stdc_has_single_bit(x)      __stdbit_choose(has_single_bit, x)
#define stdc_bit_width(x)           __stdbit_choose(bit_width, x)
#define stdc_bit_floor(x)           __stdbit_choose(bit_floor, x)
#define stdc_bit_ceil(x)            __stdbit_choose(bit_ceil, x)
#endif
