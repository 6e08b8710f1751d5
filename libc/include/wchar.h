/* wchar.h: wide characters; a wchar_t is a Unicode code point, multibyte text is UTF-8. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <stdarg.h>
#include <stdint.h>

#ifndef __DYAD_WINT_T
#define __DYAD_WINT_T
typedef unsigned int wint_t;
#endif
typedef unsigned long wctype_t;

typedef struct {
    uint32_t __partial;
    uint32_t __left;
} mbstate_t;

#define WEOF 0xffffffffU
#ifndef WCHAR_MIN
#define WCHAR_MIN (-WCHAR_MAX - 1)
#define WCHAR_MAX __WCHAR_MAX__
#endif

struct tm;
#ifndef __DYAD_FILE
#define __DYAD_FILE
typedef struct __file FILE;
#endif

__BEGIN_DECLS
int iswalnum(wint_t c);
int iswalpha(wint_t c);
int iswblank(wint_t c);
int iswcntrl(wint_t c);
int iswdigit(wint_t c);
int iswgraph(wint_t c);
int iswlower(wint_t c);
int iswprint(wint_t c);
int iswpunct(wint_t c);
int iswspace(wint_t c);
int iswupper(wint_t c);
int iswxdigit(wint_t c);
int iswctype(wint_t c, wctype_t type);
wctype_t wctype(const char *name);
wint_t towlower(wint_t c);
wint_t towupper(wint_t c);

wint_t btowc(int c);
int wctob(wint_t c);
int mbsinit(const mbstate_t *st);
size_t mbrlen(const char *__restrict s, size_t n, mbstate_t *__restrict st);
size_t mbrtowc(wchar_t *__restrict wc, const char *__restrict s, size_t n,
               mbstate_t *__restrict st);
size_t wcrtomb(char *__restrict s, wchar_t wc, mbstate_t *__restrict st);
size_t mbsrtowcs(wchar_t *__restrict dst, const char **__restrict src, size_t n,
                 mbstate_t *__restrict st);
size_t mbsnrtowcs(wchar_t *__restrict dst, const char **__restrict src, size_t nms, size_t n,
                  mbstate_t *__restrict st);
size_t wcsrtombs(char *__restrict dst, const wchar_t **__restrict src, size_t n,
                 mbstate_t *__restrict st);
size_t wcsnrtombs(char *__restrict dst, const wchar_t **__restrict src, size_t nwc, size_t n,
                  mbstate_t *__restrict st);

size_t wcslen(const wchar_t *s);
size_t wcsnlen(const wchar_t *s, size_t n);
wchar_t *wcscpy(wchar_t *__restrict dst, const wchar_t *__restrict src);
wchar_t *wcsncpy(wchar_t *__restrict dst, const wchar_t *__restrict src, size_t n);
wchar_t *wcpcpy(wchar_t *__restrict dst, const wchar_t *__restrict src);
wchar_t *wcscat(wchar_t *__restrict dst, const wchar_t *__restrict src);
wchar_t *wcsncat(wchar_t *__restrict dst, const wchar_t *__restrict src, size_t n);
int wcscmp(const wchar_t *a, const wchar_t *b);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n);
int wcscasecmp(const wchar_t *a, const wchar_t *b);
int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t n);
int wcscoll(const wchar_t *a, const wchar_t *b);
size_t wcsxfrm(wchar_t *__restrict dst, const wchar_t *__restrict src, size_t n);
wchar_t *wcschr(const wchar_t *s, wchar_t c);
wchar_t *wcsrchr(const wchar_t *s, wchar_t c);
wchar_t *wcsstr(const wchar_t *hay, const wchar_t *needle);
wchar_t *wcspbrk(const wchar_t *s, const wchar_t *accept);
size_t wcsspn(const wchar_t *s, const wchar_t *accept);
size_t wcscspn(const wchar_t *s, const wchar_t *reject);
wchar_t *wcstok(wchar_t *__restrict s, const wchar_t *__restrict delim, wchar_t **__restrict save);
wchar_t *wcsdup(const wchar_t *s);
wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n);
int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n);
wchar_t *wmemcpy(wchar_t *__restrict dst, const wchar_t *__restrict src, size_t n);
wchar_t *wmemmove(wchar_t *dst, const wchar_t *src, size_t n);
wchar_t *wmemset(wchar_t *s, wchar_t c, size_t n);

long wcstol(const wchar_t *__restrict s, wchar_t **__restrict end, int base);
unsigned long wcstoul(const wchar_t *__restrict s, wchar_t **__restrict end, int base);
long long wcstoll(const wchar_t *__restrict s, wchar_t **__restrict end, int base);
unsigned long long wcstoull(const wchar_t *__restrict s, wchar_t **__restrict end, int base);
float wcstof(const wchar_t *__restrict s, wchar_t **__restrict end);
double wcstod(const wchar_t *__restrict s, wchar_t **__restrict end);
long double wcstold(const wchar_t *__restrict s, wchar_t **__restrict end);

int wcwidth(wchar_t c);
int wcswidth(const wchar_t *s, size_t n);

wint_t fgetwc(struct __file *f);
wint_t getwc(struct __file *f);
wint_t getwchar(void);
wint_t ungetwc(wint_t c, struct __file *f);
wint_t fputwc(wchar_t c, struct __file *f);
wint_t putwc(wchar_t c, struct __file *f);
wint_t putwchar(wchar_t c);
int fputws(const wchar_t *__restrict s, struct __file *__restrict f);
wchar_t *fgetws(wchar_t *__restrict s, int n, struct __file *__restrict f);
int fwide(struct __file *f, int mode);
int wcscasecmp_l(const wchar_t *a, const wchar_t *b, locale_t locale);
int wcsncasecmp_l(const wchar_t *a, const wchar_t *b, size_t n, locale_t locale);
int wcscoll_l(const wchar_t *a, const wchar_t *b, locale_t locale);
size_t wcsxfrm_l(wchar_t *__restrict to, const wchar_t *__restrict from, size_t n, locale_t locale);
wint_t getwc_unlocked(FILE *file);
wint_t fgetwc_unlocked(FILE *file);
wint_t getwchar_unlocked(void);
wint_t putwc_unlocked(wchar_t c, FILE *file);
wint_t fputwc_unlocked(wchar_t c, FILE *file);
wint_t putwchar_unlocked(wchar_t c);
wchar_t *fgetws_unlocked(wchar_t *__restrict to, int n, FILE *__restrict file);
int fputws_unlocked(const wchar_t *__restrict text, FILE *__restrict file);
size_t wcsftime_l(wchar_t *__restrict to, size_t n, const wchar_t *__restrict format,
                  const struct tm *__restrict tm, locale_t locale);
wchar_t *wcswcs(const wchar_t *hay, const wchar_t *needle);
wchar_t *wcpncpy(wchar_t *__restrict to, const wchar_t *__restrict from, size_t n);

int fwprintf(struct __file *__restrict f, const wchar_t *__restrict fmt, ...);
int wprintf(const wchar_t *__restrict fmt, ...);
int swprintf(wchar_t *__restrict s, size_t n, const wchar_t *__restrict fmt, ...);
int vfwprintf(struct __file *__restrict f, const wchar_t *__restrict fmt, __builtin_va_list ap);
int vwprintf(const wchar_t *__restrict fmt, __builtin_va_list ap);
int vswprintf(wchar_t *__restrict s, size_t n, const wchar_t *__restrict fmt, __builtin_va_list ap);
int fwscanf(struct __file *__restrict f, const wchar_t *__restrict fmt, ...);
int wscanf(const wchar_t *__restrict fmt, ...);
int swscanf(const wchar_t *__restrict s, const wchar_t *__restrict fmt, ...);
int vfwscanf(struct __file *__restrict f, const wchar_t *__restrict fmt, __builtin_va_list ap);
int vwscanf(const wchar_t *__restrict fmt, __builtin_va_list ap);
int vswscanf(const wchar_t *__restrict s, const wchar_t *__restrict fmt, __builtin_va_list ap);
struct __file *open_wmemstream(wchar_t **text, size_t *size);
size_t wcsftime(wchar_t *__restrict s, size_t n, const wchar_t *__restrict fmt,
                const struct tm *__restrict tm);
__END_DECLS
