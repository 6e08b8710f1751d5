/* strings.h: BSD's string functions. */
#pragma once
#include <features.h>
#include <bits/types.h>

__BEGIN_DECLS
int strcasecmp(const char *__a, const char *__b);
int strncasecmp(const char *__a, const char *__b, size_t __n);
#if __XSI_UNTIL_6
int bcmp(const void *__a, const void *__b, size_t __n);
void bcopy(const void *__src, void *__dst, size_t __n);
void bzero(void *__p, size_t __n);
char *index(const char *__s, int __c);
char *rindex(const char *__s, int __c);
#endif
#if __MISC_VISIBLE
void explicit_bzero(void *__p, size_t __n);
#endif
#if __XSI_VISIBLE
int ffs(int __i);
#endif
#if __POSIX_VISIBLE >= 202405
int ffsl(long __i);
int ffsll(long long __i);
#endif
#if __POSIX_VISIBLE >= 200809
int strcasecmp_l(const char *__a, const char *__b, locale_t __loc);
int strncasecmp_l(const char *__a, const char *__b, size_t __n, locale_t __loc);
#endif
__END_DECLS
