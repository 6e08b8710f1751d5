/*
 * mbrtowc.c: multibyte characters, one at a time, over any cut of the input. In the C locale a byte is a character, and those
 * above 127 have values of their own (of surrogates, which no text has), so that they survive the way there and back.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <uchar.h>
#include <wchar.h>
#include "internal/locale.h"

/*
 * In a partial character, __partial holds the bits so far and __left the continuation bytes still missing; the top byte
 * of __left holds how many there were in all, to know an overlong form when the first continuation arrives.
 */
enum { LEFT_MASK = 0xff, TOTAL_SHIFT = 24 };

/* The C locale's byte above 127 is this and the byte. */
#define BYTE_BASE 0xdf00u

static size_t illegal(mbstate_t *st)
{
    *st = (mbstate_t){0};
    errno = EILSEQ;
    return (size_t)-1;
}

/* A first byte above 0x7f; false when no character begins so. */
static int begin(mbstate_t *st, unsigned c)
{
    unsigned left = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
    if (c < 0xc2 || c > 0xf4)
        return 0;
    st->__partial = c & (0x3fu >> left);
    st->__left = left | left << TOTAL_SHIFT;
    return 1;
}

/* What may follow the first byte: no overlong forms, no surrogates, nothing above U+10FFFF. */
static int continuation_ok(const mbstate_t *st, unsigned c)
{
    if (c >> 6 != 2)
        return 0;
    unsigned left = st->__left & LEFT_MASK, total = st->__left >> TOTAL_SHIFT;
    if (left != total || total == 1)
        return 1;
    if (total == 2)
        return (st->__partial != 0 || c >= 0xa0) && (st->__partial != 0xd || c < 0xa0);
    return (st->__partial != 0 || c >= 0x90) && (st->__partial != 4 || c < 0x90);
}

size_t __utf8_decode(wchar_t *wc, const char *s, size_t n, mbstate_t *state)
{
    for (size_t used = 0; used < n;) {
        unsigned c = (unsigned char)s[used++];
        if (!state->__left && c < 0x80) {
            if (wc)
                *wc = (wchar_t)c;
            return c ? used : 0;
        }
        if (!state->__left) {
            if (!begin(state, c))
                return illegal(state);
            continue;
        }
        if (!continuation_ok(state, c))
            return illegal(state);
        state->__partial = state->__partial << 6 | (c & 0x3f);
        state->__left--;
        if (!(state->__left & LEFT_MASK)) {
            if (wc)
                *wc = (wchar_t)state->__partial;
            *state = (mbstate_t){0};
            return used;
        }
    }
    return (size_t)-2;
}

size_t mbrtowc(wchar_t *restrict wc, const char *restrict s, size_t n, mbstate_t *restrict st)
{
    static _Thread_local mbstate_t own;
    mbstate_t *state = st ? st : &own;
    if (!s)
        return mbrtowc(NULL, "", 1, state);
    if (__text_is_utf8())
        return __utf8_decode(wc, s, n, state);
    if (n == 0)
        return (size_t)-2;
    if (wc)
        *wc = (wchar_t)btowc((unsigned char)*s);
    return *s != 0;
}

size_t __mb_cur_max(void)
{
    return __text_is_utf8() ? MB_LEN_MAX : 1;
}

size_t mbrlen(const char *restrict s, size_t n, mbstate_t *restrict st)
{
    static _Thread_local mbstate_t own;
    return mbrtowc(NULL, s, n, st ? st : &own);
}

int mbsinit(const mbstate_t *st)
{
    return !st || !st->__left;
}

int mbtowc(wchar_t *restrict wc, const char *restrict s, size_t n)
{
    mbstate_t st = {0};
    if (!s)
        return 0; /* UTF-8 has no shift states */
    size_t len = mbrtowc(wc, s, n, &st);
    if (len == (size_t)-2)
        errno = EILSEQ;
    return len >= (size_t)-2 ? -1 : (int)len;
}

int mblen(const char *s, size_t n)
{
    return mbtowc(NULL, s, n);
}

wint_t btowc(int c)
{
    if (c >= 0 && c < 128)
        return (wint_t)c;
    return c >= 128 && c < 256 && !__text_is_utf8() ? BYTE_BASE + (wint_t)c : WEOF;
}

int wctob(wint_t c)
{
    if (c < 128)
        return (int)c;
    return c - (BYTE_BASE + 128) < 128 && !__text_is_utf8() ? (int)(c - BYTE_BASE) : -1;
}

size_t mbrtoc32(char32_t *restrict c, const char *restrict s, size_t n, mbstate_t *restrict st)
{
    static _Thread_local mbstate_t own;
    wchar_t wc;
    size_t len = mbrtowc(&wc, s, n, st ? st : &own);
    if (c && s && len < (size_t)-2)
        *c = (char32_t)wc;
    return len;
}
