/* ulimit.h: the limit of a file's size, in blocks of 512 bytes. */
#pragma once
#include <features.h>

#define UL_GETFSIZE 1
#define UL_SETFSIZE 2

__BEGIN_DECLS
long ulimit(int __command, ...);
__END_DECLS
