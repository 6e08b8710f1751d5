/* unlocked.c: GNU's wide functions without locking. They lock all the same, which nobody can see but by the time it takes. */
#include <stdio.h>
#include <time.h>
#include <wchar.h>

wint_t getwc_unlocked(FILE *file)
{
    return fgetwc(file);
}

wint_t fgetwc_unlocked(FILE *file)
{
    return fgetwc(file);
}

wint_t getwchar_unlocked(void)
{
    return fgetwc(stdin);
}

wint_t putwc_unlocked(wchar_t c, FILE *file)
{
    return fputwc(c, file);
}

wint_t fputwc_unlocked(wchar_t c, FILE *file)
{
    return fputwc(c, file);
}

wint_t putwchar_unlocked(wchar_t c)
{
    return fputwc(c, stdout);
}

wchar_t *fgetws_unlocked(wchar_t *restrict to, int n, FILE *restrict file)
{
    return fgetws(to, n, file);
}

int fputws_unlocked(const wchar_t *restrict text, FILE *restrict file)
{
    return fputws(text, file);
}

/* All locales have the same names of days and months. */
size_t wcsftime_l(wchar_t *restrict to, size_t n, const wchar_t *restrict format,
                  const struct tm *restrict tm, locale_t locale)
{
    (void)locale;
    return wcsftime(to, n, format, tm);
}

/* The name that wcsstr had before it was standard. */
wchar_t *wcswcs(const wchar_t *hay, const wchar_t *needle)
{
    return wcsstr(hay, needle);
}
