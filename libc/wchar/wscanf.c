/* wscanf.c: scanf for wide text: the same engine, fed with characters, and the format as UTF-8. */
#include <stdarg.h>
#include <stdlib.h>
#include <wchar.h>
#include "internal/format.h"
#include "internal/scan.h"
#include "internal/stdio.h"

static int scan_wide(struct scan_source *in, const wchar_t *fmt, va_list ap)
{
    char *text = __wide_format(fmt);
    if (!text)
        return EOF;
    in->wide = true;
    int n = __scan(in, text, ap);
    free(text); /* keeps errno */
    return n;
}

struct file_source {
    struct scan_source source;
    FILE *f;
};

static int get_file(struct scan_source *in)
{
    wint_t c = fgetwc(((struct file_source *)in)->f);
    return c == WEOF ? EOF : (int)c;
}

int vfwscanf(FILE *restrict f, const wchar_t *restrict fmt, va_list ap)
{
    struct file_source in = {{.get = get_file}, f};
    FLOCK(f);
    int n = scan_wide(&in.source, fmt, ap);
    if (in.source.have_next && in.source.next != EOF)
        ungetwc((wint_t)in.source.next, f);
    FUNLOCK(f);
    return n;
}

int fwscanf(FILE *restrict f, const wchar_t *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vfwscanf(f, fmt, ap);
    va_end(ap);
    return n;
}

int vwscanf(const wchar_t *restrict fmt, va_list ap)
{
    return vfwscanf(stdin, fmt, ap);
}

int wscanf(const wchar_t *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vfwscanf(stdin, fmt, ap);
    va_end(ap);
    return n;
}

struct string_source {
    struct scan_source source;
    const wchar_t *at;
};

static int get_string(struct scan_source *in)
{
    struct string_source *s = (struct string_source *)in;
    return *s->at ? (int)*s->at++ : EOF;
}

int vswscanf(const wchar_t *restrict s, const wchar_t *restrict fmt, va_list ap)
{
    struct string_source in = {{.get = get_string}, s};
    return scan_wide(&in.source, fmt, ap);
}

int swscanf(const wchar_t *restrict s, const wchar_t *restrict fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vswscanf(s, fmt, ap);
    va_end(ap);
    return n;
}
