/* clocks.h: the clocks of the bodies that run on a made-up time: units, simulator, fuzzers. */
#pragma once
#include <stdint.h>

/* What CLOCK_REALTIME shows more than CLOCK_MONOTONIC, ns: whoever mixes the two up waits for years, or not at all. */
#define TEST_REALTIME_AHEAD UINT64_C(1700000000000000000)
