/* strtod_l.c: numbers by locale: all have the point, so they say the same. */
#include <locale.h>
#include <stdlib.h>

float strtof_l(const char *restrict s, char **restrict end, locale_t locale)
{
    (void)locale;
    return strtof(s, end);
}

double strtod_l(const char *restrict s, char **restrict end, locale_t locale)
{
    (void)locale;
    return strtod(s, end);
}

long double strtold_l(const char *restrict s, char **restrict end, locale_t locale)
{
    (void)locale;
    return strtold(s, end);
}
