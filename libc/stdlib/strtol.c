/* strtol.c: integers from text, for all widths. One scanner makes magnitude and sign; each function clamps to its type. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

struct number {
    unsigned long long magnitude;
    bool negative, overflow;
};

static int digit_value(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    if (isalpha((unsigned char)c))
        return tolower((unsigned char)c) - 'a' + 10;
    return INT_MAX;
}

/* Skip "0x" only when a hexadecimal digit follows: in "0xg" the number is the 0. */
static const char *skip_prefix(const char *s, int *base)
{
    int letter = s[0] == '0' ? tolower((unsigned char)s[1]) : 0;
    if ((*base == 0 || *base == 16) && letter == 'x' && digit_value(s[2]) < 16) {
        *base = 16;
        return s + 2;
    }
    if (*base == 0)
        *base = s[0] == '0' ? 8 : 10;
    return s;
}

static struct number scan(const char *restrict s, char **restrict end, int base)
{
    struct number n = {0};
    const char *p = s;
    if (end)
        *end = (char *)s;
    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        return n;
    }
    while (isspace((unsigned char)*p))
        p++;
    if (*p == '-' || *p == '+')
        n.negative = *p++ == '-';
    p = skip_prefix(p, &base);
    const char *first = p;
    for (int d; (d = digit_value(*p)) < base; p++) {
        n.overflow |= __builtin_mul_overflow(n.magnitude, (unsigned)base, &n.magnitude);
        n.overflow |= __builtin_add_overflow(n.magnitude, (unsigned)d, &n.magnitude);
    }
    if (end && p != first)
        *end = (char *)p;
    return n;
}

static long long clamp_signed(struct number n)
{
    unsigned long long limit = n.negative ? (unsigned long long)LLONG_MAX + 1 : LLONG_MAX;
    if (n.overflow || n.magnitude > limit) {
        errno = ERANGE;
        n.magnitude = limit;
    }
    return (long long)(n.negative ? -n.magnitude : n.magnitude);
}

static unsigned long long clamp_unsigned(struct number n)
{
    if (n.overflow) {
        errno = ERANGE;
        return ULLONG_MAX;
    }
    return n.negative ? -n.magnitude : n.magnitude;
}

_Static_assert(sizeof(long) == sizeof(long long), "one clamp serves both");

long strtol(const char *restrict s, char **restrict end, int base)
{
    return clamp_signed(scan(s, end, base));
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
    return clamp_signed(scan(s, end, base));
}

intmax_t strtoimax(const char *restrict s, char **restrict end, int base)
{
    return clamp_signed(scan(s, end, base));
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
    return clamp_unsigned(scan(s, end, base));
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
    return clamp_unsigned(scan(s, end, base));
}

uintmax_t strtoumax(const char *restrict s, char **restrict end, int base)
{
    return clamp_unsigned(scan(s, end, base));
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
