/* internal/fp_round.h: the rounding direction in force, for conversions between decimal and binary. */
#pragma once
#include <fenv.h>
#include <stdbool.h>

enum fp_direction { FP_TO_NEAREST, FP_AWAY_FROM_ZERO, FP_TO_ZERO };

/* What fegetround means for a number of this sign. */
static inline enum fp_direction fp_direction(bool negative)
{
    switch (fegetround()) {
    case FE_UPWARD: return negative ? FP_TO_ZERO : FP_AWAY_FROM_ZERO;
    case FE_DOWNWARD: return negative ? FP_AWAY_FROM_ZERO : FP_TO_ZERO;
    case FE_TOWARDZERO: return FP_TO_ZERO;
    default: return FP_TO_NEAREST;
    }
}

/* Whether what is cut off makes the last place one larger: rest against half a unit, and whether the last place is odd. */
static inline bool fp_rounds_up(enum fp_direction direction, bool at_least_half, bool is_half,
                                bool any, bool odd)
{
    if (direction == FP_TO_NEAREST)
        return at_least_half && (!is_half || odd);
    return direction == FP_AWAY_FROM_ZERO && any;
}
