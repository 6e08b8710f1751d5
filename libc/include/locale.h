/* locale.h: the locales are C, also called POSIX, and C.UTF-8. */
#pragma once
#include <features.h>
#define __need_NULL
#include <stddef.h>
#if __POSIX_VISIBLE
#include <bits/types.h>
#endif

#define LC_CTYPE    0
#define LC_NUMERIC  1
#define LC_TIME     2
#define LC_COLLATE  3
#define LC_MONETARY 4
#define LC_ALL      6
#if __POSIX_VISIBLE
#define LC_MESSAGES 5
#endif

#if __POSIX_VISIBLE >= 200809
#define LC_CTYPE_MASK    (1 << LC_CTYPE)
#define LC_NUMERIC_MASK  (1 << LC_NUMERIC)
#define LC_TIME_MASK     (1 << LC_TIME)
#define LC_COLLATE_MASK  (1 << LC_COLLATE)
#define LC_MONETARY_MASK (1 << LC_MONETARY)
#define LC_MESSAGES_MASK (1 << LC_MESSAGES)
#define LC_ALL_MASK      0x3f

#define LC_GLOBAL_LOCALE ((locale_t) - 1)
#endif

struct lconv {
    char *decimal_point, *thousands_sep, *grouping;
    char *int_curr_symbol, *currency_symbol;
    char *mon_decimal_point, *mon_thousands_sep, *mon_grouping;
    char *positive_sign, *negative_sign;
    char int_frac_digits, frac_digits;
    char p_cs_precedes, p_sep_by_space, n_cs_precedes, n_sep_by_space;
    char p_sign_posn, n_sign_posn;
#if __ISO_C_VISIBLE >= 1999
    char int_p_cs_precedes, int_p_sep_by_space, int_n_cs_precedes, int_n_sep_by_space;
    char int_p_sign_posn, int_n_sign_posn;
#else
    char __int_precedes_and_separations[6];
#endif
};

__BEGIN_DECLS
char *setlocale(int __category, const char *__name);
struct lconv *localeconv(void);
#if __POSIX_VISIBLE >= 200809
locale_t newlocale(int __mask, const char *__name, locale_t __base);
locale_t duplocale(locale_t __loc);
locale_t uselocale(locale_t __loc);
void freelocale(locale_t __loc);
#endif
#if __POSIX_VISIBLE >= 202405
const char *getlocalename_l(int __category, locale_t __loc);
#endif
__END_DECLS
