/* uchar.h: UTF-16 and UTF-32 characters. */
#pragma once
#include <features.h>
#define __need_size_t
#include <stddef.h>
#include <bits/mbstate.h>

#ifndef __cplusplus
typedef unsigned short char16_t;
typedef unsigned int char32_t;
#endif
#if __ISO_C_VISIBLE >= 2023 && !defined(__cplusplus)
typedef unsigned char char8_t;
#endif

__BEGIN_DECLS
size_t mbrtoc16(char16_t *__restrict __c, const char *__restrict __s, size_t __n,
                mbstate_t *__restrict __st);
size_t c16rtomb(char *__restrict __s, char16_t __c, mbstate_t *__restrict __st);
size_t mbrtoc32(char32_t *__restrict __c, const char *__restrict __s, size_t __n,
                mbstate_t *__restrict __st);
size_t c32rtomb(char *__restrict __s, char32_t __c, mbstate_t *__restrict __st);
#if __ISO_C_VISIBLE >= 2023
size_t mbrtoc8(unsigned char *__restrict __c, const char *__restrict __s, size_t __n,
               mbstate_t *__restrict __st);
size_t c8rtomb(char *__restrict __s, unsigned char __c, mbstate_t *__restrict __st);
#endif
__END_DECLS
