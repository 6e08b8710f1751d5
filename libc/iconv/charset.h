/* iconv/charset.h: the character sets that iconv knows. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "internal/libc.h"

/* An 8-bit set whose lower half is ASCII. */
struct charset_table {
    const char *names;   /* letters and digits only, with blanks between */
    uint16_t upper[128]; /* the characters of the bytes 0x80 to 0xff; 0: none */
};

LIBC_HIDDEN extern const struct charset_table __iconv_tables[];
LIBC_HIDDEN extern const size_t __iconv_table_count;

enum charset_form { CHARSET_ASCII, CHARSET_UTF8, CHARSET_TABLE, CHARSET_16, CHARSET_32 };

/* One side of a conversion. */
struct charset {
    enum charset_form form;
    const uint16_t *upper; /* of CHARSET_TABLE */
    bool big;              /* of CHARSET_16 and _32: the byte order */
    bool surrogates;       /* of CHARSET_16: UTF-16, not UCS-2 */
    bool reads_mark;       /* a byte order mark at the beginning says the order */
    bool writes_mark;      /* one is put at the beginning */
};

/* The set of that name: letters and digits count, in any case; "" and "char" are the locale's. false: there is none. */
LIBC_HIDDEN bool __charset_find(const char *name, size_t len, struct charset *out);

/*
 * The character at `s`, of which n bytes are there (n > 0).
 * Returns its length; 0 when the end of s cuts it; -1 when no character begins so. A byte order mark is a character here.
 */
LIBC_HIDDEN int __charset_decode(const struct charset *set, const unsigned char *s, size_t n,
                                 uint32_t *out);

/* The bytes of c. Returns how many (at most 4), 0 when the set has no such character. */
LIBC_HIDDEN int __charset_encode(const struct charset *set, uint32_t c, unsigned char out[4]);
