/* internal/ranges.h: sets of address ranges, each with a number that is not 0. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "internal/libc.h"

struct range {
    uint64_t start, end, value;
};

/* In order; they do not overlap, and neighbours of the same value are one. Zeroed: empty. The caller locks. */
struct range_set {
    struct range *items;
    size_t count, room;
};

/* [start, end) gets this value whatever it had; 0 takes it out. False, and nothing is changed: no memory. */
LIBC_HIDDEN bool __ranges_set(struct range_set *set, uint64_t start, uint64_t end, uint64_t value);
/* The first range that reaches into [start, end); NULL: none. */
LIBC_HIDDEN const struct range *__ranges_find(const struct range_set *set, uint64_t start,
                                              uint64_t end);
