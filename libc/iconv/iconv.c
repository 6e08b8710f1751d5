/* iconv.c: text from one character set to another. */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "iconv/charset.h"

#define BYTE_ORDER_MARK 0xfeffu

struct conversion {
    struct charset from, to;
    struct charset from_start; /* `from` as it was opened; a byte order mark changes `from` */
    bool started, written;     /* the mark was looked for; it was put out */
    bool ignore, transliterate;
};

/* Cut "//IGNORE" and "//TRANSLIT" off: the length of the name before them. */
static size_t cut_suffixes(const char *name, struct conversion *c)
{
    const char *slash = strstr(name, "//");
    if (!slash)
        return strlen(name);
    for (const char *s = slash; *s;) {
        s += strspn(s, "/,");
        size_t n = strcspn(s, "/,");
        c->ignore |= n == 6 && strncasecmp(s, "IGNORE", n) == 0;
        c->transliterate |= n == 8 && strncasecmp(s, "TRANSLIT", n) == 0;
        s += n;
    }
    return (size_t)(slash - name);
}

iconv_t iconv_open(const char *to, const char *from)
{
    struct conversion found = {.started = false}, unused = {.started = false};
    if (!__charset_find(from, cut_suffixes(from, &unused), &found.from) ||
        !__charset_find(to, cut_suffixes(to, &found), &found.to)) {
        errno = EINVAL;
        return (iconv_t)-1;
    }
    found.from_start = found.from;
    struct conversion *c = malloc(sizeof *c);
    if (!c)
        return (iconv_t)-1;
    *c = found;
    return c;
}

int iconv_close(iconv_t cd)
{
    free(cd);
    return 0;
}

/* What stands for a character that the other set lacks, when //TRANSLIT asks. */
static const char *stand_in(uint32_t c)
{
    static const struct {
        uint32_t c;
        const char *text;
    } forms[] = {
        {0x00a0, " "},   {0x00a9, "(C)"},  {0x00ab, "<<"},  {0x00ad, "-"},  {0x00ae, "(R)"},
        {0x00bb, ">>"},  {0x00c4, "A"},    {0x00c6, "AE"},  {0x00d6, "O"},  {0x00d7, "x"},
        {0x00dc, "U"},   {0x00df, "ss"},   {0x00e4, "a"},   {0x00e6, "ae"}, {0x00e8, "e"},
        {0x00e9, "e"},   {0x00f6, "o"},    {0x00fc, "u"},   {0x0152, "OE"}, {0x0153, "oe"},
        {0x2010, "-"},   {0x2011, "-"},    {0x2012, "-"},   {0x2013, "-"},  {0x2014, "-"},
        {0x2018, "'"},   {0x2019, "'"},    {0x201a, ","},   {0x201c, "\""}, {0x201d, "\""},
        {0x201e, ",,"},  {0x2022, "o"},    {0x2026, "..."}, {0x2039, "<"},  {0x203a, ">"},
        {0x20ac, "EUR"}, {0x2122, "(TM)"}, {0xfb01, "fi"},  {0xfb02, "fl"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        if (forms[i].c == c)
            return forms[i].text;
    }
    return "?";
}

/* Look at a byte order mark at the beginning: true when c was one, which is no character of the text. */
static bool take_mark(struct conversion *cd, uint32_t c)
{
    bool first = !cd->started;
    cd->started = true;
    return first && cd->from.reads_mark && c == BYTE_ORDER_MARK;
}

/* The other byte order, when the text begins with the mark in it. */
static void find_order(struct conversion *cd, const unsigned char *s, size_t n)
{
    if (cd->started || !cd->from.reads_mark)
        return;
    if (cd->from.form == CHARSET_16 && n >= 2 && s[0] == 0xfe && s[1] == 0xff)
        cd->from.big = true;
    if (cd->from.form == CHARSET_32 && n >= 4 && !s[0] && !s[1] && s[2] == 0xfe && s[3] == 0xff)
        cd->from.big = true;
}

/* Append the bytes of c, or of what stands for it. 1: as it is; 0: something else, or nothing; -1 with errno. */
static int put(struct conversion *cd, uint32_t c, char **out, size_t *left)
{
    unsigned char bytes[16];
    size_t n = 0;
    int exact = 1;
    if (cd->to.writes_mark && !cd->written)
        n += (size_t)__charset_encode(&cd->to, BYTE_ORDER_MARK, bytes);
    int len = __charset_encode(&cd->to, c, bytes + n);
    if (len == 0) {
        if (!cd->transliterate && !cd->ignore) {
            errno = EILSEQ;
            return -1;
        }
        exact = 0;
        for (const char *s = cd->transliterate ? stand_in(c) : ""; *s; s++)
            n += (size_t)__charset_encode(&cd->to, (unsigned char)*s, bytes + n);
    }
    n += (size_t)len;
    if (n > *left) {
        errno = E2BIG;
        return -1;
    }
    memcpy(*out, bytes, n);
    *out += n;
    *left -= n;
    cd->written |= n > 0;
    return exact;
}

static void restart(struct conversion *cd)
{
    cd->from = cd->from_start;
    cd->started = cd->written = false;
}

size_t iconv(iconv_t handle, char **restrict in, size_t *restrict in_left, char **restrict out,
             size_t *restrict out_left)
{
    struct conversion *cd = handle;
    size_t inexact = 0;
    if (!in || !*in) {
        restart(cd);
        return 0;
    }
    while (*in_left > 0) {
        const unsigned char *s = (const unsigned char *)*in;
        uint32_t c;
        find_order(cd, s, *in_left);
        int len = __charset_decode(&cd->from, s, *in_left, &c);
        if (len == 0) {
            errno = EINVAL;
            return (size_t)-1;
        }
        if (len < 0 && !cd->ignore) {
            errno = EILSEQ;
            return (size_t)-1;
        }
        if (len < 0) {
            len = 1;
            inexact++;
        } else if (!take_mark(cd, c)) {
            int exact = put(cd, c, out, out_left);
            if (exact < 0)
                return (size_t)-1;
            inexact += exact == 0;
        }
        *in += len;
        *in_left -= (size_t)len;
    }
    return inexact;
}
