/* strtol.c: integers from text, for all widths. One scanner makes magnitude and sign; each function clamps to its type. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include "internal/int_scan.h"

static struct int_scan scan(const char *restrict s, char **restrict end, int base)
{
    struct int_scan n = {0};
    const char *p = s;
    if (end)
        *end = (char *)s;
    if (!int_base_ok(base))
        return n;
    while (isspace((unsigned char)*p))
        p++;
    if (*p == '-' || *p == '+')
        n.negative = *p++ == '-';
    unsigned first = (unsigned char)*p, second = first ? (unsigned char)p[1] : 0;
    p += int_prefix(&base, first, second, second ? (unsigned char)p[2] : 0);
    const char *digits = p;
    for (int d; (d = int_digit((unsigned char)*p)) < base; p++)
        int_add_digit(&n, base, d);
    if (end && p != digits)
        *end = (char *)p;
    return n;
}

_Static_assert(sizeof(long) == sizeof(long long), "one clamp serves both");

long strtol(const char *restrict s, char **restrict end, int base)
{
    return int_clamp_signed(scan(s, end, base));
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
    return int_clamp_signed(scan(s, end, base));
}

intmax_t strtoimax(const char *restrict s, char **restrict end, int base)
{
    return int_clamp_signed(scan(s, end, base));
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
    return int_clamp_unsigned(scan(s, end, base));
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
    return int_clamp_unsigned(scan(s, end, base));
}

uintmax_t strtoumax(const char *restrict s, char **restrict end, int base)
{
    return int_clamp_unsigned(scan(s, end, base));
}

int atoi(const char *s)
{
    return (int)strtol(s, NULL, 10);
}

long atol(const char *s)
{
    return strtol(s, NULL, 10);
}

long long atoll(const char *s)
{
    return strtoll(s, NULL, 10);
}
