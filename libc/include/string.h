/* string.h: memory and strings. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <strings.h>

__BEGIN_DECLS
void *memccpy(void *__restrict dst, const void *__restrict src, int c, size_t n);
void *memchr(const void *p, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memcpy(void *__restrict dst, const void *__restrict src, size_t n);
void *memmem(const void *hay, size_t hay_len, const void *needle, size_t needle_len);
void *memmove(void *dst, const void *src, size_t n);
void *mempcpy(void *__restrict dst, const void *__restrict src, size_t n);
void *memrchr(const void *p, int c, size_t n);
void *rawmemchr(const void *p, int c);
void *memset(void *p, int c, size_t n);
char *stpcpy(char *__restrict dst, const char *__restrict src);
char *stpncpy(char *__restrict dst, const char *__restrict src, size_t n);
char *strcasestr(const char *hay, const char *needle);
char *strcat(char *__restrict dst, const char *__restrict src);
char *strchr(const char *s, int c);
char *strchrnul(const char *s, int c);
int strcmp(const char *a, const char *b);
int strcoll(const char *a, const char *b);
int strcoll_l(const char *a, const char *b, locale_t loc);
char *strcpy(char *__restrict dst, const char *__restrict src);
size_t strcspn(const char *s, const char *reject);
char *strdup(const char *s);
char *strerror(int errnum);
char *strerror_l(int errnum, locale_t loc);
int strerror_r(int errnum, char *buf, size_t n);
size_t strlcat(char *dst, const char *src, size_t n);
size_t strlcpy(char *dst, const char *src, size_t n);
size_t strlen(const char *s);
char *strncat(char *__restrict dst, const char *__restrict src, size_t n);
int strncmp(const char *a, const char *b, size_t n);
char *strncpy(char *__restrict dst, const char *__restrict src, size_t n);
char *strndup(const char *s, size_t n);
size_t strnlen(const char *s, size_t n);
char *strpbrk(const char *s, const char *accept);
char *strrchr(const char *s, int c);
char *strsep(char **__restrict s, const char *__restrict delim);
char *strsignal(int sig);
const char *sigabbrev_np(int sig);
const char *sigdescr_np(int sig);
const char *strerrorname_np(int errnum);
const char *strerrordesc_np(int errnum);
void *memset_explicit(void *s, int c, size_t n);
#ifdef __GNUC__
#define strdupa(s) __builtin_strcpy((char *)__builtin_alloca(__builtin_strlen(s) + 1), s)
#endif
size_t strspn(const char *s, const char *accept);
char *strstr(const char *hay, const char *needle);
char *strtok(char *__restrict s, const char *__restrict delim);
char *strtok_r(char *__restrict s, const char *__restrict delim, char **__restrict save);
int strverscmp(const char *a, const char *b);
size_t strxfrm(char *__restrict dst, const char *__restrict src, size_t n);
size_t strxfrm_l(char *__restrict dst, const char *__restrict src, size_t n, locale_t loc);
__END_DECLS

#define strdupa(s) __builtin_strcpy((char *)__builtin_alloca(__builtin_strlen(s) + 1), (s))
