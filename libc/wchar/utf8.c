/*
 * utf8.c: between the locale's characters and UTF-8 (C23). A character of several units is given out one at a time; the state keeps those that
 * are left.
 */
#include <errno.h>
#include <limits.h>
#include <uchar.h>
#include <wchar.h>
#include "internal/locale.h"

/* In __left: __partial holds so many units, the next one lowest. Not a value of a partial UTF-8 character, nor of utf16.c. */
#define HAS_UNITS 0x200u

static size_t give_next(unsigned char *c8, mbstate_t *state)
{
    if (c8)
        *c8 = (unsigned char)state->__partial;
    state->__partial >>= 8;
    if (--state->__left == HAS_UNITS)
        *state = (mbstate_t){0};
    return (size_t)-3;
}

size_t mbrtoc8(unsigned char *restrict c8, const char *restrict s, size_t n, mbstate_t *restrict st)
{
    static _Thread_local mbstate_t own;
    mbstate_t *state = st ? st : &own;
    char units[MB_LEN_MAX];
    wchar_t wc;
    if (!s)
        return mbrtoc8(NULL, "", 1, state);
    if (state->__left & HAS_UNITS)
        return give_next(c8, state);
    size_t used = mbrtowc(&wc, s, n, state);
    if (used >= (size_t)-2)
        return used;
    size_t count = __utf8_encode(units, wc);
    if (count == (size_t)-1) { /* a byte that is no character but in the C locale */
        errno = EILSEQ;
        return (size_t)-1;
    }
    if (count > 1)
        *state = (mbstate_t){.__left = HAS_UNITS + (unsigned)count - 1};
    for (size_t i = count; i-- > 1;)
        state->__partial = state->__partial << 8 | (unsigned char)units[i];
    if (c8)
        *c8 = (unsigned char)units[0];
    return used;
}

size_t c8rtomb(char *restrict s, unsigned char c8, mbstate_t *restrict st)
{
    static _Thread_local mbstate_t own;
    mbstate_t *state = st ? st : &own;
    char unit = (char)c8;
    wchar_t wc;
    if (!s) {
        *state = (mbstate_t){0};
        return 1;
    }
    size_t used = __utf8_decode(&wc, &unit, 1, state);
    if (used == (size_t)-2)
        return 0;
    return used == (size_t)-1 ? used : wcrtomb(s, wc, NULL);
}
