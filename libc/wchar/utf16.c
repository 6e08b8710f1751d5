/* utf16.c: between UTF-8 and UTF-16: a character beyond 16 bits is two surrogates, and the state keeps one of them. */
#include <errno.h>
#include <uchar.h>
#include <wchar.h>

/* In __left: __partial is a surrogate that waits for its turn. Not a value of a partial UTF-8 character. */
#define HAS_SURROGATE 0x100u

#define HIGH_FIRST 0xd800u
#define LOW_FIRST  0xdc00u
#define LOW_LAST   0xdfffu
#define BEYOND     0x10000u /* the first character that takes two */

size_t mbrtoc16(char16_t *restrict c16, const char *restrict s, size_t n, mbstate_t *restrict st)
{
    static _Thread_local mbstate_t own;
    mbstate_t *state = st ? st : &own;
    wchar_t wc;
    if (!s)
        return mbrtoc16(NULL, "", 1, state);
    if (state->__left == HAS_SURROGATE) {
        if (c16)
            *c16 = (char16_t)state->__partial;
        *state = (mbstate_t){0};
        return (size_t)-3;
    }
    size_t used = mbrtowc(&wc, s, n, state);
    if (used >= (size_t)-2)
        return used;
    unsigned c = (unsigned)wc;
    if (c >= BEYOND) {
        *state =
            (mbstate_t){.__partial = LOW_FIRST | ((c - BEYOND) & 0x3ff), .__left = HAS_SURROGATE};
        c = HIGH_FIRST | (c - BEYOND) >> 10;
    }
    if (c16)
        *c16 = (char16_t)c;
    return used;
}

size_t c16rtomb(char *restrict s, char16_t c16, mbstate_t *restrict st)
{
    static _Thread_local mbstate_t own;
    mbstate_t *state = st ? st : &own;
    unsigned c = c16;
    if (!s) {
        *state = (mbstate_t){0};
        return 1;
    }
    if (c >= HIGH_FIRST && c < LOW_FIRST && state->__left == 0) {
        *state = (mbstate_t){.__partial = c, .__left = HAS_SURROGATE};
        return 0;
    }
    if (state->__left == HAS_SURROGATE) {
        unsigned high = state->__partial;
        *state = (mbstate_t){0};
        if (c < LOW_FIRST || c > LOW_LAST) {
            errno = EILSEQ;
            return (size_t)-1;
        }
        c = BEYOND + ((high - HIGH_FIRST) << 10) + (c - LOW_FIRST);
    }
    return wcrtomb(s, (wchar_t)c, NULL);
}
