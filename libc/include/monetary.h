/* monetary.h: amounts of money as text. */
#pragma once
#include <features.h>
#include <bits/types.h>

__BEGIN_DECLS
ssize_t strfmon(char *__restrict s, size_t n, const char *__restrict fmt, ...);
ssize_t strfmon_l(char *__restrict s, size_t n, locale_t loc, const char *__restrict fmt, ...);
__END_DECLS
