/* sys/types.h: POSIX data types. */
#pragma once
#include <features.h>
#include <bits/types.h>
#include <bits/int_types.h>
#include <bits/pthread_types.h>

#if __MISC_VISIBLE
#include <endian.h>
#include <sys/select.h>
#include <sys/sysmacros.h>

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef char *caddr_t;
typedef long quad_t;
typedef unsigned long u_quad_t;
#endif
