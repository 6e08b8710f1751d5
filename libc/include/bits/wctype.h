/* bits/wctype.h: the part of <wctype.h> that XSI has in <wchar.h> as well. */
#pragma once
#include <features.h>
#include <bits/wint_t.h>

typedef unsigned long wctype_t;

__BEGIN_DECLS
int iswalnum(wint_t __c);
int iswalpha(wint_t __c);
int iswcntrl(wint_t __c);
int iswdigit(wint_t __c);
int iswgraph(wint_t __c);
int iswlower(wint_t __c);
int iswprint(wint_t __c);
int iswpunct(wint_t __c);
int iswspace(wint_t __c);
int iswupper(wint_t __c);
int iswxdigit(wint_t __c);
int iswctype(wint_t __c, wctype_t __type);
wctype_t wctype(const char *__name);
wint_t towlower(wint_t __c);
wint_t towupper(wint_t __c);
#if __ISO_C_VISIBLE >= 1999
int iswblank(wint_t __c);
#endif
__END_DECLS
