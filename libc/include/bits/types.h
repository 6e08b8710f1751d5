/*
 * bits/types.h: the POSIX types that several headers must agree on. Each header of POSIX may define any name in _t; what ISO C
 * has, too, includes this with __POSIX_VISIBLE alone.
 */
#pragma once
#define __need_size_t
#include <stddef.h>
#include <bits/time_types.h>

typedef long ssize_t;
typedef unsigned short reclen_t;
typedef long off_t;
typedef long off64_t;
typedef unsigned long ino_t;
typedef unsigned long dev_t;
typedef long blkcnt_t;
typedef long blksize_t;
typedef unsigned long fsblkcnt_t;
typedef unsigned long fsfilcnt_t;
typedef unsigned long nlink_t;
typedef unsigned int mode_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int id_t;
typedef int pid_t;
typedef int key_t;
typedef long suseconds_t;
typedef unsigned int useconds_t;
typedef int clockid_t;
typedef void *timer_t;
typedef struct __locale *locale_t;
