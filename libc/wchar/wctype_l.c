/* wctype_l.c: wide characters with a locale: all our locales classify and order Unicode alike. */
#include <wchar.h>
#include <wctype.h>

#define WITH_LOCALE(type, name)              \
    type name##_l(wint_t c, locale_t locale) \
    {                                        \
        (void)locale;                        \
        return name(c);                      \
    }

WITH_LOCALE(int, iswalnum)
WITH_LOCALE(int, iswalpha)
WITH_LOCALE(int, iswblank)
WITH_LOCALE(int, iswcntrl)
WITH_LOCALE(int, iswdigit)
WITH_LOCALE(int, iswgraph)
WITH_LOCALE(int, iswlower)
WITH_LOCALE(int, iswprint)
WITH_LOCALE(int, iswpunct)
WITH_LOCALE(int, iswspace)
WITH_LOCALE(int, iswupper)
WITH_LOCALE(int, iswxdigit)
WITH_LOCALE(wint_t, towlower)
WITH_LOCALE(wint_t, towupper)

int iswctype_l(wint_t c, wctype_t type, locale_t locale)
{
    (void)locale;
    return iswctype(c, type);
}

wctype_t wctype_l(const char *name, locale_t locale)
{
    (void)locale;
    return wctype(name);
}

wint_t towctrans_l(wint_t c, wctrans_t map, locale_t locale)
{
    (void)locale;
    return towctrans(c, map);
}

wctrans_t wctrans_l(const char *name, locale_t locale)
{
    (void)locale;
    return wctrans(name);
}

int wcscasecmp_l(const wchar_t *a, const wchar_t *b, locale_t locale)
{
    (void)locale;
    return wcscasecmp(a, b);
}

int wcsncasecmp_l(const wchar_t *a, const wchar_t *b, size_t n, locale_t locale)
{
    (void)locale;
    return wcsncasecmp(a, b, n);
}

int wcscoll_l(const wchar_t *a, const wchar_t *b, locale_t locale)
{
    (void)locale;
    return wcscoll(a, b);
}

size_t wcsxfrm_l(wchar_t *restrict to, const wchar_t *restrict from, size_t n, locale_t locale)
{
    (void)locale;
    return wcsxfrm(to, from, n);
}

wchar_t *wcpncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t n)
{
    return wcsncpy(to, from, n) + wcsnlen(from, n);
}
