/* strcasecmp.c: order of two strings, upper and lower case alike. */
#include <strings.h>
#include <stdint.h>

static int lower(char ch)
{
    unsigned char c = (unsigned char)ch;
    return (unsigned)c - 'A' < 26 ? c + 32 : c;
}

int strncasecmp(const char *a, const char *b, size_t n)
{
    for (; n; n--, a++, b++) {
        int d = lower(*a) - lower(*b);
        if (d || !*a)
            return d;
    }
    return 0;
}

int strcasecmp(const char *a, const char *b)
{
    return strncasecmp(a, b, SIZE_MAX);
}

int strcasecmp_l(const char *a, const char *b, locale_t loc)
{
    (void)loc;
    return strcasecmp(a, b);
}

int strncasecmp_l(const char *a, const char *b, size_t n, locale_t loc)
{
    (void)loc;
    return strncasecmp(a, b, n);
}
