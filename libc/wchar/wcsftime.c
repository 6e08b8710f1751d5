/* wcsftime.c: strftime for wide text. */
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>
#include "internal/format.h"

size_t wcsftime(wchar_t *restrict s, size_t size, const wchar_t *restrict fmt,
                const struct tm *restrict tm)
{
    char *format = __wide_format(fmt);
    char *text = format && size < SIZE_MAX / 8 ? malloc(size * MB_LEN_MAX + 1) : NULL;
    size_t bytes = text ? strftime(text, size * MB_LEN_MAX + 1, format, tm) : 0, n = 0;
    if (bytes || (text && !*format)) {
        n = mbstowcs(NULL, text, 0);
        if (n < size) /* also when it is no text: (size_t)-1 */
            mbstowcs(s, text, size);
        else
            n = 0;
    }
    free(text);
    free(format);
    return n;
}
