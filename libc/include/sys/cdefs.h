/* sys/cdefs.h: declaration helpers that BSD-born programs include. */
#pragma once
#include <features.h>

#define __CONCAT(a, b) a##b
#define __STRING(x)    #x
#define __P(args)      args
#define __THROW
#ifndef __unused
#define __dead __attribute__((__noreturn__))
#endif
