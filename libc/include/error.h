/* error.h: GNU's error(). */
#pragma once
#include <features.h>

__BEGIN_DECLS
extern unsigned error_message_count;
void error(int status, int errnum, const char *fmt, ...) __printf_like(3, 4);
__END_DECLS
