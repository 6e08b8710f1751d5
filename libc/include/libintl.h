/* libintl.h: translated messages. There are no catalogues: each message is its own translation. */
#pragma once
#include <features.h>

#define __USE_GNU_GETTEXT 1

__BEGIN_DECLS
char *gettext(const char *message) __attribute__((__format_arg__(1)));
char *dgettext(const char *domain, const char *message) __attribute__((__format_arg__(2)));
char *dcgettext(const char *domain, const char *message, int category)
    __attribute__((__format_arg__(2)));
char *ngettext(const char *one, const char *many, unsigned long n)
    __attribute__((__format_arg__(1), __format_arg__(2)));
char *dngettext(const char *domain, const char *one, const char *many, unsigned long n)
    __attribute__((__format_arg__(2), __format_arg__(3)));
char *dcngettext(const char *domain, const char *one, const char *many, unsigned long n,
                 int category) __attribute__((__format_arg__(2), __format_arg__(3)));
char *textdomain(const char *name);
char *bindtextdomain(const char *name, const char *folder);
char *bind_textdomain_codeset(const char *name, const char *codeset);
__END_DECLS
