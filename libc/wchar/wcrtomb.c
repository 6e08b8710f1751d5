/* wcrtomb.c: one character to its bytes. */
#include <errno.h>
#include <stdlib.h>
#include <uchar.h>
#include <wchar.h>
#include "internal/locale.h"

size_t __utf8_encode(char *s, wchar_t wc)
{
    unsigned c = (unsigned)wc;
    if (c < 0x80) {
        s[0] = (char)c;
        return 1;
    }
    if (c > 0x10ffff || c - 0xd800 < 0x800) {
        errno = EILSEQ;
        return (size_t)-1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        s[i] = (char)(0x80 | (c & 0x3f));
    s[0] = (char)((0xf00u >> n) | c); /* n ones, a zero, then the character's top bits */
    return n;
}

size_t wcrtomb(char *restrict s, wchar_t wc, mbstate_t *restrict st)
{
    if (!s) {
        if (st)
            *st = (mbstate_t){0};
        return 1;
    }
    if (__text_is_utf8())
        return __utf8_encode(s, wc);
    int byte = wctob((wint_t)wc);
    if (byte < 0) {
        errno = EILSEQ;
        return (size_t)-1;
    }
    *s = (char)byte;
    return 1;
}

int wctomb(char *s, wchar_t wc)
{
    return s ? (int)wcrtomb(s, wc, NULL) : 0;
}

size_t c32rtomb(char *restrict s, char32_t c, mbstate_t *restrict st)
{
    return wcrtomb(s, (wchar_t)c, st);
}
