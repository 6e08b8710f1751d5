/* native.h: what the files of the native contract test share. */
#pragma once
#include "../pair.h"
#include "../suites.h"
#include "abi/syscall.h"

#define NATIVE_QUICK_CALL SYS_clock_get /* guest.S: quick */
