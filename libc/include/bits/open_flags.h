/* bits/open_flags.h: O_*: fcntl.h, and by POSIX.1-2024 whoever has functions that take them. The values are the kernel's FILE_ values, except the access
 * modes, which are 0, 1 and 2 as everywhere. */
#pragma once
#include <features.h>

#define O_RDONLY    0x0
#define O_WRONLY    0x1
#define O_RDWR      0x2
#define O_ACCMODE   0x3
#define O_CREAT     0x40
#define O_EXCL      0x80
#define O_NOCTTY    0x100
#define O_TRUNC     0x200
#define O_APPEND    0x400
#define O_NONBLOCK  0x800
#define O_NDELAY    O_NONBLOCK
#define O_SYNC      0x1000
#define O_DSYNC     O_SYNC
#define O_RSYNC     O_SYNC
#define O_DIRECTORY 0x10000
#define O_NOFOLLOW  0x20000
#define O_EXEC      0x40000
#define O_SEARCH    (O_PATH | O_DIRECTORY)
#define O_CLOEXEC   0x80000 /* libc's own: the kernel knows no descriptors */
#if __POSIX_VISIBLE >= 202405
#define O_CLOFORK 0x100000 /* likewise */
#endif
#define O_PATH      0x200000
#define O_TMPFILE   (0x400000 | O_DIRECTORY)
#define O_LARGEFILE 0
#define O_NOATIME   0
#define O_ASYNC     0
#define O_TTY_INIT  0
