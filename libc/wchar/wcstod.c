/* wcstod.c: floating-point numbers from wide text. */
#include <wchar.h>
#include <wctype.h>
#include "internal/fp_scan.h"

static long double convert(const wchar_t *restrict s, wchar_t **restrict end,
                           const struct fp_format *format)
{
    struct fp_scan scan;
    __fp_scan_start(&scan, format);
    const wchar_t *p = s, *number_end = NULL;
    while (iswspace((wint_t)*p))
        p++;
    while (*p > 0 && *p < 128) {
        enum fp_taken taken = __fp_scan_next(&scan, (int)*p);
        if (taken == FP_REJECTED)
            break;
        p++;
        if (taken == FP_COMPLETE)
            number_end = p;
    }
    if (end)
        *end = (wchar_t *)(number_end ? number_end : s);
    return number_end ? __fp_scan_value(&scan) : 0;
}

float wcstof(const wchar_t *restrict s, wchar_t **restrict end)
{
    return (float)convert(s, end, &__fp_float);
}
double wcstod(const wchar_t *restrict s, wchar_t **restrict end)
{
    return (double)convert(s, end, &__fp_double);
}
long double wcstold(const wchar_t *restrict s, wchar_t **restrict end)
{
    return convert(s, end, &__fp_long_double);
}
