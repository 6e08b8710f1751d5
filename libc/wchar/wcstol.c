/* wcstol.c: numbers from wide text. A number is ASCII, so the candidate characters are narrowed and strtol does it. */
#include <inttypes.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

/* What can matter of an integer, white space and leading zeros left out. 64 binary digits, sign, prefix. */
enum { NARROW_MAX = 80 };

struct narrow {
    char text[NARROW_MAX + 1];
    const wchar_t *from;    /* what text[0] stands for */
    size_t zeros_at, zeros; /* leading zeros dropped, and where */
};

static void narrow_integer(struct narrow *n, const wchar_t *s)
{
    size_t len = 0;
    while (iswspace((wint_t)*s))
        s++;
    n->from = s;
    if (*s == '-' || *s == '+')
        n->text[len++] = (char)*s++;
    n->zeros_at = len;
    n->zeros = 0;
    while (s[0] == '0' && s[1] == '0') {
        s++;
        n->zeros++;
    }
    while (len < NARROW_MAX && *s > 0 && *s < 128)
        n->text[len++] = (char)*s++;
    n->text[len] = 0;
}

static const wchar_t *narrow_end(const struct narrow *n, const char *end)
{
    size_t at = (size_t)(end - n->text);
    return n->from + at + (at > n->zeros_at ? n->zeros : 0);
}

long long wcstoll(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    struct narrow n;
    char *e;
    narrow_integer(&n, s);
    long long v = strtoll(n.text, &e, base);
    if (end)
        *end = (wchar_t *)(e == n.text ? s : narrow_end(&n, e));
    return v;
}

unsigned long long wcstoull(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    struct narrow n;
    char *e;
    narrow_integer(&n, s);
    unsigned long long v = strtoull(n.text, &e, base);
    if (end)
        *end = (wchar_t *)(e == n.text ? s : narrow_end(&n, e));
    return v;
}

long wcstol(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return wcstoll(s, end, base);
}
unsigned long wcstoul(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return wcstoull(s, end, base);
}
intmax_t wcstoimax(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return wcstoll(s, end, base);
}
uintmax_t wcstoumax(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return wcstoull(s, end, base);
}
