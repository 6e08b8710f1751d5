/* err.h: messages to stderr, headed by the program's name. */
#pragma once
#include <features.h>
#include <stdarg.h>

__BEGIN_DECLS
void warn(const char *__fmt, ...) __printf_like(1, 2);
void vwarn(const char *__fmt, va_list __ap) __printf_like(1, 0);
void warnx(const char *__fmt, ...) __printf_like(1, 2);
void vwarnx(const char *__fmt, va_list __ap) __printf_like(1, 0);
__noreturn_fn void err(int __status, const char *__fmt, ...) __printf_like(2, 3);
__noreturn_fn void verr(int __status, const char *__fmt, va_list __ap) __printf_like(2, 0);
__noreturn_fn void errx(int __status, const char *__fmt, ...) __printf_like(2, 3);
__noreturn_fn void verrx(int __status, const char *__fmt, va_list __ap) __printf_like(2, 0);
__END_DECLS
