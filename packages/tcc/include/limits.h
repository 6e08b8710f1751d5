/* limits.h for tcc: the limits of C; those of POSIX are libc's, whose header includes this one. */
#pragma once

#define CHAR_BIT   8
#define SCHAR_MIN  (-1 - 127)
#define SCHAR_MAX  127
#define UCHAR_MAX  255
#define CHAR_MIN   SCHAR_MIN
#define CHAR_MAX   SCHAR_MAX
#define SHRT_MIN   (-1 - 32767)
#define SHRT_MAX   32767
#define USHRT_MAX  65535
#define INT_MIN    (-1 - 0x7fffffff)
#define INT_MAX    0x7fffffff
#define UINT_MAX   0xffffffffu
#define LONG_MIN   (-1 - 0x7fffffffffffffffL)
#define LONG_MAX   0x7fffffffffffffffL
#define ULONG_MAX  0xfffffffffffffffful
#define LLONG_MIN  (-1 - 0x7fffffffffffffffLL)
#define LLONG_MAX  0x7fffffffffffffffLL
#define ULLONG_MAX 0xffffffffffffffffull
