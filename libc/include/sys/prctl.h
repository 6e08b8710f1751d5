/* sys/prctl.h: Linux's operations on the process: only its name can be set and asked for. */
#pragma once
#include <features.h>

#define PR_SET_NAME 15 /* const char *: the first 15 bytes count */
#define PR_GET_NAME 16 /* char[16] */

__BEGIN_DECLS
int prctl(int __operation, ...);
__END_DECLS
