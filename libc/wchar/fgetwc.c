/* fgetwc.c: wide characters through a stream, as UTF-8. */
#include <errno.h>
#include <limits.h>
#include <wchar.h>
#include "internal/stdio.h"

static wint_t getwc_locked(FILE *f)
{
    mbstate_t st = {0};
    wchar_t wc;
    __file_orient(f, 1);
    for (;;) {
        int c = file_getc(f);
        if (c == EOF) {
            if (!mbsinit(&st)) {
                f->flags |= FILE_ERROR;
                errno = EILSEQ;
            }
            return WEOF;
        }
        char byte = (char)c;
        size_t n = mbrtowc(&wc, &byte, 1, &st);
        if (n == (size_t)-1) {
            f->flags |= FILE_ERROR;
            return WEOF;
        }
        if (n != (size_t)-2)
            return (wint_t)wc;
    }
}

wint_t fgetwc(FILE *f)
{
    FLOCK(f);
    wint_t c = getwc_locked(f);
    FUNLOCK(f);
    return c;
}

wint_t getwc(FILE *f)
{
    return fgetwc(f);
}
wint_t getwchar(void)
{
    return fgetwc(stdin);
}

wint_t ungetwc(wint_t c, FILE *f)
{
    char mb[MB_LEN_MAX];
    size_t n = c == WEOF ? (size_t)-1 : wcrtomb(mb, (wchar_t)c, NULL);
    if (n == (size_t)-1)
        return WEOF;
    FLOCK(f);
    __file_orient(f, 1);
    while (n > 0 && __file_unget(f, (unsigned char)mb[n - 1]) != EOF)
        n--;
    FUNLOCK(f);
    return n == 0 ? c : WEOF;
}

wint_t fputwc(wchar_t c, FILE *f)
{
    char mb[MB_LEN_MAX];
    size_t n = wcrtomb(mb, c, NULL);
    if (n == (size_t)-1) {
        f->flags |= FILE_ERROR;
        return WEOF;
    }
    __file_orient(f, 1);
    return fwrite(mb, 1, n, f) == n ? (wint_t)c : WEOF;
}

wint_t putwc(wchar_t c, FILE *f)
{
    return fputwc(c, f);
}
wint_t putwchar(wchar_t c)
{
    return fputwc(c, stdout);
}

int fputws(const wchar_t *restrict s, FILE *restrict f)
{
    for (; *s; s++)
        if (fputwc(*s, f) == WEOF)
            return -1;
    return 0;
}

wchar_t *fgetws(wchar_t *restrict s, int n, FILE *restrict f)
{
    int i = 0;
    FLOCK(f);
    while (i < n - 1) {
        wint_t c = getwc_locked(f);
        if (c == WEOF)
            break;
        s[i++] = (wchar_t)c;
        if (c == '\n')
            break;
    }
    bool bad = n <= 0 || (i == 0 && n > 1) || f->flags & FILE_ERROR;
    FUNLOCK(f);
    if (bad)
        return NULL;
    s[i] = 0;
    return s;
}

/* Bytes and wide characters mix on any stream: the orientation is only told. */
int fwide(FILE *f, int mode)
{
    FLOCK(f);
    if (mode)
        __file_orient(f, mode > 0 ? 1 : -1);
    int orientation = f->orientation;
    FUNLOCK(f);
    return orientation;
}
