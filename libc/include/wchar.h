/* wchar.h: wide characters; a wchar_t is a Unicode code point, multibyte text is UTF-8. */
#pragma once
#include <features.h>
#include <bits/size.h>
#include <bits/wchar.h>
#include <bits/wint_t.h>
#include <bits/mbstate.h>
#if __POSIX_VISIBLE
#include <bits/types.h>
#endif
#if __XSI_VISIBLE || __POSIX_VISIBLE >= 200809
#include <bits/va_list.h>
#endif
#if __XSI_VISIBLE
#include <bits/wctype.h>
#endif

#ifndef WCHAR_MIN
#define WCHAR_MIN (-WCHAR_MAX - 1)
#define WCHAR_MAX 0x7fffffff
#endif

struct tm;
struct __file;
#if (__XSI_VISIBLE || __POSIX_VISIBLE >= 200809) && !defined(__DYAD_FILE)
#define __DYAD_FILE
typedef struct __file FILE;
#endif

__BEGIN_DECLS
wint_t btowc(int __c);
int wctob(wint_t __c);
int mbsinit(const mbstate_t *__st);
size_t mbrlen(const char *__restrict __s, size_t __n, mbstate_t *__restrict __st);
size_t mbrtowc(wchar_t *__restrict __wc, const char *__restrict __s, size_t __n,
               mbstate_t *__restrict __st);
size_t wcrtomb(char *__restrict __s, wchar_t __wc, mbstate_t *__restrict __st);
size_t mbsrtowcs(wchar_t *__restrict __dst, const char **__restrict __src, size_t __n,
                 mbstate_t *__restrict __st);
size_t wcsrtombs(char *__restrict __dst, const wchar_t **__restrict __src, size_t __n,
                 mbstate_t *__restrict __st);
#if __POSIX_VISIBLE >= 200809
size_t mbsnrtowcs(wchar_t *__restrict __dst, const char **__restrict __src, size_t __nms,
                  size_t __n, mbstate_t *__restrict __st);
size_t wcsnrtombs(char *__restrict __dst, const wchar_t **__restrict __src, size_t __nwc,
                  size_t __n, mbstate_t *__restrict __st);
#endif

size_t wcslen(const wchar_t *__s);
wchar_t *wcscpy(wchar_t *__restrict __dst, const wchar_t *__restrict __src);
wchar_t *wcsncpy(wchar_t *__restrict __dst, const wchar_t *__restrict __src, size_t __n);
wchar_t *wcscat(wchar_t *__restrict __dst, const wchar_t *__restrict __src);
wchar_t *wcsncat(wchar_t *__restrict __dst, const wchar_t *__restrict __src, size_t __n);
int wcscmp(const wchar_t *__a, const wchar_t *__b);
int wcsncmp(const wchar_t *__a, const wchar_t *__b, size_t __n);
int wcscoll(const wchar_t *__a, const wchar_t *__b);
size_t wcsxfrm(wchar_t *__restrict __dst, const wchar_t *__restrict __src, size_t __n);
wchar_t *wcschr(const wchar_t *__s, wchar_t __c);
wchar_t *wcsrchr(const wchar_t *__s, wchar_t __c);
wchar_t *wcsstr(const wchar_t *__hay, const wchar_t *__needle);
wchar_t *wcspbrk(const wchar_t *__s, const wchar_t *__accept);
size_t wcsspn(const wchar_t *__s, const wchar_t *__accept);
size_t wcscspn(const wchar_t *__s, const wchar_t *__reject);
wchar_t *wcstok(wchar_t *__restrict __s, const wchar_t *__restrict __delim,
                wchar_t **__restrict __save);
wchar_t *wmemchr(const wchar_t *__s, wchar_t __c, size_t __n);
int wmemcmp(const wchar_t *__a, const wchar_t *__b, size_t __n);
wchar_t *wmemcpy(wchar_t *__restrict __dst, const wchar_t *__restrict __src, size_t __n);
wchar_t *wmemmove(wchar_t *__dst, const wchar_t *__src, size_t __n);
wchar_t *wmemset(wchar_t *__s, wchar_t __c, size_t __n);
#if __POSIX_VISIBLE >= 200809
size_t wcsnlen(const wchar_t *__s, size_t __n);
wchar_t *wcpcpy(wchar_t *__restrict __dst, const wchar_t *__restrict __src);
int wcscasecmp(const wchar_t *__a, const wchar_t *__b);
int wcsncasecmp(const wchar_t *__a, const wchar_t *__b, size_t __n);
wchar_t *wcsdup(const wchar_t *__s);
#endif
#if __POSIX_VISIBLE >= 202405
size_t wcslcpy(wchar_t *__restrict __dst, const wchar_t *__restrict __src, size_t __n);
size_t wcslcat(wchar_t *__restrict __dst, const wchar_t *__restrict __src, size_t __n);
#endif

