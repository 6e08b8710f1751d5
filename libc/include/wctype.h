/* wctype.h: classes of wide characters. */
#pragma once
#include <features.h>
#include <bits/wctype.h>
#if __POSIX_VISIBLE
#include <bits/types.h>
#endif

typedef const int *wctrans_t;

__BEGIN_DECLS
wint_t towctrans(wint_t __c, wctrans_t __trans);
wctrans_t wctrans(const char *__name);

#if __POSIX_VISIBLE >= 200809
int iswalnum_l(wint_t __c, locale_t __locale);
int iswalpha_l(wint_t __c, locale_t __locale);
int iswblank_l(wint_t __c, locale_t __locale);
int iswcntrl_l(wint_t __c, locale_t __locale);
int iswdigit_l(wint_t __c, locale_t __locale);
int iswgraph_l(wint_t __c, locale_t __locale);
int iswlower_l(wint_t __c, locale_t __locale);
int iswprint_l(wint_t __c, locale_t __locale);
int iswpunct_l(wint_t __c, locale_t __locale);
int iswspace_l(wint_t __c, locale_t __locale);
int iswupper_l(wint_t __c, locale_t __locale);
int iswxdigit_l(wint_t __c, locale_t __locale);
int iswctype_l(wint_t __c, wctype_t __type, locale_t __locale);
wctype_t wctype_l(const char *__name, locale_t __locale);
wint_t towlower_l(wint_t __c, locale_t __locale);
wint_t towupper_l(wint_t __c, locale_t __locale);
wint_t towctrans_l(wint_t __c, wctrans_t __map, locale_t __locale);
wctrans_t wctrans_l(const char *__name, locale_t __locale);
#endif
__END_DECLS
