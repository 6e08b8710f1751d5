/* wcslcpy.c: copies and joins of wide strings that always end and never overflow; they return the length they would have needed. */
#include <wchar.h>

size_t wcslcpy(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
    size_t len = wcslen(src);
    if (n) {
        size_t fits = len < n ? len : n - 1;
        wmemcpy(dst, src, fits);
        dst[fits] = 0;
    }
    return len;
}

size_t wcslcat(wchar_t *restrict dst, const wchar_t *restrict src, size_t n)
{
    size_t have = wcsnlen(dst, n);
    return have + (have == n ? wcslen(src) : wcslcpy(dst + have, src, n - have));
}
