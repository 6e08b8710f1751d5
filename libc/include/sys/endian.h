/* sys/endian.h: BSD's name for endian.h. */
#pragma once
#include <endian.h>
