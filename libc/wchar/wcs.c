/* wcs.c: wide strings: the counterparts of string.h. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

size_t wcslen(const wchar_t *s)
{
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}

size_t wcsnlen(const wchar_t *s, size_t n)
{
    const wchar_t *end = wmemchr(s, 0, n);
    return end ? (size_t)(end - s) : n;
}

wchar_t *wcpcpy(wchar_t *restrict dst, const wchar_t *restrict src)
{
    size_t n = wcslen(src);
    wmemcpy(dst, src, n + 1);
    return dst + n;
}

wchar_t *wcscpy(wchar_t *restrict dst, const wchar_t *restrict src)
{
    wcpcpy(dst, src);
    return dst;
}

wchar_t *wcsncpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
    size_t len = wcsnlen(src, n);
    wmemcpy(dst, src, len);
    wmemset(dst + len, 0, n - len);
    return dst;
}

wchar_t *wcscat(wchar_t *restrict dst, const wchar_t *restrict src)
{
    wcscpy(dst + wcslen(dst), src);
    return dst;
}

wchar_t *wcsncat(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
    wchar_t *end = dst + wcslen(dst);
    size_t len = wcsnlen(src, n);
    wmemcpy(end, src, len);
    end[len] = 0;
    return dst;
}

int wcsncmp(const wchar_t *a, const wchar_t *b, size_t n)
{
    for (; n; n--, a++, b++) {
        if (*a != *b)
            return *a < *b ? -1 : 1;
        if (!*a)
            break;
    }
    return 0;
}

int wcscmp(const wchar_t *a, const wchar_t *b)
{
    return wcsncmp(a, b, SIZE_MAX);
}

int wcscoll(const wchar_t *a, const wchar_t *b)
{
    return wcscmp(a, b);
}

size_t wcsxfrm(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
    size_t len = wcslen(src);
    if (len < n)
        wmemcpy(dst, src, len + 1);
    return len;
}

int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t n)
{
    for (; n; n--, a++, b++) {
        wint_t ca = towlower((wint_t)*a), cb = towlower((wint_t)*b);
        if (ca != cb)
            return ca < cb ? -1 : 1;
        if (!ca)
            break;
    }
    return 0;
}

int wcscasecmp(const wchar_t *a, const wchar_t *b)
{
    return wcsncasecmp(a, b, SIZE_MAX);
}

wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
    return wmemchr(s, c, wcslen(s) + 1);
}

wchar_t *wcsrchr(const wchar_t *s, wchar_t c)
{
    for (size_t n = wcslen(s) + 1; n-- > 0;)
        if (s[n] == c)
            return (wchar_t *)s + n;
    return NULL;
}

wchar_t *wcsstr(const wchar_t *hay, const wchar_t *needle)
{
    size_t m = wcslen(needle);
    for (; wcsncmp(hay, needle, m) != 0; hay++)
        if (!*hay)
            return NULL;
    return (wchar_t *)hay;
}

size_t wcsspn(const wchar_t *s, const wchar_t *accept)
{
    size_t n = 0;
    while (s[n] && wcschr(accept, s[n]))
        n++;
    return n;
}

size_t wcscspn(const wchar_t *s, const wchar_t *reject)
{
    size_t n = 0;
    while (s[n] && !wcschr(reject, s[n]))
        n++;
    return n;
}

wchar_t *wcspbrk(const wchar_t *s, const wchar_t *accept)
{
    s += wcscspn(s, accept);
    return *s ? (wchar_t *)s : NULL;
}

wchar_t *wcstok(wchar_t *restrict s, const wchar_t *restrict delim, wchar_t **restrict save)
{
    if (!s)
        s = *save;
    if (!s)
        return NULL;
    s += wcsspn(s, delim);
    if (!*s) {
        *save = NULL;
        return NULL;
    }
    wchar_t *end = s + wcscspn(s, delim);
    *save = *end ? end + 1 : NULL;
    *end = 0;
    return s;
}

wchar_t *wcsdup(const wchar_t *s)
{
    size_t n = wcslen(s) + 1;
    wchar_t *copy = reallocarray(NULL, n, sizeof *copy);
    return copy ? wmemcpy(copy, s, n) : NULL;
}

wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n)
{
    for (; n; n--, s++)
        if (*s == c)
            return (wchar_t *)s;
    return NULL;
}

int wmemcmp(const wchar_t *a, const wchar_t *b, size_t n)
{
    for (; n; n--, a++, b++)
        if (*a != *b)
            return *a < *b ? -1 : 1;
    return 0;
}

wchar_t *wmemcpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
    return memcpy(dst, src, n * sizeof *dst);
}

wchar_t *wmemmove(wchar_t *dst, const wchar_t *src, size_t n)
{
    return memmove(dst, src, n * sizeof *dst);
}

wchar_t *wmemset(wchar_t *s, wchar_t c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        s[i] = c;
    return s;
}
