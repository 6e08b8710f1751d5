/* internal/format.h: the printf family: one formatter, and a sink that takes what it makes. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "internal/libc.h"

struct format_sink {
    /* Take n > 0 bytes. Failures are the sink's to remember. */
    void (*put)(struct format_sink *sink, const char *s, size_t n);
    size_t total; /* all bytes so far, whether the sink had room or not */
    bool
        wide; /* for wprintf: total, widths and precisions count characters; what is put is UTF-8 all the same */
};

enum format_flags {
    FORMAT_LEFT = 1,
    FORMAT_PLUS = 2,
    FORMAT_SPACE = 4,
    FORMAT_ALT = 8,
    FORMAT_ZERO = 16,
    FORMAT_GROUP = 32,
};

enum format_length {
    LENGTH_NONE,
    LENGTH_HH,
    LENGTH_H,
    LENGTH_L,
    LENGTH_LL,
    LENGTH_J,
    LENGTH_Z,
    LENGTH_T,
    LENGTH_LD,
    LENGTH_BAD
};

/* One conversion, as parsed. */
struct format_spec {
    unsigned flags;
    int width;     /* 0: none */
    int precision; /* -1: none */
    enum format_length length;
    char conversion;                   /* 0: the format ends inside it */
    int arg, width_arg, precision_arg; /* numbers of positional arguments, from 1; 0: the next */
    bool width_star, precision_star;
    bool too_large; /* a width or a precision that is no int */
};

/*
 * Format into the sink. Returns the bytes made, or -1: EINVAL for a malformed format, EOVERFLOW for more than INT_MAX,
 * EILSEQ for a wide character that does not exist.
 */
LIBC_HIDDEN int __format(struct format_sink *sink, const char *fmt, va_list ap);

/* Parse what follows a '%'; *fmt moves past the conversion. */
LIBC_HIDDEN struct format_spec __format_parse(const char **fmt);

/* One floating-point argument; format_float.c. */
LIBC_HIDDEN void __format_float(struct format_sink *sink, const struct format_spec *spec,
                                long double value, bool is_long_double);

LIBC_HIDDEN void __format_put(struct format_sink *sink, const char *s, size_t n);
LIBC_HIDDEN void __format_pad(struct format_sink *sink, char c, long n);

/* A wide format as UTF-8, to be freed; null: EILSEQ or ENOMEM. */
LIBC_HIDDEN char *__wide_format(const wchar_t *fmt);

/* A multibyte string's first characters, at most `most`: bytes in *bytes, or false: EILSEQ. */
LIBC_HIDDEN bool __wide_measure(const char *s, size_t most, size_t *bytes, size_t *characters);
