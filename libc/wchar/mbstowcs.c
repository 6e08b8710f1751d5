/* mbstowcs.c: strings between UTF-8 and wide characters. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

size_t mbsnrtowcs(wchar_t *restrict dst, const char **restrict src, size_t nms, size_t n,
                  mbstate_t *restrict st)
{
    static _Thread_local mbstate_t own;
    mbstate_t *state = st ? st : &own;
    const char *s = *src;
    size_t done = 0;
    if (!dst)
        n = SIZE_MAX;
    while (done < n && nms > 0) {
        wchar_t wc;
        size_t len = mbrtowc(&wc, s, nms, state);
        if (len == (size_t)-1) {
            if (dst)
                *src = s;
            return len;
        }
        if (len == (size_t)-2) {
            s += nms;
            break;
        }
        if (dst)
            dst[done] = wc;
        if (!wc) {
            if (dst)
                *src = NULL;
            return done;
        }
        done++;
        s += len;
        nms -= len;
    }
    if (dst)
        *src = s;
    return done;
}

size_t mbsrtowcs(wchar_t *restrict dst, const char **restrict src, size_t n, mbstate_t *restrict st)
{
    return mbsnrtowcs(dst, src, SIZE_MAX, n, st);
}

size_t mbstowcs(wchar_t *restrict dst, const char *restrict src, size_t n)
{
    mbstate_t st = {0};
    const char *at = src;
    return mbsrtowcs(dst, &at, n, &st);
}

size_t wcsnrtombs(char *restrict dst, const wchar_t **restrict src, size_t nwc, size_t n,
                  mbstate_t *restrict st)
{
    const wchar_t *s = *src;
    size_t done = 0;
    for (; nwc > 0 && !(dst && done == n); nwc--, s++) {
        char mb[MB_LEN_MAX];
        size_t len = wcrtomb(mb, *s, st);
        if (len == (size_t)-1) {
            if (dst)
                *src = s;
            return len;
        }
        if (dst && len > n - done)
            break;
        if (dst)
            memcpy(dst + done, mb, len);
        if (!*s) {
            if (dst)
                *src = NULL;
            return done;
        }
        done += len;
    }
    if (dst)
        *src = s;
    return done;
}

size_t wcsrtombs(char *restrict dst, const wchar_t **restrict src, size_t n, mbstate_t *restrict st)
{
    return wcsnrtombs(dst, src, SIZE_MAX, n, st);
}

size_t wcstombs(char *restrict dst, const wchar_t *restrict src, size_t n)
{
    const wchar_t *at = src;
    return wcsrtombs(dst, &at, n, NULL);
}
