/* strings.h: BSD's string functions. */
#pragma once
#include <features.h>
#include <bits/types.h>

__BEGIN_DECLS
int bcmp(const void *a, const void *b, size_t n);
void bcopy(const void *src, void *dst, size_t n);
void bzero(void *p, size_t n);
void explicit_bzero(void *p, size_t n);
int ffs(int i);
int ffsl(long i);
int ffsll(long long i);
char *index(const char *s, int c);
char *rindex(const char *s, int c);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
int strcasecmp_l(const char *a, const char *b, locale_t loc);
int strncasecmp_l(const char *a, const char *b, size_t n, locale_t loc);
__END_DECLS
