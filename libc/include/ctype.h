/* ctype.h: character classes; bytes above 127 belong to none. */
#pragma once
#include <features.h>
#if __POSIX_VISIBLE
#include <bits/types.h>
#endif

__BEGIN_DECLS
int isalnum(int __c);
int isalpha(int __c);
int iscntrl(int __c);
int isdigit(int __c);
int isgraph(int __c);
int islower(int __c);
int isprint(int __c);
int ispunct(int __c);
int isspace(int __c);
int isupper(int __c);
int isxdigit(int __c);
int tolower(int __c);
int toupper(int __c);
#if __XSI_UNTIL_7
int isascii(int __c);
int toascii(int __c);
#endif
#if __ISO_C_VISIBLE >= 1999
int isblank(int __c);
#endif

#if __POSIX_VISIBLE >= 200809
/* Characters of one byte are the same in all our locales. */
int isalnum_l(int __c, locale_t __locale);
int isalpha_l(int __c, locale_t __locale);
int isblank_l(int __c, locale_t __locale);
int iscntrl_l(int __c, locale_t __locale);
int isdigit_l(int __c, locale_t __locale);
int isgraph_l(int __c, locale_t __locale);
int islower_l(int __c, locale_t __locale);
int isprint_l(int __c, locale_t __locale);
int ispunct_l(int __c, locale_t __locale);
int isspace_l(int __c, locale_t __locale);
int isupper_l(int __c, locale_t __locale);
int isxdigit_l(int __c, locale_t __locale);
int tolower_l(int __c, locale_t __locale);
int toupper_l(int __c, locale_t __locale);
#endif
__END_DECLS

#if __XSI_UNTIL_7
#define _tolower(c) ((c) | 0x20)
#define _toupper(c) ((c) & 0x5f)
#endif
