/* error.h: GNU's error() and error_at_line(). */
#pragma once
#include <features.h>

__BEGIN_DECLS
extern unsigned error_message_count;
void error(int __status, int __errnum, const char *__fmt, ...) __printf_like(3, 4);
void error_at_line(int __status, int __errnum, const char *__file, unsigned __line,
                   const char *__fmt, ...) __printf_like(5, 6);
extern int error_one_per_line;             /* not 0: at most one message for a line of a file */
extern void (*error_print_progname)(void); /* prints the program's name instead of the default */
__END_DECLS
