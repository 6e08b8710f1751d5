/* bits/time_types.h: time_t and clock_t, for <time.h> as ISO C has it and for bits/types.h. */
#pragma once

typedef long time_t;
typedef long clock_t;
