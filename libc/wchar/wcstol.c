/* wcstol.c: integers from wide text. Only ASCII makes numbers. */
#include <inttypes.h>
#include <wchar.h>
#include <wctype.h>
#include "internal/int_scan.h"

static struct int_scan scan(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    struct int_scan n = {0};
    const wchar_t *p = s;
    if (end)
        *end = (wchar_t *)s;
    if (!int_base_ok(base))
        return n;
    while (iswspace((wint_t)*p))
        p++;
    if (*p == '-' || *p == '+')
        n.negative = *p++ == '-';
    unsigned first = (unsigned)*p, second = first ? (unsigned)p[1] : 0;
    p += int_prefix(&base, first, second, second ? (unsigned)p[2] : 0);
    const wchar_t *digits = p;
    for (int d; (d = int_digit((unsigned)*p)) < base; p++)
        int_add_digit(&n, base, d);
    if (end && p != digits)
        *end = (wchar_t *)p;
    return n;
}

long long wcstoll(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return int_clamp_signed(scan(s, end, base));
}

unsigned long long wcstoull(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return int_clamp_unsigned(scan(s, end, base));
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
