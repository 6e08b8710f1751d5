/* string.h: memory and strings. */
#pragma once
#include <features.h>
#include <bits/size.h>
#if __POSIX_VISIBLE
#include <bits/types.h>
#endif
#if __MISC_VISIBLE
#include <strings.h>
#endif

__BEGIN_DECLS
void *memchr(const void *__p, int __c, size_t __n);
int memcmp(const void *__a, const void *__b, size_t __n);
void *memcpy(void *__restrict __dst, const void *__restrict __src, size_t __n);
void *memmove(void *__dst, const void *__src, size_t __n);
void *memset(void *__p, int __c, size_t __n);
char *strcat(char *__restrict __dst, const char *__restrict __src);
char *strchr(const char *__s, int __c);
int strcmp(const char *__a, const char *__b);
int strcoll(const char *__a, const char *__b);
char *strcpy(char *__restrict __dst, const char *__restrict __src);
size_t strcspn(const char *__s, const char *__reject);
char *strerror(int __errnum);
size_t strlen(const char *__s);
char *strncat(char *__restrict __dst, const char *__restrict __src, size_t __n);
int strncmp(const char *__a, const char *__b, size_t __n);
char *strncpy(char *__restrict __dst, const char *__restrict __src, size_t __n);
char *strpbrk(const char *__s, const char *__accept);
char *strrchr(const char *__s, int __c);
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809 || __ISO_C_VISIBLE >= 2023
void *memccpy(void *__restrict __dst, const void *__restrict __src, int __c, size_t __n);
char *strdup(const char *__s);
#endif
#if __POSIX_VISIBLE >= 202405
void *memmem(const void *__hay, size_t __hay_len, const void *__needle, size_t __needle_len);
size_t strlcat(char *__dst, const char *__src, size_t __n);
size_t strlcpy(char *__dst, const char *__src, size_t __n);
#endif
#if __GNU_VISIBLE
void *mempcpy(void *__restrict __dst, const void *__restrict __src, size_t __n);
void *memrchr(const void *__p, int __c, size_t __n);
void *rawmemchr(const void *__p, int __c);
char *strchrnul(const char *__s, int __c);
const char *sigabbrev_np(int __sig);
const char *sigdescr_np(int __sig);
const char *strerrorname_np(int __errnum);
const char *strerrordesc_np(int __errnum);
#endif
#if __POSIX_VISIBLE >= 200809
char *stpcpy(char *__restrict __dst, const char *__restrict __src);
char *stpncpy(char *__restrict __dst, const char *__restrict __src, size_t __n);
int strcoll_l(const char *__a, const char *__b, locale_t __loc);
char *strerror_l(int __errnum, locale_t __loc);
size_t strnlen(const char *__s, size_t __n);
char *strsignal(int __sig);
#endif
#if __MISC_VISIBLE
char *strcasestr(const char *__hay, const char *__needle);
char *strsep(char **__restrict __s, const char *__restrict __delim);
#endif
#if __POSIX_VISIBLE >= 200112
int strerror_r(int __errnum, char *__buf, size_t __n);
#endif
#if __POSIX_VISIBLE >= 200809 || __ISO_C_VISIBLE >= 2023
char *strndup(const char *__s, size_t __n);
#endif
#if __ISO_C_VISIBLE >= 2023
void *memset_explicit(void *__s, int __c, size_t __n);
#endif
#ifdef __GNUC__
#define strdupa(s) __builtin_strcpy((char *)__builtin_alloca(__builtin_strlen(s) + 1), s)
#endif
size_t strspn(const char *__s, const char *__accept);
char *strstr(const char *__hay, const char *__needle);
char *strtok(char *__restrict __s, const char *__restrict __delim);
size_t strxfrm(char *__restrict __dst, const char *__restrict __src, size_t __n);
#if __POSIX_VISIBLE
char *strtok_r(char *__restrict __s, const char *__restrict __delim, char **__restrict __save);
#endif
#if __GNU_VISIBLE
int strverscmp(const char *__a, const char *__b);
#endif
#if __POSIX_VISIBLE >= 200809
size_t strxfrm_l(char *__restrict __dst, const char *__restrict __src, size_t __n, locale_t __loc);
#endif
__END_DECLS
