/* charset.c: names of character sets, and one character from and to each. */
#include "iconv/charset.h"
#include <ctype.h>
#include <langinfo.h>
#include <string.h>

#define CHARACTER_LAST  0x10ffffu
#define SURROGATE_FIRST 0xd800u
#define LOW_FIRST       0xdc00u
#define SURROGATE_LAST  0xdfffu
#define BEYOND          0x10000u /* the first character that takes two units of UTF-16 */

/* Does the name, of which only letters and digits count, stand in the list? */
static bool listed(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = list; *at;) {
        size_t len = strcspn(at, " ");
        if (len == n && memcmp(at, name, n) == 0)
            return true;
        at += len;
        at += *at == ' ';
    }
    return false;
}

/* The Unicode forms. Without a word on the order, UTF and UCS-2 are the machine's and UCS-4 is big, as ISO 10646 has it. */
static const struct {
    const char *names;
    struct charset set;
} unicode[] = {
    {"ASCII USASCII ANSIX341968 ANSIX341986 ISO646US ISO646IRV1991 646 US CP367 IBM367 ISOIR6 "
     "CSASCII C POSIX",
     {.form = CHARSET_ASCII}},
    {"UTF8 CSUTF8 CP65001", {.form = CHARSET_UTF8}},
    {"UTF16 CSUTF16",
     {.form = CHARSET_16, .surrogates = true, .reads_mark = true, .writes_mark = true}},
    {"UTF16LE", {.form = CHARSET_16, .surrogates = true}},
    {"UTF16BE", {.form = CHARSET_16, .surrogates = true, .big = true}},
    {"UCS2 ISO10646UCS2 CSUNICODE", {.form = CHARSET_16, .reads_mark = true}},
    {"UCS2LE UNICODELITTLE", {.form = CHARSET_16}},
    {"UCS2BE UNICODEBIG", {.form = CHARSET_16, .big = true}},
    {"UTF32", {.form = CHARSET_32, .reads_mark = true, .writes_mark = true}},
    {"UTF32LE UCS4LE WCHART", {.form = CHARSET_32}},
    {"UTF32BE UCS4 UCS4BE ISO10646 ISO10646UCS4 CSUCS4", {.form = CHARSET_32, .big = true}},
};

bool __charset_find(const char *name, size_t len, struct charset *out)
{
    char plain[32];
    size_t n = 0;
    if (len == 0 || (len == 4 && strncmp(name, "char", 4) == 0)) {
        name = nl_langinfo(CODESET);
        len = strlen(name);
    }
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)name[i]))
            continue;
        if (n + 1 >= sizeof plain)
            return false;
        plain[n++] = (char)toupper((unsigned char)name[i]);
    }
    plain[n] = 0;
    if (n == 0)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(unicode); i++) {
        if (listed(unicode[i].names, plain)) {
            *out = unicode[i].set;
            return true;
        }
    }
    for (size_t i = 0; i < __iconv_table_count; i++) {
        if (listed(__iconv_tables[i].names, plain)) {
            *out = (struct charset){.form = CHARSET_TABLE, .upper = __iconv_tables[i].upper};
            return true;
        }
    }
    return false;
}

static int decode_utf8(const unsigned char *s, size_t n, uint32_t *out)
{
    if (s[0] < 0x80) {
        *out = s[0];
        return 1;
    }
    if (s[0] < 0xc2 || s[0] > 0xf4)
        return -1;
    int len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    uint32_t c = s[0] & (0x7fu >> len);
    for (int i = 1; i < len; i++) {
        if ((size_t)i == n)
            return 0;
        if (s[i] >> 6 != 2)
            return -1;
        c = c << 6 | (s[i] & 0x3f);
        /* The second byte shows overlong forms, surrogates, and what is too large. */
        if (i == 1 && ((len == 3 && (c < 0x20 || (c >= 0x360 && c < 0x380))) ||
                       (len == 4 && (c < 0x10 || c >= 0x110))))
            return -1;
    }
    *out = c;
    return len;
}

