/* uchar.h: UTF-16 and UTF-32 characters. */
#pragma once
#include <features.h>
#define __need_size_t
#include <stddef.h>
#include <bits/mbstate.h>

#ifndef __cplusplus
typedef __UINT_LEAST16_TYPE__ char16_t;
typedef __UINT_LEAST32_TYPE__ char32_t;
#endif

__BEGIN_DECLS
size_t mbrtoc16(char16_t *__restrict __c, const char *__restrict __s, size_t __n,
                mbstate_t *__restrict __st);
size_t c16rtomb(char *__restrict __s, char16_t __c, mbstate_t *__restrict __st);
size_t mbrtoc32(char32_t *__restrict __c, const char *__restrict __s, size_t __n,
                mbstate_t *__restrict __st);
size_t c32rtomb(char *__restrict __s, char32_t __c, mbstate_t *__restrict __st);
__END_DECLS
