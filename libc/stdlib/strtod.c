/* strtod.c: floating-point numbers from text, correctly rounded for each of the three types. */
#include <ctype.h>
#include <stdlib.h>
#include "internal/fp_scan.h"

static long double convert(const char *restrict s, char **restrict end,
                           const struct fp_format *format)
{
    struct fp_scan scan;
    __fp_scan_start(&scan, format);
    const char *p = s, *number_end = NULL;
    while (isspace((unsigned char)*p))
        p++;
    for (enum fp_taken taken; (taken = __fp_scan_next(&scan, (unsigned char)*p)) != FP_REJECTED;) {
        p++;
        if (taken == FP_COMPLETE)
            number_end = p;
    }
    if (end)
        *end = (char *)(number_end ? number_end : s);
    return number_end ? __fp_scan_value(&scan) : 0;
}

float strtof(const char *restrict s, char **restrict end)
{
    return (float)convert(s, end, &__fp_float);
}

double strtod(const char *restrict s, char **restrict end)
{
    return (double)convert(s, end, &__fp_double);
}

long double strtold(const char *restrict s, char **restrict end)
{
    return convert(s, end, &__fp_long_double);
}

double atof(const char *s)
{
    return strtod(s, NULL);
}
