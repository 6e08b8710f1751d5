/* monetary.h: amounts of money as text. */
#pragma once
#include <features.h>
#include <bits/types.h>

__BEGIN_DECLS
ssize_t strfmon(char *__restrict __s, size_t __n, const char *__restrict __fmt, ...);
#if __POSIX_VISIBLE >= 200809
ssize_t strfmon_l(char *__restrict __s, size_t __n, locale_t __loc, const char *__restrict __fmt,
                  ...);
#endif
__END_DECLS
