/* sys/sysmacros.h: parts of a dev_t: 32 bits of major number above 32 bits of minor. */
#pragma once

#define major(dev)        ((unsigned)((unsigned long)(dev) >> 32))
#define minor(dev)        ((unsigned)(dev))
#define makedev(maj, min) (((unsigned long)(maj) << 32) | (unsigned)(min))
