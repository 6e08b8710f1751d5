/* uchar.h: UTF-16 and UTF-32 characters. */
#pragma once
#include <wchar.h>

#ifndef __cplusplus
typedef uint_least16_t char16_t;
typedef uint_least32_t char32_t;
#endif

__BEGIN_DECLS
size_t mbrtoc16(char16_t *__restrict c, const char *__restrict s, size_t n,
                mbstate_t *__restrict st);
size_t c16rtomb(char *__restrict s, char16_t c, mbstate_t *__restrict st);
size_t mbrtoc32(char32_t *__restrict c, const char *__restrict s, size_t n,
                mbstate_t *__restrict st);
size_t c32rtomb(char *__restrict s, char32_t c, mbstate_t *__restrict st);
__END_DECLS
