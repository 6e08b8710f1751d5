/* bits/seek.h: where an offset counts from, for stdio.h, unistd.h and fcntl.h. */
#pragma once
#include <features.h>

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#if __POSIX_VISIBLE >= 202405
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif
