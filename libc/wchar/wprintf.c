/*
 * wprintf.c: formatted wide text. The format becomes UTF-8 and goes through the one formatter, which counts characters; a
 * stream takes its bytes as they are, since wide streams are UTF-8, and memory gets them decoded.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "internal/format.h"
#include "internal/locale.h"
#include "internal/stdio.h"

char *__wide_format(const wchar_t *fmt)
{
    size_t length = wcslen(fmt), used = 0;
    char *text = length < SIZE_MAX / 8 ? malloc(length * MB_LEN_MAX + 1) : NULL;
    if (!text)
        return NULL;
    for (; *fmt; fmt++) {
        size_t n = __utf8_encode(text + used, *fmt);
        if (n == (size_t)-1) {
            free(text);
            return NULL;
        }
        used += n;
    }
    text[used] = 0;
    return text;
}

bool __wide_measure(const char *s, size_t most, size_t *bytes, size_t *characters)
{
    mbstate_t state = {0};
    size_t at = 0, count = 0, n;
    wchar_t wc;
    for (; count < most; count++, at += n) {
        n = __utf8_decode(&wc, s + at, MB_LEN_MAX, &state);
        if (n == 0)
            break;
        if (n > MB_LEN_MAX)
            return false;
    }
    *bytes = at;
    if (characters)
        *characters = count;
    return true;
}

/* ---- to a stream ---- */

int vfwprintf(FILE *restrict f, const wchar_t *restrict fmt, va_list ap)
{
    FLOCK(f);
    __file_orient(f, 1);
    char *text = __file_to_write(f) ? __wide_format(fmt) : NULL;
    int n = text ? __file_format(f, text, ap, true) : -1;
    free(text); /* keeps errno */
    FUNLOCK(f);
    return n;
}

int fwprintf(FILE *restrict f, const wchar_t *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vfwprintf(f, fmt, ap);
    va_end(ap);
    return n;
}

int vwprintf(const wchar_t *restrict fmt, va_list ap)
{
    return vfwprintf(stdout, fmt, ap);
}

int wprintf(const wchar_t *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vfwprintf(stdout, fmt, ap);
    va_end(ap);
    return n;
}

/* ---- into memory ---- */

struct memory_sink {
    struct format_sink sink;
    wchar_t *at;
    size_t room; /* the final zero excluded */
    mbstate_t state;
    bool full;
};

static void put_memory(struct format_sink *sink, const char *s, size_t n)
{
    struct memory_sink *out = (struct memory_sink *)sink;
    for (size_t i = 0; i < n; i++) {
        wchar_t wc;
        if (__utf8_decode(&wc, s + i, 1, &out->state) > 1)
            continue; /* a part of a character: what comes here is whole text */
        if (out->room == 0) {
            out->full = true;
            return;
        }
        *out->at++ = s[i] ? wc : 0;
        out->room--;
    }
}

/* Text that does not fit is an error here, unlike snprintf's. */
int vswprintf(wchar_t *restrict s, size_t size, const wchar_t *restrict fmt, va_list ap)
{
    struct memory_sink out = {
        {.put = put_memory, .wide = true}, .at = s, .room = size ? size - 1 : 0};
    char *text = __wide_format(fmt);
    int n = text ? __format(&out.sink, text, ap) : -1;
    free(text);
    if (size)
        *out.at = 0;
    if (n >= 0 && (out.full || size == 0)) {
        errno = EOVERFLOW;
        return -1;
    }
    return n;
}

int swprintf(wchar_t *restrict s, size_t size, const wchar_t *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vswprintf(s, size, fmt, ap);
    va_end(ap);
    return n;
}