long wcstol(const wchar_t *__restrict __s, wchar_t **__restrict __end, int __base);
unsigned long wcstoul(const wchar_t *__restrict __s, wchar_t **__restrict __end, int __base);
double wcstod(const wchar_t *__restrict __s, wchar_t **__restrict __end);
#if __ISO_C_VISIBLE >= 1999
long long wcstoll(const wchar_t *__restrict __s, wchar_t **__restrict __end, int __base);
unsigned long long wcstoull(const wchar_t *__restrict __s, wchar_t **__restrict __end, int __base);
float wcstof(const wchar_t *__restrict __s, wchar_t **__restrict __end);
long double wcstold(const wchar_t *__restrict __s, wchar_t **__restrict __end);
#endif

#if __XSI_VISIBLE
int wcwidth(wchar_t __c);
int wcswidth(const wchar_t *__s, size_t __n);
#endif

wint_t fgetwc(struct __file *__f);
wint_t getwc(struct __file *__f);
wint_t getwchar(void);
wint_t ungetwc(wint_t __c, struct __file *__f);
wint_t fputwc(wchar_t __c, struct __file *__f);
wint_t putwc(wchar_t __c, struct __file *__f);
wint_t putwchar(wchar_t __c);
int fputws(const wchar_t *__restrict __s, struct __file *__restrict __f);
wchar_t *fgetws(wchar_t *__restrict __s, int __n, struct __file *__restrict __f);
int fwide(struct __file *__f, int __mode);
#if __POSIX_VISIBLE >= 200809
int wcscasecmp_l(const wchar_t *__a, const wchar_t *__b, locale_t __locale);
int wcsncasecmp_l(const wchar_t *__a, const wchar_t *__b, size_t __n, locale_t __locale);
int wcscoll_l(const wchar_t *__a, const wchar_t *__b, locale_t __locale);
size_t wcsxfrm_l(wchar_t *__restrict __to, const wchar_t *__restrict __from, size_t __n,
                 locale_t __locale);
wchar_t *wcpncpy(wchar_t *__restrict __to, const wchar_t *__restrict __from, size_t __n);
#endif
#if __GNU_VISIBLE
wint_t getwc_unlocked(FILE *__file);
wint_t fgetwc_unlocked(FILE *__file);
wint_t getwchar_unlocked(void);
wint_t putwc_unlocked(wchar_t __c, FILE *__file);
wint_t fputwc_unlocked(wchar_t __c, FILE *__file);
wint_t putwchar_unlocked(wchar_t __c);
wchar_t *fgetws_unlocked(wchar_t *__restrict __to, int __n, FILE *__restrict __file);
int fputws_unlocked(const wchar_t *__restrict __text, FILE *__restrict __file);
size_t wcsftime_l(wchar_t *__restrict __to, size_t __n, const wchar_t *__restrict __format,
                  const struct tm *__restrict __tm, locale_t __locale);
#endif
#if __XSI_UNTIL_6
wchar_t *wcswcs(const wchar_t *__hay, const wchar_t *__needle);
#endif

int fwprintf(struct __file *__restrict __f, const wchar_t *__restrict __fmt, ...);
int wprintf(const wchar_t *__restrict __fmt, ...);
int swprintf(wchar_t *__restrict __s, size_t __n, const wchar_t *__restrict __fmt, ...);
int vfwprintf(struct __file *__restrict __f, const wchar_t *__restrict __fmt,
              __builtin_va_list __ap);
int vwprintf(const wchar_t *__restrict __fmt, __builtin_va_list __ap);
int vswprintf(wchar_t *__restrict __s, size_t __n, const wchar_t *__restrict __fmt,
              __builtin_va_list __ap);
int fwscanf(struct __file *__restrict __f, const wchar_t *__restrict __fmt, ...);
int wscanf(const wchar_t *__restrict __fmt, ...);
int swscanf(const wchar_t *__restrict __s, const wchar_t *__restrict __fmt, ...);
size_t wcsftime(wchar_t *__restrict __s, size_t __n, const wchar_t *__restrict __fmt,
                const struct tm *__restrict __tm);
#if __ISO_C_VISIBLE >= 1999
int vfwscanf(struct __file *__restrict __f, const wchar_t *__restrict __fmt,
             __builtin_va_list __ap);
int vwscanf(const wchar_t *__restrict __fmt, __builtin_va_list __ap);
int vswscanf(const wchar_t *__restrict __s, const wchar_t *__restrict __fmt,
             __builtin_va_list __ap);
#endif
#if __POSIX_VISIBLE >= 200809
struct __file *open_wmemstream(wchar_t **__text, size_t *__size);
#endif
__END_DECLS
