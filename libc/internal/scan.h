/* internal/scan.h: the scanf family: one engine over a source of characters. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include "internal/libc.h"

struct scan_source {
    int (*get)(struct scan_source *in); /* the next byte, or EOF; wide: character, or EOF */
    bool wide;    /* for wscanf: characters instead of bytes; the format is UTF-8 */
    size_t total; /* bytes used */
    int next;     /* looked at but not used; the caller puts it back at the end */
    bool have_next;
};

/* Returns the number of arguments stored, or EOF when the input ended before the first conversion. */
LIBC_HIDDEN int __scan(struct scan_source *in, const char *fmt, va_list ap);
