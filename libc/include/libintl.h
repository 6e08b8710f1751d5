/* libintl.h: translated messages, from files as msgfmt makes them. */
#pragma once
#include <features.h>
#include <bits/types.h>

#define __USE_GNU_GETTEXT 1

__BEGIN_DECLS
char *gettext(const char *__message) __attribute__((__format_arg__(1)));
char *dgettext(const char *__domain, const char *__message) __attribute__((__format_arg__(2)));
char *dcgettext(const char *__domain, const char *__message, int __category)
    __attribute__((__format_arg__(2)));
char *ngettext(const char *__one, const char *__many, unsigned long __n)
    __attribute__((__format_arg__(1), __format_arg__(2)));
char *dngettext(const char *__domain, const char *__one, const char *__many, unsigned long __n)
    __attribute__((__format_arg__(2), __format_arg__(3)));
char *dcngettext(const char *__domain, const char *__one, const char *__many, unsigned long __n,
                 int __category) __attribute__((__format_arg__(2), __format_arg__(3)));
char *gettext_l(const char *__message, locale_t __loc) __attribute__((__format_arg__(1)));
char *dgettext_l(const char *__domain, const char *__message, locale_t __loc)
    __attribute__((__format_arg__(2)));
char *dcgettext_l(const char *__domain, const char *__message, int __category, locale_t __loc)
    __attribute__((__format_arg__(2)));
char *ngettext_l(const char *__one, const char *__many, unsigned long __n, locale_t __loc)
    __attribute__((__format_arg__(1), __format_arg__(2)));
char *dngettext_l(const char *__domain, const char *__one, const char *__many, unsigned long __n,
                  locale_t __loc) __attribute__((__format_arg__(2), __format_arg__(3)));
char *dcngettext_l(const char *__domain, const char *__one, const char *__many, unsigned long __n,
                   int __category, locale_t __loc)
    __attribute__((__format_arg__(2), __format_arg__(3)));
char *textdomain(const char *__name);
char *bindtextdomain(const char *__name, const char *__folder);
char *bind_textdomain_codeset(const char *__name, const char *__codeset);
__END_DECLS