static uint32_t unit16(const struct charset *set, const unsigned char *s)
{
    return set->big ? (uint32_t)s[0] << 8 | s[1] : (uint32_t)s[1] << 8 | s[0];
}

static int decode_16(const struct charset *set, const unsigned char *s, size_t n, uint32_t *out)
{
    if (n < 2)
        return 0;
    uint32_t c = unit16(set, s);
    *out = c;
    if (c < SURROGATE_FIRST || c > SURROGATE_LAST)
        return 2;
    if (!set->surrogates || c >= LOW_FIRST)
        return -1;
    if (n < 4)
        return 0;
    uint32_t low = unit16(set, s + 2);
    if (low < LOW_FIRST || low > SURROGATE_LAST)
        return -1;
    *out = BEYOND + ((c - SURROGATE_FIRST) << 10) + (low - LOW_FIRST);
    return 4;
}

static int decode_32(const struct charset *set, const unsigned char *s, size_t n, uint32_t *out)
{
    if (n < 4)
        return 0;
    uint32_t c = 0;
    for (int i = 0; i < 4; i++)
        c = c << 8 | s[set->big ? i : 3 - i];
    *out = c;
    return c > CHARACTER_LAST || (c >= SURROGATE_FIRST && c <= SURROGATE_LAST) ? -1 : 4;
}

int __charset_decode(const struct charset *set, const unsigned char *s, size_t n, uint32_t *out)
{
    switch (set->form) {
    case CHARSET_ASCII: *out = s[0]; return s[0] < 0x80 ? 1 : -1;
    case CHARSET_UTF8: return decode_utf8(s, n, out);
    case CHARSET_TABLE:
        *out = s[0] < 0x80 ? s[0] : set->upper[s[0] - 0x80];
        return s[0] && !*out ? -1 : 1;
    case CHARSET_16: return decode_16(set, s, n, out);
    case CHARSET_32: return decode_32(set, s, n, out);
    }
    return -1;
}

static int encode_utf8(uint32_t c, unsigned char out[4])
{
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    int n = c < 0x800 ? 2 : c < BEYOND ? 3 : 4;
    for (int i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (unsigned char)(0x80 | (c & 0x3f));
    out[0] = (unsigned char)((0xf00u >> n) | c);
    return n;
}

static int encode_table(const uint16_t *upper, uint32_t c, unsigned char out[4])
{
    for (unsigned i = 0; i < 128; i++) {
        if (upper[i] == c) {
            out[0] = (unsigned char)(0x80 + i);
            return 1;
        }
    }
    return 0;
}

static int encode_units(bool big, uint32_t value, int n, unsigned char *out)
{
    for (int i = 0; i < n; i++)
        out[big ? n - 1 - i : i] = (unsigned char)(value >> 8 * i);
    return n;
}

static int encode_16(const struct charset *set, uint32_t c, unsigned char out[4])
{
    if (c < BEYOND)
        return encode_units(set->big, c, 2, out);
    if (!set->surrogates)
        return 0;
    encode_units(set->big, SURROGATE_FIRST + ((c - BEYOND) >> 10), 2, out);
    encode_units(set->big, LOW_FIRST + ((c - BEYOND) & 0x3ff), 2, out + 2);
    return 4;
}

int __charset_encode(const struct charset *set, uint32_t c, unsigned char out[4])
{
    switch (set->form) {
    case CHARSET_ASCII: out[0] = (unsigned char)c; return c < 0x80 ? 1 : 0;
    case CHARSET_UTF8: return encode_utf8(c, out);
    case CHARSET_TABLE:
        if (c >= 0x80)
            return encode_table(set->upper, c, out);
        out[0] = (unsigned char)c;
        return 1;
    case CHARSET_16: return encode_16(set, c, out);
    case CHARSET_32: return encode_units(set->big, c, 4, out);
    }
    return 0;
}
